// TestState. Requests and answers are recorded from AWS (shared/conformance/cases/test_state, cases
// named in the tests).
#include "tests/unit/states/api/api_fixture.h"

namespace bedlam::states {
namespace {

class TestStateTest : public ApiTest {
 protected:
  Reply test(const std::string& definition, const Json& more = Json::object()) {
    Json body{{"definition", definition}, {"roleArn", kRole}};
    body.update(more);
    const auto answer = send("TestState", body.dump());
    scheduler.run();
    return *answer;
  }
};

constexpr std::string_view kBedrockTask = R"({"Type": "Task",
    "Resource": "arn:aws:states:::bedrock:invokeModel",
    "Parameters": {"ModelId": "m", "Body": {"in.$": "$"}}, "ResultPath": "$.answer",
    "Retry": [{"ErrorEquals": ["Other"]}, {"ErrorEquals": ["Mock"], "IntervalSeconds": 1,
               "BackoffRate": 2.0, "MaxAttempts": 5}],
    "Catch": [{"ErrorEquals": ["Unlike"], "Next": "A"}, {"ErrorEquals": ["Caught"],
               "ResultPath": "$.error", "Next": "Handle"}],
    "Next": "After"})";

// test_base_inspection_level_info, _debug [IO_PASS_STATE]
TEST_F(TestStateTest, ShowsTheDataOnItsWay) {
  const std::string pass = R"({"Type": "Pass", "InputPath": "$.initialData",
      "Parameters": {"staticValue": "some value", "inputValue.$": "$.fieldFromInput"},
      "ResultPath": "$.modifiedData", "End": true})";
  const std::string input = R"({"initialData":{"fieldFromInput":"value"},"other":1})";
  const std::string made = R"({"staticValue":"some value","inputValue":"value"})";
  const std::string whole =
      R"({"initialData":{"fieldFromInput":"value"},"other":1,"modifiedData":)" + made + "}";
  EXPECT_EQ(test(pass, {{"input", input}}).body,
            (Json{{"status", "SUCCEEDED"}, {"output", whole}}));
  const Json data =
      test(pass, {{"input", input}, {"inspectionLevel", "DEBUG"}}).body["inspectionData"];
  EXPECT_EQ(data, (Json{{"afterInputPath", R"({"fieldFromInput":"value"})"},
                        {"afterParameters", made},
                        {"afterResultSelector", made},
                        {"afterResultPath", whole},
                        {"input", input}}));
}

// test_base_inspection_level_debug[BASE_RESULT_PASS_STATE]
TEST_F(TestStateTest, AResultLeavesTheInputUnseen) {
  const Json data = test(R"({"Type": "Pass", "Result": {"k": 1}, "End": true})",
                         {{"input", R"({"V": "x"})"}, {"inspectionLevel", "TRACE"}})
                        .body["inspectionData"];
  EXPECT_EQ(data, (Json{{"result", R"({"k":1})"},
                        {"afterResultSelector", R"({"k":1})"},
                        {"afterResultPath", R"({"k":1})"},
                        {"input", R"({"V": "x"})"}}));
}

// test_base_inspection_level_debug[BASE_FAIL_STATE]
TEST_F(TestStateTest, AFailStateFails) {
  EXPECT_EQ(
      test(R"({"Type": "Fail", "Error": "E", "Cause": "C"})",
           {{"input", R"({"V":1})"}, {"inspectionLevel", "DEBUG"}})
          .body,
      (Json{{"status", "FAILED"},
            {"error", "E"},
            {"cause", "C"},
            {"inspectionData", {{"afterInputPath", R"({"V":1})"}, {"input", R"({"V":1})"}}}}));
}

