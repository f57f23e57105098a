// What bounds an execution: events, its duration, the stack, and others' right to the same instant.
#include "tests/unit/states/machine/stage.h"

namespace bedlam::states {
namespace {

using Limits = Stage;

constexpr const char* kEndless =
    R"({"StartAt": "Spin", "States": {"Spin": {"Type": "Choice", "Default": "Out",
        "Choices": [{"Variable": "$.spin", "BooleanEquals": true, "Next": "Spin"}]}, "Out": {
            "Type": "Succeed"}}})";

// Measured on AWS: the 25,000th event is the failure, and points to the one before.
TEST_F(Limits, HistoryEndsWithItsLastEvent) {
  const auto execution = run(kEndless, R"({"spin": true})");
  EXPECT_EQ(execution->status(), ExecutionStatus::kFailed);
  ASSERT_EQ(execution->history().size(), kMaxHistoryEvents);
  const Json last = execution->history().event(kMaxHistoryEvents - 1, scheduler);
  EXPECT_EQ(last["type"], "ExecutionFailed");
  EXPECT_EQ(last["previousEventId"], 24'999);
  EXPECT_EQ(
      last["executionFailedEventDetails"],
      (Json{{"error", "States.Runtime"},
            {"cause", "The execution reached the maximum number of history events (25000)."}}));
  EXPECT_EQ(execution->history().event(kMaxHistoryEvents - 2, scheduler)["type"],
            "ChoiceStateExited");
}

TEST_F(Limits, AHundredThousandTransitionsInAnExpressLoop) {
  const auto execution = run(
      R"j({"StartAt": "Count", "States": {
          "Count": {"Type": "Pass", "Next": "Enough",
                    "Parameters": {"n.$": "States.MathAdd($.n, 1)"}},
          "Enough": {"Type": "Choice", "Default": "Count",
                     "Choices": [{"Variable": "$.n", "NumericGreaterThanEquals": 50000,
                                  "Next": "Done"}]},
          "Done": {"Type": "Succeed"}}})j",
      R"({"n": 0})", "EXPRESS");
  EXPECT_EQ(execution->status(), ExecutionStatus::kSucceeded);
  EXPECT_EQ(output(*execution), R"({"n":50000})");
  EXPECT_EQ(execution->history().size(), kMaxHistoryEvents);  // the rest is not kept
}

TEST_F(Limits, AChainOfManyStates) {
  std::string states;
  constexpr int kStates = 10'000;
  for (int i = 0; i < kStates; ++i) {
    states +=
        "\"S" + std::to_string(i) + R"(": {"Type": "Pass", )" +
        (i + 1 < kStates ? R"("Next": "S)" + std::to_string(i + 1) + "\"}," : "\"End\": true}");
  }
  const auto execution = run(R"({"StartAt": "S0", "States": {)" + states + "}}", R"({"a": 1})");
  EXPECT_EQ(execution->status(), ExecutionStatus::kSucceeded);
  EXPECT_EQ(execution->history().size(), 2U + 2 * kStates);
}

TEST_F(Limits, ALongLoopLetsOthersRunAtTheSameInstant) {
  const auto endless = start(kEndless, R"({"spin": true})");
  EXPECT_EQ(endless->status(), ExecutionStatus::kRunning);
  const auto other = start(R"({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}})");
  EXPECT_EQ(other->status(), ExecutionStatus::kSucceeded);
  bool between = false;
  scheduler.after(0s, [&] { between = endless->status() == ExecutionStatus::kRunning; });
  scheduler.advance_to(Instant(0s));
  EXPECT_TRUE(between);
  EXPECT_EQ(endless->status(), ExecutionStatus::kFailed);
}

TEST_F(Limits, ExpressEndsAfterFiveMinutes) {
  const std::string wait =
      R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3600, "End": true}}})";
  const auto express = run(wait, "{}", "EXPRESS");
  EXPECT_EQ(express->status(), ExecutionStatus::kTimedOut);
  EXPECT_EQ(took(*express), 300s);
  EXPECT_EQ(took(*run(wait)), 3600s);
}

TEST_F(Limits, AWaitOfThreeDaysIsExact) {
  const auto seconds =
      run(R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 259200, "End": true}}})");
  EXPECT_EQ(took(*seconds), 72h);
  // The stage's calendar starts on 2024-10-04 and is three days on by now.
  const auto until = run(
      R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "TimestampPath": "$.t", "End": true}}})",
      R"({"t": "2024-10-07T02:00:00+01:00"})");
  EXPECT_EQ(took(*until), 1h);
  const auto past = run(
      R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Timestamp": "2016-03-14T01:59:00Z",
          "End": true}}})");
  EXPECT_EQ(took(*past), 0s);
}

TEST_F(Limits, ReleasedWhileRunning) {
  bedrock.replies["m"] = {answer("{}", 60s)};
  auto execution = start(machine_of(task("m", R"("TimeoutSeconds": 50, "End": true)")));
  scheduler.advance_to(Instant(1s));
  execution.reset();
  scheduler.run();
  EXPECT_EQ(finished, 0);
}

}  // namespace
}  // namespace bedlam::states
