// What is refused, and in which words. Texts marked "AWS" were recorded or measured there.
#include "emulator/states/machine/definition.h"

#include <gtest/gtest.h>

namespace bedlam::states {
namespace {

using Lines = std::vector<std::string>;

// "CODE: message at location"
Lines findings(const std::string& text, const std::string& type = "STANDARD") {
  Lines lines;
  const auto definition = Definition::parse(text, type);
  if (definition) return lines;
  for (const Finding& finding : definition.error()) {
    lines.push_back(finding.code + ": " + finding.message +
                    (finding.location.empty() ? "" : " at " + finding.location));
  }
  return lines;
}

std::string machine(const std::string& states, const std::string& start = "A") {
  return R"({"StartAt": ")" + start + R"(", "States": {)" + states + "}}";
}

TEST(Definition, TextIsJson) {
  EXPECT_EQ(findings(""),
            (Lines{"SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object"}));  // AWS
  const std::string source = "[Source: (String)\"not a definition\"; line: 1, column: 4]";
  EXPECT_EQ(
      findings("not a definition"),  // AWS
      (Lines{"INVALID_JSON_DESCRIPTION: Unrecognized token 'not': was expecting (JSON String, "
             "Number, Array, Object or token 'null', 'true' or 'false')\n at " +
             source + " at " + source}));
}

TEST(Definition, RequiredFields) {
  EXPECT_EQ(findings("{}"),  // AWS
            (Lines{"SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /"}));
  EXPECT_EQ(findings(R"({"StartAt": "A"})"),  // AWS
            (Lines{"SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /"}));
  EXPECT_EQ(
      findings(machine(R"("A": {"Type": "Task", "End": true})")),
      (Lines{"SCHEMA_VALIDATION_FAILED: These fields are required: [Resource] at /States/A"}));
}

TEST(Definition, Targets) {
  EXPECT_EQ(
      findings(machine(
          R"("pass1": {"Type": "Pass", "Next": "pass3"}, "pass2": {"Type": "Pass", "End": true})",
          "pass1")),  // AWS
      (Lines{"MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at /States/pass1/Next",
             "MISSING_TRANSITION_TARGET: State \"pass2\" is not reachable. at /States/pass2"}));
  EXPECT_EQ(findings(machine(R"("A": {"Type": "Pass", "Next": "NOPE"})")),  // AWS
            (Lines{"MISSING_TRANSITION_TARGET: Missing 'Next' target: NOPE at /States/A/Next",
                   "MISSING_END_STATE: Workflow has no terminal state"}));
  EXPECT_EQ(findings(machine(R"("A": {"Type": "Pass", "End": true})", "B")),
            (Lines{"MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /StartAt",
                   "MISSING_TRANSITION_TARGET: State \"A\" is not reachable. at /States/A"}));
  EXPECT_EQ(
      findings(machine(R"("A": {"Type": "Choice", "Default": "X",
      "Choices": [{"Variable": "$.x", "IsNull": true, "Next": "Y"}]}, "B": {"Type": "Succeed"})")),
      (Lines{"MISSING_TRANSITION_TARGET: Missing 'Next' target: Y at /States/A/Choices[0]/Next",
             "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/A/Default",
             "MISSING_TRANSITION_TARGET: State \"B\" is not reachable. at /States/B"}));
}

TEST(Definition, ALoopWithoutEnd) {
  const std::string loop =
      R"("A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"})";
  EXPECT_EQ(findings(machine(loop)),
            (Lines{"MISSING_END_STATE: Workflow has no terminal state"}));        // AWS
  EXPECT_EQ(findings(machine(loop + R"(, "C": {"Type": "Pass", "End": true})")),  // AWS
            (Lines{"MISSING_TRANSITION_TARGET: State \"C\" is not reachable. at /States/C"}));
}

TEST(Definition, FieldsOfOtherTypes) {
  EXPECT_EQ(
      findings(machine(R"("A": {"Type": "Parallel", "TimeoutSeconds": 3, "End": true,
      "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}]})")),  // AWS
      (Lines{"SCHEMA_VALIDATION_FAILED: Field 'TimeoutSeconds' is not supported at /States/A"}));
  EXPECT_EQ(findings(machine(R"("A": {"Type": "Pass", "Catch": [], "End": true})")),  // AWS
            (Lines{"SCHEMA_VALIDATION_FAILED: Field 'Catch' is not supported at /States/A"}));
  EXPECT_EQ(findings(machine(R"("A": {"Type": "Pass", "Anything": 1, "End": true})")), Lines{});
}

TEST(Definition, TypeAndNames) {
  EXPECT_EQ(findings(machine(R"("A": {"Type": "Sleep"})")),  // AWS's text
            (Lines{"SCHEMA_VALIDATION_FAILED: The field 'Type' should have one of these values: "
                   "[Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/A/Type"}));
  const std::string name(81, 'n');
  EXPECT_EQ(
      findings(machine("\"" + name + R"(": {"Type": "Succeed"})", name)),
      (Lines{
          "INVALID_STATE_NAME: The state name must not be longer than 80 characters at /States/" +
          name}));
  const std::string wide = "äöü" + std::string(77, 'n');  // 80 characters, 83 bytes
  EXPECT_EQ(findings(machine("\"" + wide + R"(": {"Type": "Succeed"})", wide)), Lines{});
  EXPECT_EQ(
      findings(machine(R"("A": {"Type": "Parallel", "End": true,
      "Branches": [{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}]})")),
      (Lines{"DUPLICATE_STATE_NAME: Duplicate state name: A at /States/A/Branches[0]/States/A"}));
}

TEST(Definition, RetryAndCatch) {
  const auto task = [](const std::string& members) {
    return machine(
        R"("A": {"Type": "Task", "Resource": "arn:aws:states:::bedrock:invokeModel",
            "End": true, )" +
        members + "}");
  };
  EXPECT_EQ(findings(task(
                R"("Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["X"]}])")),  // AWS
            (Lines{"SCHEMA_VALIDATION_FAILED: States.ALL must appear alone and at end of list at "
                   "/States/A/Retry[0]/ErrorEquals[0]"}));
  EXPECT_EQ(
      findings(task(R"("Catch": [{"ErrorEquals": ["X"]}])")),
      (Lines{"SCHEMA_VALIDATION_FAILED: These fields are required: [Next] at /States/A/Catch[0]"}));
  EXPECT_EQ(
      findings(
          task(R"("Retry": [{"ErrorEquals": ["X"], "IntervalSeconds": 0, "BackoffRate": 0.5}])"))
          .size(),
      2U);
  EXPECT_EQ(findings(task(R"("Retry": [{"ErrorEquals": ["X"], "MaxAttempts": "3"}])")).size(), 1U);
  EXPECT_EQ(findings(task(R"("TimeoutSeconds": 5, "HeartbeatSeconds": 5)")).size(), 1U);
  EXPECT_EQ(findings(task(R"("Retry": [])")), Lines{});  // AWS (test_lambda_empty_retry)
}

TEST(Definition, Resources) {
  const auto task = [](const std::string& resource) {
    return machine(R"("A": {"Type": "Task", "End": true, "Resource": ")" + resource + R"("})");
  };
  EXPECT_EQ(
      findings(task("arn:aws:states:::nobody:knows")),  // AWS's text
      (Lines{"SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::nobody:knows is "
             "not recognized. The value is not a valid resource ARN, or the resource is not "
             "available in this region. at /States/A/Resource"}));
  EXPECT_EQ(
      findings(task("arn:aws:states:::states:startExecution.sync"), "EXPRESS"),  // AWS
      (Lines{"SCHEMA_VALIDATION_FAILED: Express state machine does not support '.sync' service "
             "integration at /States/A/Resource"}));
  for (const char* known :
       {"arn:aws:states:::aws-sdk:dynamodb:query", "arn:aws:states:::glue:startJobRun.sync",
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "arn:aws:states:::states:startExecution.sync:2",
        "arn:aws:lambda:us-east-1:123456789012:function:parser:live",
        "arn:aws-cn:states:cn-north-1:123456789012:activity:act"}) {
    EXPECT_EQ(findings(task(known)), Lines{}) << known;
  }
  // Patterns and actions that the developer guide does not have.
  for (const char* unknown :
       {"arn:aws:states:::dynamodb:query", "arn:aws:states:::sqs:sendMessage.sync",
        "arn:aws:states:::aws-sdk:s3:getObject.sync", "arn:aws:states:::glue:startJobRun.sync:2",
        "parser", "arn:aws:states:::aws-sdk:bedrockruntime:converseStream"}) {
    EXPECT_EQ(findings(task(unknown)).size(), 1U) << unknown;
  }
}

TEST(Definition, WaitAndChoice) {
  EXPECT_EQ(
      findings(machine(
          R"("A": {"Type": "Wait", "Timestamp": "2016-12-05T25:29:29Z", "End": true})")),  // AWS
      (Lines{"SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at "
             "/States/A/Timestamp"}));
  EXPECT_EQ(
      findings(machine(R"("A": {"Type": "Wait", "Seconds": 1, "SecondsPath": "$.s", "End": true})"))
          .size(),
      1U);
  EXPECT_EQ(findings(machine(R"("A": {"Type": "Wait", "End": true})")).size(), 1U);
  EXPECT_EQ(
      findings(machine(
          R"("A": {"Type": "Choice", "Choices": [], "Default": "B"}, "B": {"Type": "Succeed"})")),
      (Lines{"SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/A/Choices"}));
  EXPECT_EQ(
      findings(machine(
          R"("A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": true}],
              "Default": "B"}, "B": {"Type": "Succeed"})")),  // AWS
      (Lines{
          "SCHEMA_VALIDATION_FAILED: These fields are required: [Next] at /States/A/Choices[0]"}));
}

TEST(Definition, Paths) {
  EXPECT_EQ(findings(machine(R"("A": {"Type": "Pass", "InputPath": "nope", "End": true})")).size(),
            1U);
  EXPECT_EQ(
      findings(machine(R"("A": {"Type": "Pass", "ResultPath": "$.a[*]", "End": true})")).size(),
      1U);
  EXPECT_EQ(findings(machine(R"("A": {"Type": "Pass", "ResultPath": "$$.a", "End": true})")).size(),
            1U);
  EXPECT_EQ(
      findings(machine(R"j("A": {"Type": "Pass", "End": true,
                "Parameters": {"parsed.$": "States.Format('\\')"}})j")),  // AWS's text
      (Lines{"SCHEMA_VALIDATION_FAILED: The value for the field 'parsed.$' must be a valid "
             "JSONPath or a valid intrinsic function call at /States/A/Parameters/parsed.$"}));
}

TEST(Definition, DistributedMaps) {
  const auto map = [](const std::string& config, const std::string& more) {
    return machine(R"("A": {"Type": "Map", "End": true, )" + more + R"("ItemProcessor": {
        "ProcessorConfig": {)" +
                   config + R"(}, "StartAt": "B",
        "States": {"B": {"Type": "Succeed"}}}})");
  };
  const std::string distributed = R"("Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS")";
  const std::string reader = R"("ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
      "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket": "b", "Key": "k"}}, )";
  EXPECT_EQ(findings(map(distributed, reader)), Lines{});
  EXPECT_EQ(findings(map(R"("Mode": "DISTRIBUTED")", "")),
            (Lines{"SCHEMA_VALIDATION_FAILED: These fields are required: [ExecutionType] at "
                   "/States/A/ItemProcessor/ProcessorConfig"}));
  EXPECT_EQ(findings(map(R"("Mode": "INLINE")", reader)).size(), 1U);
  EXPECT_EQ(findings(map(distributed, R"("Label": "no space", )")).size(), 1U);
}

// AWS (test_validate_state_machine_definition_type_standard)
TEST(Definition, JsonPathInAJsonataMachine) {
  EXPECT_EQ(
      findings(
          R"({"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": true,
              "QueryLanguage": "JSONPath"}}, "QueryLanguage": "JSONata"})"),
      (Lines{"SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' "
             "for whole state machine at /States/Pass"}));
}

}  // namespace
}  // namespace bedlam::states
