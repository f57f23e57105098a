// Tasks of every kind through the whole emulator: a scenario answers, a workflow runs, and its
// history is what AWS recorded for that pattern (facts on integrations, section 2).
#include <gmock/gmock.h>

#include "emulator/app/emulator.h"
#include "emulator/states/machine/execution.h"
#include "tests/unit/rpc/body_receiver.h"

namespace bedlam::app {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

class TasksTest : public testing::Test {
 protected:
  void load(const std::string& text) {
    const auto scenario = scenario::parse_scenario(text, "test.yaml");
    ASSERT_TRUE(scenario.ok()) << format(scenario.error().front(), text);
    const auto loaded = emulator.load(*scenario);
    ASSERT_TRUE(loaded.ok()) << format(loaded.error().front());
  }

  // The API's answer to a call; null where it has not come yet.
  std::shared_ptr<rpc::BodyReceiver> send(const std::string& operation, const Json& body) {
    rpc::Call call;
    call.service = "states";
    call.operation = operation;
    call.body = to_text(body);
    auto collected = std::make_shared<rpc::BodyReceiver>();
    emulator.dispatcher().call(call, collected);
    return collected;
  }
  Json call(const std::string& operation, const Json& body) {
    return Json::parse(send(operation, body)->body);
  }

  std::shared_ptr<const states::Execution> start(const std::string& workflow,
                                                 const std::string& test_case = "") {
    const Json started = call(
        "StartExecution", {{"stateMachineArn", emulator.state_machine_arn(workflow) + test_case}});
    EXPECT_TRUE(started.contains("executionArn")) << started;
    return emulator.find_execution(started.value("executionArn", ""));
  }
  std::shared_ptr<const states::Execution> run(const std::string& workflow,
                                               const std::string& test_case = "") {
    auto execution = start(workflow, test_case);
    emulator.scheduler().run();
    return execution;
  }

  Lines types(const states::Execution& execution) {
    Lines types;
    for (std::size_t i = 0; i < execution.history().size(); ++i) {
      types.push_back(execution.history().event(i, emulator.scheduler())["type"]);
    }
    return types;
  }
  // The details of the first event of a type.
  Json details(const states::Execution& execution, const std::string& type) {
    for (std::size_t i = 0; i < execution.history().size(); ++i) {
      const Json event = execution.history().event(i, emulator.scheduler());
      if (event["type"] != type) continue;
      for (const auto& member : event.items()) {
        if (member.key().ends_with("EventDetails")) return member.value();
      }
    }
    return nullptr;
  }
  Duration took(const states::Execution& execution) {
    return *execution.stopped() - execution.started();
  }

  static std::string workflow(const std::string& task) {
    return "workflows:\n  w: {definition: {StartAt: A, States: {A: {Type: Task, End: true, " +
           task + "}}}}\n";
  }

