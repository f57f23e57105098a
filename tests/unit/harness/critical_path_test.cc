// The critical path of histories with AWS's previousEventId chains (facts: step-functions.md 13).
#include "harness/runner/critical_path.h"

#include <gtest/gtest.h>

namespace bedlam::harness {
namespace {

Json event(int id, int previous, double at, const std::string& type,
           Json details = Json::object()) {
  Json event{
      {"timestamp", 1728000000 + at}, {"type", type}, {"id", id}, {"previousEventId", previous}};
  if (!details.empty()) event["someEventDetails"] = std::move(details);
  return event;
}

Json named(const std::string& name) {
  return {{"name", name}};
}

TEST(CriticalPaths, FollowARetriedTask) {
  const std::vector<Json> events{
      event(1, 0, 0, "ExecutionStarted"),
      event(2, 0, 0, "TaskStateEntered", named("Describe")),
      event(3, 2, 0, "TaskScheduled"),
      event(4, 3, 7.2, "TaskSucceeded"),
      event(5, 4, 7.2, "TaskStateExited", named("Describe")),
      event(6, 5, 7.2, "TaskStateEntered", named("Advert")),
      event(7, 6, 19.2, "TaskFailed", {{"error", "Bedrock.ThrottlingException"}}),
      event(8, 7, 24.4, "TaskScheduled"),
      event(9, 8, 24.4, "TaskSucceeded"),
      event(10, 9, 24.4, "ExecutionSucceeded"),
  };
  EXPECT_EQ(critical_path(events),
            "Describe 7.2 s → Advert 12 s → ThrottlingException → wait 5.2 s");
  EXPECT_EQ(entered_states(events), (std::vector<std::string>{"Describe", "Advert"}));
}

TEST(CriticalPaths, FollowTheBranchThatEndedLast) {
  const std::vector<Json> events{
      event(1, 0, 0, "ExecutionStarted"),
      event(2, 0, 0, "ParallelStateEntered", named("All")),
      event(3, 2, 0, "ParallelStateStarted"),
      event(4, 3, 0, "TaskStateEntered", named("Short")),
      event(5, 3, 0, "TaskStateEntered", named("Long")),
      event(6, 4, 3, "TaskSucceeded"),
      event(7, 6, 3, "TaskStateExited", named("Short")),
      event(8, 5, 12, "TaskSucceeded"),
      event(9, 8, 12, "TaskStateExited", named("Long")),
      event(10, 9, 12, "ParallelStateSucceeded"),
      event(11, 9, 12, "ParallelStateExited", named("All")),
      event(12, 11, 12, "ExecutionSucceeded"),
  };
  EXPECT_EQ(critical_path(events), "Long 12 s");
}

TEST(CriticalPaths, EndWithTheStateThatATimeoutOfTheWorkflowFound) {
  const std::vector<Json> events{
      event(1, 0, 0, "ExecutionStarted"),
      event(2, 0, 0, "TaskStateEntered", named("Advert")),
      event(3, 2, 0, "TaskScheduled"),
      event(4, 0, 90, "ExecutionTimedOut"),
  };
  EXPECT_EQ(critical_path(events), "Advert 90 s");
}

TEST(CriticalPaths, AreEmptyWhereNoTimePassed) {
  EXPECT_EQ(critical_path({event(1, 0, 0, "ExecutionStarted")}), "");
  EXPECT_EQ(critical_path({}), "");
}

}  // namespace
}  // namespace bedlam::harness