// test_base_state_name_multi
TEST_F(TestStateTest, TakesAStateOutOfAMachine) {
  const std::string machine = R"({"StartAt": "State0", "QueryLanguage": "JSONata", "States": {
      "State0": {"Type": "Pass", "Next": "State1"},
      "State1": {"Type": "Fail", "Error": "SomeFailure"}}})";
  EXPECT_EQ(test(machine, {{"stateName", "State0"}, {"input", "[1, 2]"}}).body,
            (Json{{"status", "SUCCEEDED"}, {"output", "[1, 2]"}, {"nextState", "State1"}}));
  EXPECT_EQ(test(machine, {{"stateName", "State1"}}).body,
            (Json{{"status", "FAILED"}, {"error", "SomeFailure"}}));
  EXPECT_EQ(test(machine, {{"stateName", "Nobody"}}).error(),
            "ValidationException: State not found in definition");
}

TEST_F(TestStateTest, AMockedResultTakesTheServicesPlace) {
  const Reply reply = test(std::string(kBedrockTask), {{"input", R"({"q":1})"},
                                                       {"inspectionLevel", "DEBUG"},
                                                       {"mock", {{"result", R"({"Body": 2})"}}}});
  EXPECT_EQ(reply.body["output"], R"({"q":1,"answer":{"Body":2}})");
  EXPECT_EQ(reply.body["nextState"], "After");
  EXPECT_EQ(reply.body["inspectionData"]["result"], R"({"Body": 2})");
  EXPECT_EQ(reply.body["inspectionData"]["afterParameters"],
            R"({"ModelId":"m","Body":{"in":{"q":1}}})");
}

// facts: interval 1, rate 2, max 5: after four retries the next waits 16 s; after five none does.
TEST_F(TestStateTest, SaysWhatARetrierWouldDo) {
  const auto after = [&](int retries) {
    return test(std::string(kBedrockTask),
                {{"inspectionLevel", "DEBUG"},
                 {"stateConfiguration", {{"retrierRetryCount", retries}}},
                 {"mock", {{"errorOutput", {{"error", "Mock"}, {"cause", "why"}}}}}})
        .body;
  };
  EXPECT_EQ(after(4)["status"], "RETRIABLE");
  EXPECT_EQ(after(4)["inspectionData"]["errorDetails"],
            (Json{{"retryIndex", 1}, {"retryBackoffIntervalSeconds", 16}}));
  EXPECT_EQ(after(5)["status"], "FAILED");
  EXPECT_EQ(after(5)["cause"], "why");
  EXPECT_EQ(after(5)["inspectionData"]["errorDetails"], (Json{{"retryIndex", 1}}));
}

// test_state_task_catch_error
TEST_F(TestStateTest, SaysWhoCatchesAnError) {
  const Json answer = test(std::string(kBedrockTask),
                           {{"inspectionLevel", "DEBUG"},
                            {"mock", {{"errorOutput", {{"error", "Caught"}, {"cause", "why"}}}}}})
                          .body;
  EXPECT_EQ(answer["status"], "CAUGHT_ERROR");
  EXPECT_EQ(answer["error"], "Caught");
  EXPECT_EQ(answer["nextState"], "Handle");
  EXPECT_EQ(answer["output"], R"({"error":{"Error":"Caught","Cause":"why"}})");
  EXPECT_EQ(answer["inspectionData"]["errorDetails"], (Json{{"catchIndex", 1}}));
}

constexpr std::string_view kMap = R"({"Type": "Map", "ItemsPath": "$.Values",
    "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "In", "States": {"In": {"Type": "Pass", "End": true}}},
    "ToleratedFailureCount": 1, "End": true})";

// test_map_state_failure_count
TEST_F(TestStateTest, CountsFailedIterations) {
  const auto failing = [&](int iterations) {
    return test(std::string(kMap),
                {{"input", R"({"Values":[1,2,3]})"},
                 {"inspectionLevel", "DEBUG"},
                 {"stateConfiguration", {{"mapIterationFailureCount", iterations}}},
                 {"mock", {{"result", "[0, 0, 1]"}}}});
  };
  EXPECT_EQ(failing(1).body["output"], "[0, 0, 1]");
  EXPECT_EQ(failing(1).body["inspectionData"]["toleratedFailureCount"], 1);
  EXPECT_EQ(failing(1).body["inspectionData"]["maxConcurrency"], 0);
  EXPECT_EQ(failing(2).body["error"], "States.ExceedToleratedFailureThreshold");
  EXPECT_EQ(failing(2).body["cause"], "The specified tolerated failure threshold was exceeded");
  EXPECT_EQ(failing(4).error(),
            "ValidationException: Map iteration failure count must be less than or equal to the "
            "number of Map iterations");
}

