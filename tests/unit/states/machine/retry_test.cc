// Retry and Catch: exact virtual instants, counters, caps, jitter (developer guide, "Handling
// errors"; Amazon States Language, "Errors").
#include "tests/unit/states/machine/stage.h"

namespace bedlam::states {
namespace {

using Retry = Stage;

constexpr const char* kModel = "anthropic.claude-3-sonnet-20240229-v1:0";

TEST_F(Retry, DelaysGrowByTheRateFromTheInterval) {
  bedrock.replies[kModel] = {throttled(1s), throttled(1s), throttled(1s), answer("{}", 1s)};
  const auto execution = run(machine_of(task(kModel, R"("End": true, "Retry": [
      {"ErrorEquals": ["Bedrock.ThrottlingException"], "IntervalSeconds": 2, "BackoffRate": 3,
          "MaxAttempts": 3}])")));
  EXPECT_EQ(execution->status(), ExecutionStatus::kSucceeded);
  // Each call takes 1 s; the waits between are 2 s, 6 s, 18 s.
  EXPECT_EQ(bedrock.call_times(), (std::vector<Duration>{0s, 3s, 10s, 29s}));
  EXPECT_EQ(took(*execution), 30s);
}

TEST_F(Retry, DefaultsAreThreeAttemptsOneSecondAndDouble) {
  bedrock.replies[kModel] = {throttled()};
  const auto execution =
      run(machine_of(task(kModel, R"("End": true, "Retry": [{"ErrorEquals": ["States.ALL"]}])")));
  EXPECT_EQ(execution->status(), ExecutionStatus::kFailed);
  EXPECT_EQ(bedrock.call_times(), (std::vector<Duration>{0s, 1s, 3s, 7s}));
}

TEST_F(Retry, MaxDelayCaps) {
  bedrock.replies[kModel] = {throttled()};
  run(machine_of(task(kModel, R"("End": true, "Retry": [{"ErrorEquals": ["States.TaskFailed"],
      "IntervalSeconds": 5, "BackoffRate": 2, "MaxAttempts": 4, "MaxDelaySeconds": 15}])")));
  EXPECT_EQ(bedrock.call_times(), (std::vector<Duration>{0s, 5s, 15s, 30s, 45s}));
}

// The example of the Amazon States Language: errors A, B, C, B wait 1, 2, 5 and are then caught.
TEST_F(Retry, EachRetrierHasItsOwnCounter) {
  bedrock.replies[kModel] = {
      error(429, "ThrottlingException", ""), error(503, "ServiceUnavailableException", ""),
      error(408, "ModelTimeoutException", ""), error(503, "ServiceUnavailableException", "")};
  const auto execution = run(R"({"StartAt": "Ask", "States": {"Ask": )" + task(kModel, R"(
      "Retry": [{
          "ErrorEquals": ["Bedrock.ThrottlingException", "Bedrock.ServiceUnavailableException"],
                 "IntervalSeconds": 1, "BackoffRate": 2.0, "MaxAttempts": 2},
                {"ErrorEquals": ["Bedrock.ModelTimeoutException"], "IntervalSeconds": 5}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Z"}], "Next": "Z")") +
                             R"(, "Z": {"Type": "Pass", "End": true}}})");
  EXPECT_EQ(bedrock.call_times(), (std::vector<Duration>{0s, 1s, 3s, 8s}));
  EXPECT_EQ(execution->status(), ExecutionStatus::kSucceeded);
  EXPECT_EQ((*execution->output())["Error"], "Bedrock.ServiceUnavailableException");
}

TEST_F(Retry, ZeroAttemptsExemptFromALaterRetrier) {
  bedrock.replies[kModel] = {error(400, "ValidationException", "bad")};
  const auto execution = run(machine_of(task(kModel, R"("End": true, "Retry": [
      {"ErrorEquals": ["Bedrock.ValidationException"], "MaxAttempts": 0},
      {"ErrorEquals": ["States.ALL"]}])")));
  EXPECT_EQ(execution->status(), ExecutionStatus::kFailed);
  EXPECT_EQ(bedrock.calls.size(), 1U);
}

TEST_F(Retry, FullJitterStaysBelowTheDelayAndRepeatsWithTheSeed) {
  const std::string machine = machine_of(task(kModel, R"("End": true, "Retry": [
      {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 4, "MaxAttempts": 4,
          "JitterStrategy": "FULL"}])"));
  std::vector<std::vector<Duration>> gaps;
  for (const std::uint64_t seed : {7U, 7U, 8U}) {
    bedrock.replies[kModel] = {throttled()};
    bedrock.calls.clear();
    run(machine, "{}", "STANDARD", seed);
    const std::vector<Duration> at = bedrock.call_times();
    ASSERT_EQ(at.size(), 5U);
    gaps.push_back({at[1] - at[0], at[2] - at[1], at[3] - at[2], at[4] - at[3]});
  }
  EXPECT_EQ(gaps[0], gaps[1]);
  EXPECT_NE(gaps[0], gaps[2]);
  Duration most = 4s;
  for (const Duration gap : gaps[0]) {
    EXPECT_GE(gap, 0s);
    EXPECT_LT(gap, most);
    most *= 2;
  }
}

TEST_F(Retry, CountersStartAgainWithTheNextVisit) {
  // Two visits of the same state in a loop, each throttled once.
  bedrock.replies[kModel] = {throttled(), answer("{}"), throttled(), answer(R"({"done": true})")};
  const auto execution =
      run(R"({"StartAt": "Ask", "States": {
      "Ask": )" +
          task(kModel,
               R"("Next": "More", "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}])") +
          R"(, "More": {"Type": "Choice", "Default": "Ask",
        "Choices": [{"Variable": "$.Body.done", "IsPresent": true, "Next": "End"}]},
      "End": {"Type": "Succeed"}}})");
  EXPECT_EQ(execution->status(), ExecutionStatus::kSucceeded);
  EXPECT_EQ(bedrock.call_times(), (std::vector<Duration>{0s, 1s, 1s, 2s}));
}

