// Histories that AWS recorded (shared/conformance, cases named in the tests): definitions, ids,
// previousEventIds and texts are the recordings'.
#include "tests/unit/states/machine/stage.h"

namespace bedlam::states {
namespace {

using ::testing::Test;
using Recorded = Stage;
using Lines = std::vector<std::string>;

// test_state_pass_result_null_input_output_paths
TEST_F(Recorded, NullPathsGiveEmptyObjects) {
  const auto execution = run(R"({"StartAt": "State0", "States": {
      "State0": {"Type": "Pass", "Parameters": {"Arg1": "argument1", "FromInput.$": "$"},
          "Next": "State1"},
      "State1": {"Type": "Pass", "InputPath": null, "Parameters": {
          "Arg2": "argument2", "FromInput.$": "$"}, "Next": "State2"},
      "State2": {"Type": "Pass", "OutputPath": null, "End": true}}})",
                             R"({"InputValue": 0})");
  EXPECT_EQ(chain(*execution),
            (Lines{"1 0 ExecutionStarted", "2 0 PassStateEntered", "3 2 PassStateExited",
                   "4 3 PassStateEntered", "5 4 PassStateExited", "6 5 PassStateEntered",
                   "7 6 PassStateExited", "8 7 ExecutionSucceeded"}));
  const std::vector<Json> all = events(*execution);
  EXPECT_EQ(all[4]["stateExitedEventDetails"],
            (Json{{"name", "State1"},
                  {"output", R"({"Arg2":"argument2","FromInput":{}})"},
                  {"outputDetails", {{"truncated", false}}}}));
  EXPECT_EQ(output(*execution), "{}");
}

// test_map_state_config_inline_parameters: the caller's spaces stay in the first events.
TEST_F(Recorded, MapOneAfterTheOther) {
  const auto execution = run(R"({"StartAt": "MapState", "States": {
      "MapState": {"Type": "Map", "MaxConcurrency": 1,
        "Parameters": {
            "constantValue": "constant", "mapValue.$": "$$.Map.Item.Value", "fromInput.$": "$"},
        "ItemProcessor": {"StartAt": "IteratorInner", "States": {"IteratorInner": {
            "Type": "Pass", "End": true}},
                          "ProcessorConfig": {"Mode": "INLINE"}}, "Next": "Finish"},
      "Finish": {"Type": "Succeed"}}})",
                             R"(["Hello", "World"])");
  EXPECT_EQ(chain(*execution),
            (Lines{"1 0 ExecutionStarted", "2 0 MapStateEntered", "3 2 MapStateStarted",
                   "4 3 MapIterationStarted", "5 4 PassStateEntered", "6 5 PassStateExited",
                   "7 6 MapIterationSucceeded", "8 6 MapIterationStarted", "9 8 PassStateEntered",
                   "10 9 PassStateExited", "11 10 MapIterationSucceeded", "12 11 MapStateSucceeded",
                   "13 11 MapStateExited", "14 13 SucceedStateEntered", "15 14 SucceedStateExited",
                   "16 15 ExecutionSucceeded"}));
  const std::vector<Json> all = events(*execution);
  EXPECT_EQ(all[0]["executionStartedEventDetails"]["input"], R"(["Hello", "World"])");
  EXPECT_EQ(all[1]["stateEnteredEventDetails"]["input"], R"(["Hello", "World"])");
  EXPECT_EQ(all[2]["mapStateStartedEventDetails"], (Json{{"length", 2}}));
  EXPECT_EQ(all[7]["mapIterationStartedEventDetails"], (Json{{"name", "MapState"}, {"index", 1}}));
  EXPECT_EQ(output(*execution),
            R"([{"constantValue":"constant","mapValue":"Hello","fromInput":["Hello","World"]},)"
            R"({"constantValue":"constant","mapValue":"World","fromInput":["Hello","World"]}])");
}

// test_map_state_nested
TEST_F(Recorded, MapInMap) {
  const auto execution =
      run(R"({"StartAt": "MapL1", "States": {"MapL1": {"Type": "Map", "MaxConcurrency": 1,
      "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "MapL2", "States": {
        "MapL2": {"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": {"ProcessorConfig": {
            "Mode": "INLINE"},
          "StartAt": "MapL2Pass", "States": {"MapL2Pass": {"Type": "Pass", "End": true}}},
              "End": true}}},
      "End": true}}})",
          "[[1, 2, 3], [4, 5, 6]]");
  const Lines lines = chain(*execution);
  ASSERT_EQ(lines.size(), 42U);
  EXPECT_EQ((Lines{lines.begin() + 16, lines.begin() + 24}),
            (Lines{"17 16 PassStateExited", "18 17 MapIterationSucceeded",
                   "19 18 MapStateSucceeded", "20 18 MapStateExited", "21 20 MapIterationSucceeded",
                   "22 20 MapIterationStarted", "23 22 MapStateEntered", "24 23 MapStateStarted"}));
  EXPECT_EQ((Lines{lines.begin() + 38, lines.end()}),
            (Lines{"39 38 MapIterationSucceeded", "40 39 MapStateSucceeded", "41 39 MapStateExited",
                   "42 41 ExecutionSucceeded"}));
  EXPECT_EQ(output(*execution), "[[1,2,3],[4,5,6]]");
}