// API reference, InspectionData: "An array containing the inputs for each Map iteration,
// transformed by the ItemSelector"; "the effective input after the ItemBatcher filter".
TEST_F(TestStateTest, ShowsWhatChildrenWouldBeGiven) {
  Json map = Json::parse(kMap);
  map["ItemSelector"] = {{"n.$", "$$.Map.Item.Value"}};
  map["ItemBatcher"] = {{"MaxItemsPerBatch", 2}, {"BatchInput", {{"of", "all"}}}};
  const Json data = test(map.dump(), {{"input", R"({"Values":[1,2,3]})"},
                                      {"inspectionLevel", "TRACE"},
                                      {"mock", {{"result", "[0, 0, 1]"}}}})
                        .body["inspectionData"];
  EXPECT_EQ(data["afterItemsPath"], "[1,2,3]");
  EXPECT_EQ(data["afterItemSelector"], R"([{"n":1},{"n":2},{"n":3}])");
  EXPECT_EQ(data["afterItemBatcher"], R"([{"BatchInput":{"of":"all"},"Items":[{"n":1},{"n":2}]},)"
                                      R"({"BatchInput":{"of":"all"},"Items":[{"n":3}]}])");
}

TEST_F(TestStateTest, RefusesWhatAWSRefuses) {
  const std::string pass = R"({"Type": "Pass", "End": true})";
  const Json mock{{"result", "{}"}};
  EXPECT_EQ(test(pass, {{"mock", mock}}).error(),
            "ValidationException: State type 'Pass' is not supported when a mock is specified");
  const std::string task(kBedrockTask);
  EXPECT_EQ(test(task, {{"mock", mock}, {"revealSecrets", true}}).error(),
            "ValidationException: TestState does not support RevealSecrets when a mock is "
            "specified.");
  EXPECT_EQ(test(task, {{"mock", {{"result", "not JSON string"}}}}).error(),
            "ValidationException: Mocked result must be valid JSON");
  EXPECT_EQ(test(task, {{"mock", Json::object()}}).error(),
            "ValidationException: A test mock should have only one of the following fields: "
            "[result, errorOutput].");
  EXPECT_EQ(test(task, {{"mock", mock}, {"context", R"({"Pokedex": {}})"}}).error(),
            "ValidationException: Invalid Context object provided: Field 'Pokedex' is not allowed");
  EXPECT_EQ(test(std::string(kMap)).error(),
            "InvalidDefinition: TestState API does not support Map or Parallel states. Supported "
            "state types include: [Task, Wait, Pass, Succeed, Fail, Choice]");
  Json body{{"definition", task}};
  EXPECT_EQ(call("TestState", body).error(),
            "ValidationException: RoleArn must be specified when testing a Task state");
}

TEST_F(TestStateTest, GivenContextAndVariablesAreSeen) {
  const Reply reply = test(
      R"({"Type": "Task", "Resource": "arn:aws:states:::bedrock:invokeModel",
          "Parameters": {"ModelId.$": "$model", "Body": {}}, "End": true,
          "ResultSelector": {"who.$": "$$.Execution.Name", "all.$": "$$"}})",
      {{"context", R"({"Execution":{"Name":"me"}})"},
       {"variables", R"({"model":"m"})"},
       {"mock", {{"result", "{}"}}}});
  EXPECT_EQ(reply.body["output"], R"({"who":"me","all":{"Execution":{"Name":"me"}}})");
}

}  // namespace
}  // namespace bedlam::states
