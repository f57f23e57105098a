// Tasks against Bedrock: what is called, what comes back, and every way in which it does not.
#include <gmock/gmock.h>

#include "tests/unit/states/machine/stage.h"

namespace bedlam::states {
namespace {

using Task = Stage;
using Lines = std::vector<std::string>;

constexpr const char* kTaskModel = "anthropic.claude-3-sonnet-20240229-v1:0";

std::string runtime_task(const std::string& action, const std::string& parameters) {
  return machine_of(
      R"({"Type": "Task", "End": true, "Resource": "arn:aws:states:::aws-sdk:bedrockruntime:)" +
      action + R"(", "Parameters": )" + parameters + "}");
}

TEST_F(Task, OptimizedInvokeModel) {
  bedrock.replies[kTaskModel] = {answer(R"({"content": [{
      "text": "Room for everyone."}]})",
                                        7200ms)};
  const auto execution =
      run(machine_of(task(kTaskModel, R"("TimeoutSeconds": 30, "ResultPath": "$.answer",
          "End": true)")),
          R"({"vehicle": "suv"})");
  EXPECT_EQ(chain(*execution), (Lines{"1 0 ExecutionStarted", "2 0 TaskStateEntered",
                                      "3 2 TaskScheduled", "4 3 TaskStarted", "5 4 TaskSucceeded",
                                      "6 5 TaskStateExited", "7 6 ExecutionSucceeded"}));
  EXPECT_EQ(took(*execution), 7200ms);
  const Json scheduled = details(*execution, "TaskScheduled");
  EXPECT_EQ(scheduled["resourceType"], "bedrock");
  EXPECT_EQ(scheduled["resource"], "invokeModel");
  EXPECT_EQ(scheduled["region"], "us-east-1");
  EXPECT_EQ(scheduled["timeoutInSeconds"], 30);
  EXPECT_EQ(scheduled["parameters"],
            R"({"ModelId":")" + std::string(kTaskModel) + R"(","Body":{"prompt":"Hi"}})");
  EXPECT_EQ(details(*execution, "TaskStarted"),
            (Json{{"resourceType", "bedrock"}, {"resource", "invokeModel"}}));
  EXPECT_EQ(output(*execution),
            R"({"vehicle":"suv","answer":{"Body":{"content":[{"text":"Room for everyone."}]},)"
            R"("ContentType":"application/json"}})");

  ASSERT_EQ(bedrock.calls.size(), 1U);
  const rpc::Call& call = bedrock.calls[0].second;
  EXPECT_EQ(call.operation, "InvokeModel");
  EXPECT_EQ(call.resource, kTaskModel);
  EXPECT_EQ(call.body, R"({"prompt":"Hi"})");
  EXPECT_EQ(call.headers.get("content-type"), "application/json");
  EXPECT_EQ(call.headers.get("accept"), "application/json");
  EXPECT_EQ(call.caller.origin, "arn:aws:states:us-east-1:123456789012:execution:advert:run-1");
  EXPECT_EQ(call.caller.region, "us-east-1");
  EXPECT_EQ(call.caller.attempt, 1);
  EXPECT_EQ(call.caller.invocation_id.size(), 36U);
}

TEST_F(Task, EveryAttemptIsACallOfItsOwn) {
  bedrock.replies[kTaskModel] = {throttled(), answer("{}")};
  run(machine_of(task(kTaskModel, R"("End": true, "Retry": [{"ErrorEquals": ["States.ALL"]}])")));
  ASSERT_EQ(bedrock.calls.size(), 2U);
  EXPECT_NE(bedrock.calls[0].second.caller.invocation_id,
            bedrock.calls[1].second.caller.invocation_id);
}

TEST_F(Task, SdkInvokeModelKeepsTheBodyAsText) {
  bedrock.replies[kTaskModel] = {answer(R"({"a": 1})")};
  const auto execution = run(runtime_task(
      "invokeModel", R"({"ModelId": ")" + std::string(kTaskModel) +
                         R"(", "Body": "{\"x\": 2}", "ContentType": "application/json"})"));
  EXPECT_EQ(bedrock.calls[0].second.body, R"({"x": 2})");
  EXPECT_EQ(output(*execution), R"({"Body":"{\"a\": 1}","ContentType":"application/json"})");
  EXPECT_EQ(details(*execution, "TaskScheduled")["resourceType"], "aws-sdk:bedrockruntime");
}

