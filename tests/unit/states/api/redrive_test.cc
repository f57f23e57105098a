// RedriveExecution. The rules are the developer guide's; where events point to is ours.
#include "tests/unit/states/api/api_fixture.h"

namespace bedlam::states {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

// Fails as long as an execution has not been redriven.
constexpr std::string_view kOnce = R"({"StartAt":"A","States":{
  "A":{"Type":"Pass","Assign":{"seen":"yes"},"Next":"B"},
  "B":{"Type":"Choice","Choices":[{"Variable":"$$.Execution.RedriveCount","NumericEquals":0,
       "Next":"F"}],"Default":"S"},
  "F":{"Type":"Wait","Seconds":30,"Next":"S"},
  "S":{"Type":"Pass","Parameters":{"seen.$":"$seen"},"End":true}}})";

class RedriveTest : public ApiTest {
 protected:
  std::vector<std::string> types(const std::string& execution) {
    std::vector<std::string> all;
    const Json events = call("GetExecutionHistory", {{"executionArn", execution}}).body;
    for (const Json& event : events.at("events")) all.push_back(event.at("type"));
    return all;
  }
  void stop(const std::string& execution) { call("StopExecution", {{"executionArn", execution}}); }
  ::bedlam::states::Reply redrive(const std::string& execution, const Json& more = Json::object()) {
    Json body = {{"executionArn", execution}};
    body.update(more);
    return call("RedriveExecution", body);
  }
};

TEST_F(RedriveTest, GoesOnInTheStateThatWasStopped) {
  const std::string execution = start(create("m", kOnce));
  stop(execution);
  EXPECT_EQ(describe(execution).at("redriveStatus"), "REDRIVABLE");
  scheduler.advance_to(Instant{} + std::chrono::seconds(100));
  EXPECT_EQ(redrive(execution).body.at("redriveDate"), 1'728'000'100.0);
  const Json running = describe(execution);
  EXPECT_EQ(running.at("status"), "RUNNING");
  EXPECT_FALSE(running.contains("stopDate"));
  EXPECT_EQ(running.at("redriveCount"), 1);
  EXPECT_EQ(running.at("redriveDate"), 1'728'000'100.0);
  EXPECT_EQ(running.at("redriveStatusReason"), "Execution is RUNNING and cannot be redriven");

  scheduler.advance_to(Instant{} + std::chrono::seconds(130));  // the whole wait again
  const Json over = describe(execution);
  EXPECT_EQ(over.at("status"), "SUCCEEDED");
  EXPECT_EQ(over.at("output"), R"({"seen":"yes"})");
  EXPECT_EQ(over.at("startDate"), 1'728'000'000.0);
  EXPECT_THAT(
      types(execution),
      ElementsAre("ExecutionStarted", "PassStateEntered", "PassStateExited", "ChoiceStateEntered",
                  "ChoiceStateExited", "WaitStateEntered", "ExecutionAborted", "ExecutionRedriven",
                  "WaitStateExited", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"));
  const Json events = call("GetExecutionHistory", {{"executionArn", execution}}).body.at("events");
  EXPECT_EQ(events[7].at("executionRedrivenEventDetails").at("redriveCount"), 1);
}

TEST_F(RedriveTest, EntersAFailStateAgain) {
  const std::string execution =
      start(create("m", R"({"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E"}}})"));
  redrive(execution);
  EXPECT_THAT(types(execution),
              ElementsAre("ExecutionStarted", "FailStateEntered", "ExecutionFailed",
                          "ExecutionRedriven", "FailStateEntered", "ExecutionFailed"));
  EXPECT_EQ(describe(execution).at("redriveCount"), 1);
}

TEST_F(RedriveTest, FinishedBranchesKeepTheirResult) {
  const std::string execution = start(create("m", R"({"StartAt":"P","States":{"P":{
    "Type":"Parallel","End":true,"Branches":[
      {"StartAt":"A","States":{"A":{"Type":"Pass","Result":"first","End":true}}},
      {"StartAt":"C","States":{
        "C":{"Type":"Choice","Choices":[{"Variable":"$$.Execution.RedriveCount",
             "NumericEquals":0,"Next":"F"}],"Default":"S"},
        "F":{"Type":"Wait","Seconds":30,"Next":"S"},
        "S":{"Type":"Pass","Result":"second","End":true}}}]}}})"));
  stop(execution);
  redrive(execution);
  scheduler.run();
  const Json over = describe(execution);
  EXPECT_EQ(over.at("output"), R"(["first","second"])");
  const std::vector<std::string> all = types(execution);
  const auto redriven = std::find(all.begin(), all.end(), "ExecutionRedriven");
  EXPECT_THAT(
      std::vector<std::string>(redriven, all.end()),
      ElementsAre("ExecutionRedriven", "WaitStateExited", "PassStateEntered", "PassStateExited",
                  "ParallelStateSucceeded", "ParallelStateExited", "ExecutionSucceeded"));
}

TEST_F(RedriveTest, IterationsThatFailedRunAgain) {
  // The second item fails until the execution is redriven.
  const std::string machine = create("m", R"({"StartAt":"M","States":{"M":{
    "Type":"Map","MaxConcurrency":1,"End":true,"ItemProcessor":{"StartAt":"C","States":{
      "C":{"Type":"Choice","Choices":[{"And":[{"Variable":"$","NumericEquals":2},
           {"Variable":"$$.Execution.RedriveCount","NumericEquals":0}],"Next":"F"}],
           "Default":"S"},
      "F":{"Type":"Wait","SecondsPath":"$.no","Next":"S"},
      "S":{"Type":"Pass","End":true}}}}}})");
  const std::string execution = start(machine, {{"input", "[1,2,3]"}});
  ASSERT_EQ(describe(execution).at("status"), "FAILED");
  // It stands in the Wait state, which fails again.
  redrive(execution);
  scheduler.run();
  EXPECT_EQ(describe(execution).at("status"), "FAILED");
  const std::vector<std::string> all = types(execution);
  EXPECT_EQ(std::count(all.begin(), all.end(), "MapIterationStarted"), 2);
  EXPECT_EQ(std::count(all.begin(), all.end(), "MapIterationSucceeded"), 1);
  EXPECT_EQ(std::count(all.begin(), all.end(), "MapIterationFailed"), 2);
}