constexpr const char* kFailingItem =
    R"("Type": "Map", "ResultPath": null, "InputPath": "$.arr", "MaxConcurrency": 1,
       "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "HandleItemFail",
         "States": {"HandleItemFail": {"Type": "Fail", "Error": "HandleItemFailError",
             "Cause": "HandleItemFailCause"}}},
       "Next": "Final")";

std::string failing_map(const std::string& more, const std::string& states) {
  return R"({"StartAt": "StartState", "States": {
      "StartState": {"Type": "Pass", "Result": [1], "ResultPath": "$.arr", "Next": "MapState"},
      "MapState": {)" +
         std::string(kFailingItem) + more + "}," + states +
         R"("Final": {"Type": "Pass", "End": true}}})";
}

// test_map_state_catch
TEST_F(Recorded, MapFailureIsCaught) {
  const auto execution = run(
      failing_map(R"(, "Catch": [{"ErrorEquals": ["HandleItemFailError"], "Next": "FinalCaught"}])",
                  R"("FinalCaught": {"Type": "Pass", "End": true},)"));
  EXPECT_EQ(chain(*execution),
            (Lines{"1 0 ExecutionStarted", "2 0 PassStateEntered", "3 2 PassStateExited",
                   "4 3 MapStateEntered", "5 4 MapStateStarted", "6 5 MapIterationStarted",
                   "7 6 FailStateEntered", "8 7 MapIterationFailed", "9 7 MapStateFailed",
                   "10 9 MapStateExited", "11 10 PassStateEntered", "12 11 PassStateExited",
                   "13 12 ExecutionSucceeded"}));
  EXPECT_EQ(output(*execution), R"({"Error":"HandleItemFailError","Cause":"HandleItemFailCause"})");
}

// test_map_state_retry
TEST_F(Recorded, MapIsRetriedAsAWhole) {
  const auto execution = run(failing_map(
      R"(, "Retry": [{"ErrorEquals": ["HandleItemFailError"], "MaxAttempts": 2}])", ""));
  EXPECT_EQ(chain(*execution),
            (Lines{"1 0 ExecutionStarted", "2 0 PassStateEntered", "3 2 PassStateExited",
                   "4 3 MapStateEntered", "5 4 MapStateStarted", "6 5 MapIterationStarted",
                   "7 6 FailStateEntered", "8 7 MapIterationFailed", "9 7 MapStateStarted",
                   "10 9 MapIterationStarted", "11 10 FailStateEntered", "12 11 MapIterationFailed",
                   "13 11 MapStateStarted", "14 13 MapIterationStarted", "15 14 FailStateEntered",
                   "16 15 MapIterationFailed", "17 15 MapStateFailed", "18 17 ExecutionFailed"}));
  EXPECT_EQ(took(*execution), 3s);  // 1 s, then 2 s
  EXPECT_EQ(details(*execution, "ExecutionFailed"),
            (Json{{"error", "HandleItemFailError"}, {"cause", "HandleItemFailCause"}}));
}

// test_map_state_catch_empty_fail: a Fail state without Error and Cause.
TEST_F(Recorded, FailureWithoutNameOrCause) {
  const auto execution =
      run(R"({"StartAt": "HandleItemFail", "States": {"HandleItemFail": {"Type": "Fail"}}})");
  EXPECT_EQ(chain(*execution),
            (Lines{"1 0 ExecutionStarted", "2 0 FailStateEntered", "3 2 ExecutionFailed"}));
  EXPECT_EQ(details(*execution, "ExecutionFailed"), Json::object());
}

// test_parallel_state: which branch ends last is AWS's own affair; the state's own events are not.
TEST_F(Recorded, ParallelPointsToTheLastBranchEvent) {
  const auto execution = run(R"({"StartAt": "LoadInput", "States": {
      "LoadInput": {"Type": "Pass", "Result": [1, 2, 3, 4], "Next": "ParallelState"},
      "ParallelState": {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "Branch1", "States": {"Branch1": {"Type": "Pass", "End": true}}},
        {"StartAt": "Branch21", "States": {"Branch21": {"Type": "Pass", "Next": "Branch22"},
            "Branch22": {"Type": "Pass", "End": true}}},
        {"StartAt": "Branch31", "States": {"Branch31": {"Type": "Pass", "Next": "Branch32"},
            "Branch32": {"Type": "Pass", "Next": "Branch33"}, "Branch33": {"Type": "Pass",
            "End": true}}}]}}})");
  const Lines lines = chain(*execution);
  ASSERT_EQ(lines.size(), 20U);
  EXPECT_EQ(lines[4], "5 4 ParallelStateStarted");
  EXPECT_EQ(lines[5], "6 5 PassStateEntered");
  EXPECT_EQ(lines[17], "18 17 ParallelStateSucceeded");
  EXPECT_EQ(lines[18], "19 17 ParallelStateExited");
  EXPECT_EQ(lines[19], "20 19 ExecutionSucceeded");
  EXPECT_EQ(output(*execution), "[[1,2,3,4],[1,2,3,4],[1,2,3,4]]");
}