TEST_F(Task, SdkConverseRespellsMembersButNotDocuments) {
  bedrock.replies[kTaskModel] = {answer(
      R"({"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"n","input":{"someKey":1}}}]}},)"
      R"("stopReason":"tool_use","usage":{"inputTokens":3}})")};
  const auto execution =
      run(runtime_task("converse", R"({"ModelId": ")" + std::string(kTaskModel) + R"(",
      "Messages": [{"Role": "user", "Content": [{"Text": "Hi"}]}], "InferenceConfig": {
          "MaxTokens": 5},
      "ToolConfig": {"Tools": [{"ToolSpec": {"Name": "n", "InputSchema": {"Json": {
          "Type": "object"}}}}]}})"));
  EXPECT_EQ(bedrock.calls[0].second.operation, "Converse");
  EXPECT_EQ(
      bedrock.calls[0].second.body,
      R"({"messages":[{"role":"user","content":[{"text":"Hi"}]}],"inferenceConfig":{"maxTokens":5},)"
      R"("toolConfig":{"tools":[{"toolSpec":{"name":"n","inputSchema":{"json":{"Type":"object"}}}}]}})");
  EXPECT_EQ(
      output(*execution),
      R"({"Output":{"Message":{"Role":"assistant","Content":[{"ToolUse":{"ToolUseId":"t","Name":"n","Input":{"someKey":1}}}]}},)"
      R"("StopReason":"tool_use","Usage":{"InputTokens":3}})");
}

TEST_F(Task, ErrorsHaveTheServicesPrefix) {
  bedrock.replies[kTaskModel] = {throttled()};
  const auto optimized = run(machine_of(task(kTaskModel, R"("End": true)")));
  EXPECT_EQ(optimized->failure()->error, "Bedrock.ThrottlingException");
  const std::string cause =
      "Too many requests, please wait before trying again. (Service: BedrockRuntime, Status Code: "
      "429, Request ID: request-1) (SDK Attempt Count: 1)";
  EXPECT_EQ(optimized->failure()->cause, cause);
  EXPECT_EQ(details(*optimized, "TaskFailed"), (Json{{"resourceType", "bedrock"},
                                                     {"resource", "invokeModel"},
                                                     {"error", "Bedrock.ThrottlingException"},
                                                     {"cause", cause}}));
  const std::string parameters = R"({"ModelId": ")" + std::string(kTaskModel) + R"(",
      "Messages": []})";
  EXPECT_EQ(run(runtime_task("converse", parameters))->failure()->error,
            "BedrockRuntime.ThrottlingException");
  bedrock.replies[kTaskModel] = {error(418, "TeapotException", "?")};
  EXPECT_EQ(run(runtime_task("converse", parameters))->failure()->error,
            "BedrockRuntime.BedrockRuntimeException");
}

TEST_F(Task, ConnectionFaultsAreTheSdkClientsErrors) {
  const rpc::Step head{1s, rpc::Head{200, {}}};
  const rpc::Step bytes{1s, rpc::Bytes{"{\"half", std::nullopt}};
  const std::vector<std::pair<std::vector<rpc::Step>, std::string>> plans{
      {{{1s, rpc::Reset{}}}, "Connection reset"},
      {{head, bytes, {2s, rpc::Reset{}}}, "Connection reset"},
      {{{1s, rpc::Close{}}}, "The target server failed to respond"},
      {{head, bytes, {2s, rpc::HalfClose{}}},
       "Premature end of Content-Length delimited message body"}};
  for (const auto& [steps, words] : plans) {
    bedrock.replies[kTaskModel] = {rpc::Reply{steps, {}}};
    const auto execution = run(machine_of(task(kTaskModel, R"("End": true)")));
    ASSERT_TRUE(execution->failure());
    EXPECT_EQ(execution->failure()->error, "Bedrock.SdkClientException");
    EXPECT_THAT(execution->failure()->cause.value_or(""), ::testing::HasSubstr(words));
  }
}

// Recorded (test_fixed_timeout_service_lambda): only the error, no cause.
TEST_F(Task, TimesOutAndAbandonsTheCall) {
  bedrock.replies[kTaskModel] = {answer("{}", 60s)};
  const auto execution =
      run(machine_of(task(kTaskModel, R"("TimeoutSecondsPath": "$.limit", "End": true)")),
          R"({"limit": 5})");
  EXPECT_EQ(took(*execution), 5s);
  EXPECT_EQ(details(*execution, "TaskScheduled")["timeoutInSeconds"], 5);
  EXPECT_EQ(details(*execution, "TaskTimedOut"), (Json{{"resourceType", "bedrock"},
                                                       {"resource", "invokeModel"},
                                                       {"error", "States.Timeout"}}));
  EXPECT_EQ(details(*execution, "ExecutionFailed"), (Json{{"error", "States.Timeout"}}));
  EXPECT_EQ(journal.entries().back().ended, "abandoned");
}