TEST_F(RedriveTest, RefusesWhatCannotBeRedriven) {
  const std::string done = start(create("m"));
  EXPECT_THAT(redrive(done).error(), StartsWith("ExecutionNotRedrivable"));
  const std::string waiting = start(create("w", kWaitMinute));
  EXPECT_THAT(redrive(waiting).error(), StartsWith("ExecutionNotRedrivable"));
  stop(waiting);
  scheduler.advance_to(Instant{} + std::chrono::hours(24 * 15));
  EXPECT_EQ(describe(waiting).at("redriveStatusReason"), "Execution redrivable period exceeded");
  EXPECT_THAT(redrive(waiting).error(), StartsWith("ExecutionNotRedrivable"));
  EXPECT_EQ(redrive(std::string(kArnPrefix) + "execution:m:none").error(),
            "ExecutionDoesNotExist: Execution Does Not Exist: '" + std::string(kArnPrefix) +
                "execution:m:none'");
}

TEST_F(RedriveTest, AClientTokenActsOnce) {
  const std::string execution = start(create("w", kWaitMinute));
  stop(execution);
  const Json token = {{"clientToken", "t1"}};
  const Json first = redrive(execution, token).body;
  scheduler.advance_to(Instant{} + std::chrono::seconds(5));
  EXPECT_TRUE(same_value(redrive(execution, token).body, first));
  EXPECT_EQ(describe(execution).at("redriveCount"), 1);
}

TEST_F(RedriveTest, ListsByRedrive) {
  const std::string machine = create("w", kWaitMinute);
  const std::string execution = start(machine);
  stop(execution);
  redrive(execution);
  start(machine);
  const auto count = [&](std::string_view filter) {
    return call("ListExecutions", {{"stateMachineArn", machine}, {"redriveFilter", filter}})
        .body.at("executions")
        .size();
  };
  EXPECT_EQ(count("REDRIVEN"), 1U);
  EXPECT_EQ(count("NOT_REDRIVEN"), 1U);
}

}  // namespace
}  // namespace bedlam::states