  Emulator emulator{EmulatorOptions{}};
};

TEST_F(TasksTest, AFunctionByItsArn) {
  load(
      "functions: {parser: {echo: $.x, latency: 3s}}\n" +
      workflow("Resource: 'arn:aws:lambda:us-east-1:123456789012:function:parser', TimeoutSeconds: "
               "5, Parameters: {x: [1, 2]}"));
  const auto execution = run("w");
  EXPECT_EQ(types(*execution),
            (Lines{"ExecutionStarted", "TaskStateEntered", "LambdaFunctionScheduled",
                   "LambdaFunctionStarted", "LambdaFunctionSucceeded", "TaskStateExited",
                   "ExecutionSucceeded"}));
  EXPECT_EQ(details(*execution, "LambdaFunctionScheduled"),
            (Json{{"input", R"({"x":[1,2]})"},
                  {"inputDetails", {{"truncated", false}}},
                  {"resource", "arn:aws:lambda:us-east-1:123456789012:function:parser"},
                  {"timeoutInSeconds", 5}}));
  EXPECT_EQ(*execution->output(), Json::array({1, 2}));
  EXPECT_EQ(took(*execution), 3s);
}

TEST_F(TasksTest, LambdaInvokeHasItsEnvelope) {
  load("functions: {parser: {answer: HelloWorld!}}\n" +
       workflow("Resource: 'arn:aws:states:::lambda:invoke', Parameters: {FunctionName: parser}"));
  const auto execution = run("w");
  ASSERT_NE(execution->output(), nullptr);
  const Json& output = *execution->output();
  EXPECT_EQ(output["Payload"], "HelloWorld!");
  EXPECT_EQ(output["ExecutedVersion"], "$LATEST");
  EXPECT_EQ(output["StatusCode"], 200);
  const Json& metadata = output["SdkHttpMetadata"];
  EXPECT_EQ(metadata["HttpStatusCode"], 200);
  EXPECT_EQ(metadata["AllHttpHeaders"]["Content-Length"], Json::array({"13"}));  // recorded
  EXPECT_EQ(metadata["HttpHeaders"]["x-amzn-Remapped-Content-Length"], "0");
  EXPECT_EQ(output["SdkResponseMetadata"]["RequestId"],
            metadata["HttpHeaders"]["x-amzn-RequestId"]);
}

// Recorded (test_base_lambda_service_task_state).
TEST_F(TasksTest, APayloadOfNullIsAnEmptyEvent) {
  load("functions: {parser: {echo: true}}\n" +
       workflow("Resource: 'arn:aws:states:::lambda:invoke', Parameters: {FunctionName: parser, "
                "Payload: null}"));
  EXPECT_EQ((*run("w")->output())["Payload"], Json::object());
}

TEST_F(TasksTest, WhatAFunctionRaisesIsTheError) {
  load("functions: {parser: {error: {name: CustomException, message: no}}}\n" +
       workflow("Resource: 'arn:aws:states:::lambda:invoke', Parameters: {FunctionName: parser}"));
  const auto execution = run("w");
  ASSERT_TRUE(execution->failure().has_value());
  EXPECT_EQ(execution->failure()->error, "CustomException");
  EXPECT_EQ(Json::parse(*execution->failure()->cause)["errorMessage"], "no");
  // Recorded: compact, whatever the runtime wrote.
  EXPECT_THAT(*execution->failure()->cause, testing::StartsWith(R"({"errorMessage":"no",)"));
}

TEST_F(TasksTest, ErrorsOfAnApiGetTheirPrefixAndCause) {
  load(
      "tasks:\n  'dynamodb:putItem': {error: {name: ConditionalCheckFailedException, message: The "
      "conditional request failed}}\n" +
      workflow("Resource: 'arn:aws:states:::dynamodb:putItem', Parameters: {TableName: t}"));
  const auto execution = run("w");
  EXPECT_EQ(execution->failure()->error, "DynamoDB.ConditionalCheckFailedException");
  EXPECT_THAT(*execution->failure()->cause,
              testing::MatchesRegex(
                  "The conditional request failed \\(Service: AmazonDynamoDBv2; Status Code: 400; "
                  "Error Code: ConditionalCheckFailedException; Request ID: [0-9a-f-]+; Proxy: "
                  "null\\)"));
}

TEST_F(TasksTest, PollingLoopsTakeOneAnswerACall) {
  load(R"(
tasks:
  "aws-sdk:transcribe:getTranscriptionJob": {script: [{answer: {Status: BUSY}}, {answer: {Status: DONE}}]}
workflows:
  w:
    definition:
      StartAt: Get
      States:
        Get: {Type: Task, Resource: "arn:aws:states:::aws-sdk:transcribe:getTranscriptionJob", Parameters: {}, Next: Look}
        Look: {Type: Choice, Choices: [{Variable: $.Status, StringEquals: BUSY, Next: Wait}], Default: Done}
        Wait: {Type: Wait, Seconds: 30, Next: Get}
        Done: {Type: Succeed}
)");
  const auto execution = run("w");
  EXPECT_EQ(*execution->output(), (Json{{"Status", "DONE"}}));
  EXPECT_EQ(took(*execution), 30s);
}

TEST_F(TasksTest, AJobIsSubmittedAndThenOver) {
  load(
      "tasks:\n  'glue:startJobRun.sync': {answer: {JobRunState: SUCCEEDED}, submitted: {JobRunId: "
      "jr_1}, latency: 10m}\n" +
      workflow("Resource: 'arn:aws:states:::glue:startJobRun.sync', Parameters: {JobName: j}"));
  const auto execution = run("w");
  EXPECT_EQ(types(*execution),
            (Lines{"ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted",
                   "TaskSubmitted", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"}));
  EXPECT_EQ(
      Json::parse(details(*execution, "TaskSubmitted")["output"].get<std::string>())["JobRunId"],
      "jr_1");
  EXPECT_EQ(*execution->output(), (Json{{"JobRunState", "SUCCEEDED"}}));
  EXPECT_EQ(took(*execution), 10min);
}

constexpr const char* kCallback =
    "Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', Parameters: {QueueUrl: q, "
    "MessageBody: {t.$: $$.Task.Token}}";

TEST_F(TasksTest, AWorkerSendsTheTokenBack) {
  load(workflow(kCallback));
  const auto execution = start("w");
  emulator.scheduler().advance_to(emulator.scheduler().now() + 1s);
  const Json scheduled = details(*execution, "TaskScheduled");
  const Json body = Json::parse(scheduled["parameters"].get<std::string>())["MessageBody"];
  const std::string token = body["t"];
  EXPECT_EQ(scheduled["resource"], "sendMessage.waitForTaskToken");
  EXPECT_EQ(call("SendTaskHeartbeat", {{"taskToken", token}}), Json::object());
  EXPECT_EQ(call("SendTaskSuccess", {{"taskToken", token}, {"output", R"("done")"}}),
            Json::object());
  // Quoted in public logs.
  EXPECT_EQ(call("SendTaskSuccess", {{"taskToken", token}, {"output", "1"}})["message"],
            "Task Timed Out: 'Provided task does not exist anymore'");
  EXPECT_EQ(call("SendTaskFailure", {{"taskToken", "NoSuchTaskToken"}})["message"],
            "Invalid Token: 'Invalid token'");  // recorded
  emulator.scheduler().run();
  EXPECT_EQ(*execution->output(), "done");
  EXPECT_EQ(types(*execution)[4], "TaskSubmitted");
}

TEST_F(TasksTest, AScriptMaySendTheTokenBackAndFail) {
  load(
      "tasks:\n  'sqs:sendMessage.waitForTaskToken': {error: {name: Rejected, message: no}, "
      "latency: "
      "3h}\n" +
      workflow(kCallback));
  const auto execution = run("w");
  EXPECT_EQ(execution->failure()->error, "Rejected");
  EXPECT_EQ(took(*execution), 3h);
}

// Recorded (test_heartbeat_path_timeout): without a heartbeat it is a timeout.
TEST_F(TasksTest, HeartbeatsKeepATaskAlive) {
  load(workflow(std::string(kCallback) + ", HeartbeatSeconds: 5, TimeoutSeconds: 600"));
  const auto execution = start("w");
  const std::string token = Json::parse(
      details(*execution, "TaskScheduled")["parameters"].get<std::string>())["MessageBody"]["t"];
  emulator.scheduler().advance_to(emulator.scheduler().now() + 4s);
  call("SendTaskHeartbeat", {{"taskToken", token}});
  emulator.scheduler().run();
  EXPECT_EQ(took(*execution), 9s);
  EXPECT_EQ(details(*execution, "TaskTimedOut")["error"], "States.Timeout");
}

TEST_F(TasksTest, AnActivityHasAWorker) {
  const std::string arn = call("CreateActivity", {{"name", "act"}})["activityArn"];
  load(workflow("Resource: '" + arn + "', Parameters: {x: 1}"));
  const auto execution = start("w");
  const auto task = send("GetActivityTask", {{"activityArn", arn}, {"workerName", "me"}});
  emulator.scheduler().advance_to(emulator.scheduler().now() + 1s);
  const Json taken = Json::parse(task->body);
  EXPECT_EQ(taken["input"], R"({"x":1})");
  call("SendTaskSuccess", {{"taskToken", taken["taskToken"]}, {"output", "2"}});
  emulator.scheduler().run();
  EXPECT_EQ(types(*execution),
            (Lines{"ExecutionStarted", "TaskStateEntered", "ActivityScheduled", "ActivityStarted",
                   "ActivitySucceeded", "TaskStateExited", "ExecutionSucceeded"}));
  EXPECT_EQ(details(*execution, "ActivityStarted"), (Json{{"workerName", "me"}}));
  EXPECT_EQ(*execution->output(), 2);
}

TEST_F(TasksTest, APollWithoutATaskEndsAfterAMinute) {
  const std::string arn = call("CreateActivity", {{"name", "act"}})["activityArn"];
  const auto task = send("GetActivityTask", {{"activityArn", arn}});
  emulator.scheduler().advance_to(emulator.scheduler().now() + 59s);
  EXPECT_EQ(task->body, "");
  emulator.scheduler().run();
  EXPECT_EQ(task->body, R"({"taskToken":null})");
}

constexpr const char* kNested = R"(
workflows:
  child:
    definition:
      StartAt: Rest
      States:
        Rest: {Type: Wait, Seconds: 30, Next: End}
        End: {Type: Pass, Result: {Arg1: argument1}, End: true}
  w:
    definition:
      StartAt: A
      States:
        A:
          Type: Task
          Resource: arn:aws:states:::states:startExecution.sync:2
          Parameters: {StateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:child", Input: {a: 1}, Name: kid}
          End: true
)";

TEST_F(TasksTest, ANestedExecutionIsWaitedFor) {
  load(kNested);
  const auto execution = run("w");
  EXPECT_EQ(took(*execution), 30s);
  const Json& output = *execution->output();
  EXPECT_EQ(output["Output"], (Json{{"Arg1", "argument1"}}));
  EXPECT_EQ(output["Input"], (Json{{"a", 1}}));
  EXPECT_EQ(output["Status"], "SUCCEEDED");
  EXPECT_FALSE(output.contains("SdkHttpMetadata"));  // recorded
}

// The other branch fails in the instant in which the task is submitted.
TEST_F(TasksTest, ANestedExecutionEndsWithATaskThatIsGivenUpAtOnce) {
  load(R"(
workflows:
  child:
    definition: {StartAt: W, States: {W: {Type: Wait, Seconds: 30, End: true}}}
  w:
    definition:
      StartAt: Both
      States:
        Both:
          Type: Parallel
          End: true
          Branches:
            - StartAt: A
              States:
                A:
                  Type: Task
                  Resource: arn:aws:states:::states:startExecution.sync:2
                  Parameters: {StateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:child", Name: kid}
                  End: true
            - {StartAt: F, States: {F: {Type: Fail, Error: Bad}}}
)");
  EXPECT_EQ(took(*run("w")), 0s);
  EXPECT_EQ(call("DescribeExecution",
                 {{"executionArn",
                   "arn:aws:states:us-east-1:123456789012:execution:child:kid"}})["status"],
            "ABORTED");
}

TEST_F(TasksTest, ANestedExecutionEndsWithItsParent) {
  load(kNested);
  const auto execution = start("w");
  emulator.scheduler().advance_to(emulator.scheduler().now() + 1s);
  const Json list = call("ListExecutions", {{"stateMachineArn", emulator.state_machine_arn("w")}});
  call("StopExecution", {{"executionArn", list["executions"][0]["executionArn"]}});
  emulator.scheduler().run();
  EXPECT_EQ(call("DescribeExecution",
                 {{"executionArn",
                   "arn:aws:states:us-east-1:123456789012:execution:child:kid"}})["status"],
            "ABORTED");
}

TEST_F(TasksTest, MocksAnswerByTheNumberOfTheCall) {
  load(R"(
mock_config:
  StateMachines: {w: {TestCases: {Retried: {A: answers}}}}
  MockedResponses:
    answers:
      "0-1": {Throw: {Error: Lambda.TooManyRequestsException, Cause: busy}}
      "2": {Return: {StatusCode: 200, Payload: {ok: true}}}
)" + workflow("Resource: 'arn:aws:states:::lambda:invoke', Parameters: {FunctionName: f}, Retry: "
              "[{ErrorEquals: [Lambda.TooManyRequestsException], IntervalSeconds: 1, BackoffRate: "
              "1}]"));
  const auto execution = run("w", "#Retried");
  EXPECT_EQ((*execution->output())["Payload"], (Json{{"ok", true}}));
  const Json& headers = (*execution->output())["SdkHttpMetadata"]["HttpHeaders"];
  EXPECT_THAT(headers["X-Amzn-Trace-Id"].get<std::string>(), testing::StartsWith("Root=1-"));
  EXPECT_EQ(took(*execution), 2s);
  EXPECT_EQ(details(*execution, "TaskFailed")["cause"], "busy");
  EXPECT_TRUE(
      call("StartExecution", {{"stateMachineArn", emulator.state_machine_arn("w") + "#None"}})
          .contains("__type"));
}

TEST_F(TasksTest, FaultsOfTheConnection) {
  load("tasks: {'aws-sdk:glue:startCrawler': {answer: {}, fault: {reset: true}}}\n" +
       workflow("Resource: 'arn:aws:states:::aws-sdk:glue:startCrawler', Parameters: {}"));
  const auto execution = run("w");
  EXPECT_EQ(execution->failure()->error, "Glue.SdkClientException");
}

TEST_F(TasksTest, WhatNothingAnswersSaysHowToScriptIt) {
  load(workflow("Resource: 'arn:aws:states:::batch:submitJob', Parameters: {}"));
  const auto execution = run("w");
  EXPECT_EQ(execution->failure()->error, "Bedlam.NothingAnswers");
  EXPECT_THAT(*execution->failure()->cause, testing::HasSubstr("tasks: {\"batch:submitJob\""));
}

// Developer guide, "Testing state machines with TestState API", inspection level TRACE.
TEST_F(TasksTest, TestStateShowsTheRequestOfAnHttpTask) {
  load(R"(
tasks:
  "http:invoke": {answer: {StatusCode: 201, StatusText: Created, ResponseBody: {id: 7}}}
)");
  const Json state{{"Type", "Task"},
                   {"Resource", "arn:aws:states:::http:invoke"},
                   {"Parameters",
                    {{"Method", "POST"},
                     {"ApiEndpoint", "https://api.example.com/cars"},
                     {"QueryParameters", {{"dry", "yes"}}},
                     {"RequestBody", {{"name", "van"}}}}},
                   {"End", true}};
  const auto answer = send("TestState", {{"definition", to_text(state)},
                                         {"roleArn", "arn:aws:iam::123456789012:role/r"},
                                         {"inspectionLevel", "TRACE"}});
  emulator.scheduler().run();
  const Json data = Json::parse(answer->body)["inspectionData"];
  EXPECT_EQ(data["request"],
            (Json{{"protocol", "https"},
                  {"method", "POST"},
                  {"url", "https://api.example.com/cars?dry=yes"},
                  {"headers",
                   "[Range: bytes=0-262144, Transfer-Encoding: chunked, User-Agent: "
                   "Amazon|StepFunctions|HttpInvoke|us-east-1]"},
                  {"body", R"({"name":"van"})"}}));
  EXPECT_EQ(data["response"]["statusCode"], "201");
  EXPECT_EQ(data["response"]["statusMessage"], "Created");
  EXPECT_EQ(data["response"]["body"], R"({"id":7})");
}

}  // namespace
}  // namespace bedlam::app