TEST_F(Retry, RuntimeErrorsAreNeitherRetriedNorCaught) {
  const auto execution = run(R"({"StartAt": "Ask", "States": {
      "Ask": {"Type": "Task", "Resource": "arn:aws:states:::bedrock:invokeModel",
        "Parameters": {"ModelId.$": "$.nothing", "Body": {}}, "End": true,
        "Retry": [{"ErrorEquals": ["States.ALL"]}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]},
      "Caught": {"Type": "Pass", "End": true}}})");
  EXPECT_EQ(execution->status(), ExecutionStatus::kFailed);
  EXPECT_EQ(execution->failure()->error, "States.Runtime");
  EXPECT_EQ(execution->failure()->cause,
            "An error occurred while executing the state 'Ask' (entered at the event id #2). The "
            "JSONPath '$.nothing' specified for the field 'ModelId.$' could not be found in the "
            "input '{}'");
  EXPECT_EQ(took(*execution), 0s);
}

TEST_F(Retry, CatchMergesTheErrorIntoTheInput) {
  bedrock.replies[kModel] = {error(400, "ValidationException", "bad body")};
  const auto execution =
      run(R"({"StartAt": "Ask", "States": {"Ask": )" + task(kModel, R"("Next": "Z",
      "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Never"},
                {"ErrorEquals": ["States.TaskFailed"], "ResultPath": "$.problem", "Next": "Z"}])") +
              R"(, "Z": {"Type": "Succeed"}, "Never": {"Type": "Fail"}}})",
          R"({"a": 1})");
  EXPECT_EQ(chain(*execution)[5], "6 5 TaskStateExited");
  EXPECT_EQ(
      output(*execution),
      R"({"a":1,"problem":{"Error":"Bedrock.ValidationException","Cause":"bad body (Service: )"
      R"j(BedrockRuntime, Status Code: 400, Request ID: request-1) (SDK Attempt Count: 1)"}})j");
}

// Recorded (test_lambda_invoke_with_retry_extended_input): 0 at first, then the number of retries.
TEST_F(Retry, RetryCountIsInTheContextObject) {
  bedrock.replies[kModel] = {throttled(), throttled(), answer("{}")};
  const auto execution = run(machine_of(R"({"Type": "Task",
      "Resource": "arn:aws:states:::bedrock:invokeModel", "End": true,
      "Parameters": {"ModelId": ")" + std::string(kModel) +
                                        R"(", "Body": {"n.$": "$$.State.RetryCount"}},
      "ResultSelector": {"count.$": "$$.State.RetryCount"},
      "Retry": [{"ErrorEquals": ["States.ALL"]}]})"));
  std::vector<std::string> bodies;
  for (const auto& [at, call] : bedrock.calls) bodies.push_back(call.body);
  EXPECT_EQ(bodies, (std::vector<std::string>{R"({"n":0})", R"({"n":1})", R"({"n":2})"}));
  EXPECT_EQ(output(*execution), R"({"count":2})");
}

}  // namespace
}  // namespace bedlam::states