// test_base_wait_seconds_path and test_invalid_jsonpath
TEST_F(Recorded, RuntimeFailuresNameTheStateAndItsEvent) {
  const std::string wait =
      R"({"StartAt": "WaitState", "States": {"WaitState": {"Type": "Wait",
          "SecondsPath": "$.input.waitSeconds", "End": true}}})";
  const std::string in_wait =
      "An error occurred while executing the state 'WaitState' (entered at the event id #2). ";
  for (const auto& [seconds, text] : std::vector<std::pair<std::string, std::string>>{
           {"-1",
            "The SecondsPath parameter references a negative value: $.input.waitSeconds == -1"},
           {"1.5",
            "The SecondsPath parameter cannot be parsed as a long value: $.input.waitSeconds == "
            "1.5"}}) {
    const auto execution = run(wait, R"({"input": {"waitSeconds": )" + seconds + "}}");
    EXPECT_EQ(chain(*execution),
              (Lines{"1 0 ExecutionStarted", "2 0 WaitStateEntered", "3 2 ExecutionFailed"}));
    ASSERT_TRUE(execution->failure());
    EXPECT_EQ(execution->failure()->error, "States.Runtime");
    EXPECT_EQ(execution->failure()->cause, in_wait + text);
  }
  const auto path = run(
      R"({"StartAt": "pass", "States": {"pass": {"Type": "Pass",
          "InputPath": "$.NoSuchInputPath", "End": true}}})",
      R"({"int-literal": 0})");
  ASSERT_TRUE(path->failure());
  EXPECT_EQ(path->failure()->cause,
            "An error occurred while executing the state 'pass' (entered at the event id #2). "
            "Invalid path '$.NoSuchInputPath' : No results for path: $['NoSuchInputPath']");
}

// test_input_path of the context object
TEST_F(Recorded, ContextObject) {
  const auto execution = run(
      R"({"StartAt": "TestState", "States": {"TestState": {"Type": "Pass", "InputPath": "$$",
          "End": true}}})",
      R"({"input-value": 0})");
  EXPECT_EQ(
      output(*execution),
      R"({"Execution":{"Id":"arn:aws:states:us-east-1:123456789012:execution:advert:run-1",)"
      R"("Input":{"input-value":0},"StartTime":"2024-10-04T00:00:00.000Z","Name":"run-1",)"
      R"("RoleArn":"arn:aws:iam::123456789012:role/states","RedriveCount":0},)"
      R"("StateMachine":{"Id":"arn:aws:states:us-east-1:123456789012:stateMachine:advert","Name":"advert"},)"
      R"("State":{"Name":"TestState","EnteredTime":"2024-10-04T00:00:00.000Z"}})");
}

// test_stop_execution: the last event points to 0.
TEST_F(Recorded, StoppedWhileWaiting) {
  const auto execution = start(R"({"StartAt": "State_1", "States": {
      "State_1": {"Type": "Wait", "Seconds": 60, "Next": "State_2"}, "State_2": {"Type": "Pass",
          "End": true}}})");
  scheduler.advance_to(Instant(2s));
  execution->stop(std::nullopt, std::nullopt);
  EXPECT_EQ(execution->status(), ExecutionStatus::kAborted);
  EXPECT_EQ(finished, 1);
  EXPECT_EQ(chain(*execution),
            (Lines{"1 0 ExecutionStarted", "2 0 WaitStateEntered", "3 0 ExecutionAborted"}));
  EXPECT_EQ(scheduler.next_due(), std::nullopt);
}

// test_global_timeout
TEST_F(Recorded, WorkflowTimesOut) {
  const auto execution = run(R"({"StartAt": "State_1", "TimeoutSeconds": 5, "States": {
      "State_1": {"Type": "Wait", "Seconds": 60, "Next": "State_2"}, "State_2": {"Type": "Pass",
          "End": true}}})");
  EXPECT_EQ(execution->status(), ExecutionStatus::kTimedOut);
  EXPECT_EQ(took(*execution), 5s);
  EXPECT_FALSE(execution->failure());
}

// test_start_large_input
TEST_F(Recorded, PassResultTooLarge) {
  const auto execution =
      run(R"({"StartAt": "State_1", "States": {"State_1": {"Type": "Pass", "Result": {"Arg1": ")" +
          std::string(262'144, 'a') + R"("}, "End": true}}})");
  EXPECT_EQ(chain(*execution),
            (Lines{"1 0 ExecutionStarted", "2 0 PassStateEntered", "3 2 ExecutionFailed"}));
  EXPECT_EQ(details(*execution, "ExecutionFailed"),
            (Json{{"error", "States.DataLimitExceeded"},
                  {"cause",
                   "The state/task 'State_1' returned a result with a size exceeding the maximum "
                   "number of bytes service limit."}}));
}

}  // namespace
}  // namespace bedlam::states