TEST_F(Task, AStallEndsWithTheTasksOwnTimeout) {
  bedrock.replies[kTaskModel] = {rpc::Reply{{{0s, rpc::Head{200, {}}}, {1s, rpc::Stall{}}}, {}}};
  const auto execution = run(R"({"StartAt": "Ask", "States": {"Ask": )" +
                             task(kTaskModel, R"("TimeoutSeconds": 90, "Next": "Z",
      "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "Never"}, {
          "ErrorEquals": ["States.Timeout"], "Next": "Z"}])") +
                             R"(, "Z": {"Type": "Succeed"}, "Never": {"Type": "Fail"}}})");
  EXPECT_EQ(took(*execution), 90s);
  EXPECT_EQ(output(*execution), R"({"Error":"States.Timeout","Cause":""})");  // recorded form
}

TEST_F(Task, AnAnswerAtTheLastInstantCounts) {
  bedrock.replies[kTaskModel] = {answer("{}", 5s)};
  const auto execution = run(machine_of(task(kTaskModel, R"("TimeoutSeconds": 5, "End": true)")));
  EXPECT_EQ(execution->status(), ExecutionStatus::kSucceeded);
}

TEST_F(Task, HeartbeatTimeoutIsMatchedByBothNames) {
  bedrock.replies[kTaskModel] = {answer("{}", 60s)};
  for (const std::string name : {"States.HeartbeatTimeout", "States.Timeout"}) {
    const auto execution =
        run(R"({"StartAt": "Ask", "States": {"Ask": )" +
            task(kTaskModel, R"("TimeoutSeconds": 30, "HeartbeatSeconds": 10, "Next": "Z",
        "Catch": [{"ErrorEquals": [")" +
                                 name + R"("], "Next": "Z"}])") +
            R"(, "Z": {"Type": "Succeed"}}})");
    EXPECT_EQ(took(*execution), 10s);
    EXPECT_EQ(execution->status(), ExecutionStatus::kSucceeded);
    EXPECT_EQ(details(*execution, "TaskScheduled")["heartbeatInSeconds"], 10);
  }
}

// Recorded (test_service_task_lambada_data_limit_exceeded): named by the resource type; caught.
TEST_F(Task, ResultTooLarge) {
  bedrock.replies[kTaskModel] = {answer("\"" + std::string(262'145, 'a') + "\"")};
  const auto execution = run(
      R"({"StartAt": "Ask", "States": {"Ask": )" +
      task(
          kTaskModel,
          R"("Next": "Z", "Catch": [{"ErrorEquals": ["States.DataLimitExceeded"], "Next": "Z"}])") +
      R"(, "Z": {"Type": "Succeed"}}})");
  EXPECT_EQ(chain(*execution)[4], "5 4 TaskFailed");
  EXPECT_EQ(output(*execution),
            R"({"Error":"States.DataLimitExceeded","Cause":"The state/task 'bedrock' returned a )"
            R"(result with a size exceeding the maximum number of bytes service limit."})");
}

TEST_F(Task, StoppingAbandonsTheCall) {
  bedrock.replies[kTaskModel] = {answer("{}", 60s)};
  const auto execution = start(machine_of(task(kTaskModel, R"("End": true)")));
  scheduler.advance_to(Instant(3s));
  execution->stop("Operator", "Enough.");
  EXPECT_EQ(execution->status(), ExecutionStatus::kAborted);
  EXPECT_EQ(details(*execution, "ExecutionAborted"),
            (Json{{"error", "Operator"}, {"cause", "Enough."}}));
  EXPECT_EQ(journal.entries().back().ended, "abandoned");
  EXPECT_EQ(scheduler.next_due(), std::nullopt);
  EXPECT_EQ(finished, 1);
}

TEST_F(Task, UnusableParametersFailTheExecution) {
  const auto execution = run(machine_of(R"({"Type": "Task", "End": true,
      "Resource": "arn:aws:states:::bedrock:invokeModel", "Parameters": {"ModelId.$": "$.model",
          "Body": {}}})"),
                             R"({"model": 7})");
  EXPECT_EQ(execution->failure()->error, "States.Runtime");
  EXPECT_EQ(execution->failure()->cause,
            "An error occurred while executing the state 'Ask' (entered at the event id #2). The "
            "Parameters '{\"ModelId\":7,\"Body\":{}}' could not be used to start the Task: [The "
            "value of the field 'ModelId' has an invalid format]");
}

}  // namespace
}  // namespace bedlam::states
