// States in JSONata. Outputs, event chains and causes are recorded from AWS (shared/conformance,
// cases named in the tests); diagnostics are measured (floci issues 2968 and 2745, read 2026-11).
#include "tests/unit/states/machine/stage.h"

namespace bedlam::states {
namespace {

using Lines = std::vector<std::string>;
using JsonataStates = Stage;

std::string jsonata(const std::string& states, const std::string& start) {
  return R"({"QueryLanguage": "JSONata", "StartAt": ")" + start + R"(", "States": {)" + states +
         "}}";
}

// test_base_output_any_non_dict[LIST_RICH]
TEST_F(JsonataStates, OutputIsAnyJsonWithExpressionsInIt) {
  const auto execution = run(jsonata(R"("State0": {"Type": "Pass", "Output": [null, 0, 0.1, true,
      "string", [], "$nosuchvar", "$.no.such.path", "{% $states.input %}", {"key": "{% true %}"},
      " {% states.input %} "], "End": true})",
                                     "State0"),
                             R"({"input_value": "stringliteral"})");
  EXPECT_EQ(output(*execution),
            R"([null,0,0.1,true,"string",[],"$nosuchvar","$.no.such.path",)"
            R"({"input_value":"stringliteral"},{"key":true}," {% states.input %} "])");
}

// test_base_cases[BASE_DIRECT_EXPR]
TEST_F(JsonataStates, VariablesOfJsonpathStatesAreSeen) {
  const auto execution = run(R"({"StartAt": "Init", "States": {
      "Init": {"Type": "Pass", "Assign": {"var_constant_1": 1}, "Next": "State0"},
      "State0": {"QueryLanguage": "JSONata", "Type": "Pass",
          "Output": "{% $sum($states.input.input_values) + $var_constant_1 %}", "End": true}}})",
                             R"({"input_values": [1, 2, 3]})");
  EXPECT_EQ(output(*execution), "7");
}

// test_undefined_reference[BASE_UNDEFINED_OUTPUT_FIELD]
TEST_F(JsonataStates, AnUndefinedValueFailsTheState) {
  const auto execution =
      run(jsonata(R"("State0": {"Type": "Pass", "Output": {"result": "{% $doesNotExist %}"},
                            "End": true})",
                  "State0"));
  EXPECT_EQ(chain(*execution), (Lines{"1 0 ExecutionStarted", "2 0 PassStateEntered",
                                      "3 0 EvaluationFailed", "4 3 ExecutionFailed"}));
  EXPECT_EQ(details(*execution, "EvaluationFailed"),
            (Json{{"error", "States.QueryEvaluationError"},
                  {"cause",
                   "An error occurred while executing the state 'State0' (entered at the event id "
                   "#2). The JSONata expression '$doesNotExist' specified for the field "
                   "'Output/result' returned nothing (undefined)."},
                  {"location", "Output/result"},
                  {"state", "State0"}}));
}

// test_map_state_items_eval_jsonata_variable_sampling_fail[number]
TEST_F(JsonataStates, ItemsMustBeAnArray) {
  const auto execution = run(jsonata(R"(
      "Start": {"Type": "Pass", "Assign": {"ItemsVar": "{% 1 %}"}, "Next": "MapIterateState"},
      "MapIterateState": {"Type": "Map", "Items": "{% $ItemsVar %}", "ItemProcessor": {
          "StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": true}}}, "End": true})",
                                     "Start"));
  EXPECT_EQ(chain(*execution),
            (Lines{"1 0 ExecutionStarted", "2 0 PassStateEntered", "3 2 PassStateExited",
                   "4 3 MapStateEntered", "5 3 EvaluationFailed", "6 5 MapStateFailed",
                   "7 6 ExecutionFailed"}));
  EXPECT_EQ(execution->failure()->cause,
            "An error occurred while executing the state 'MapIterateState' (entered at the event "
            "id #4). The JSONata expression '$ItemsVar' specified for the field 'Items' returned "
            "an unexpected result type. Expected 'array', but was 'number' for value: 1");
}

// test_wait_timestamp_jsonata[NO_Z]
TEST_F(JsonataStates, ATimestampThatIsNoneFailsBehindStateEntered) {
  const auto execution =
      run(jsonata(R"("WaitState": {"Type": "Wait", "Timestamp": "{% $states.input.t %}",
                                   "End": true})",
                  "WaitState"),
          R"({"t": "2016-12-05T21:29:29"})");
  EXPECT_EQ(chain(*execution), (Lines{"1 0 ExecutionStarted", "2 0 WaitStateEntered",
                                      "3 2 EvaluationFailed", "4 3 ExecutionFailed"}));
  EXPECT_EQ(execution->failure()->cause,
            "An error occurred while executing the state 'WaitState' (entered at the event id #2). "
            "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format "
            "string: 2016-12-05T21:29:29");
}

// test_output_in_choice, test_assign_in_choice
TEST_F(JsonataStates, ARuleHasAConditionAndItsOwnOutput) {
  const std::string machine = jsonata(R"(
      "C": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input.condition %}",
          "Output": "Condition Output block", "Assign": {"by": "rule"}, "Next": "T"}],
          "Output": "Default Output block", "Assign": {"by": "state"}, "Default": "T"},
      "T": {"Type": "Pass", "Output": ["{% $states.input %}", "{% $by %}"], "End": true})",
                                      "C");
  EXPECT_EQ(output(*run(machine, R"({"condition": true})")),
            R"(["Condition Output block","rule"])");
  EXPECT_EQ(output(*run(machine, R"({"condition": false})")),
            R"(["Default Output block","state"])");
}

// test_task_catch_error_output, test_catch_error_variable_sampling: without Output a caught error
// is the output.
TEST_F(JsonataStates, ACaughtErrorIsSeenByOutputAndAssign) {
  bedrock.replies["m"] = {throttled()};
  const std::string ask = R"("Ask": {"Type": "Task", "Resource":
      "arn:aws:states:::bedrock:invokeModel", "Arguments": {"ModelId": "{% $states.input.m %}",
      "Body": {}}, "End": true, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "T", )";
  const std::string tell = R"(, "T": {"Type": "Pass", "End": true})";
  const auto with = run(jsonata(ask + R"("Output": {"in": "{% $states.input %}",
      "error": "{% $states.errorOutput.Error %}"}}]})" +
                                    tell,
                                "Ask"),
                        R"({"m": "m"})");
  EXPECT_EQ(output(*with), R"({"in":{"m":"m"},"error":"Bedrock.ThrottlingException"})");
  const auto without =
      run(jsonata(ask + R"("Assign": {"e": 1}}]})" + tell, "Ask"), R"({"m": "m"})");
  EXPECT_EQ((*without->output())["Error"], "Bedrock.ThrottlingException");
}

TEST_F(JsonataStates, AFailedEvaluationIsCaughtAndRetried) {
  const auto execution = run(jsonata(R"("Ask": {"Type": "Task",
      "Resource": "arn:aws:states:::bedrock:invokeModel",
      "Arguments": {"ModelId": "{% $missing %}", "Body": {}}, "End": true,
      "Retry": [{"ErrorEquals": ["States.QueryEvaluationError"], "IntervalSeconds": 7,
                 "MaxAttempts": 1}],
      "Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Output": "caught",
                 "Next": "T"}]}, "T": {"Type": "Succeed"})",
                                     "Ask"));
  EXPECT_EQ(output(*execution), R"("caught")");
  EXPECT_EQ(took(*execution), 7s);
  EXPECT_EQ(chain(*execution),
            (Lines{"1 0 ExecutionStarted", "2 0 TaskStateEntered", "3 0 EvaluationFailed",
                   "4 3 EvaluationFailed", "5 4 TaskStateExited", "6 5 SucceedStateEntered",
                   "7 6 SucceedStateExited", "8 7 ExecutionSucceeded"}));
}

// test_map_state_item_selector[MAP_STATE_ITEM_SELECTOR_JSONATA]
TEST_F(JsonataStates, AnItemSelectorSeesTheItem) {
  const auto execution = run(jsonata(R"(
      "Start": {"Type": "Pass", "Assign": {"ItemsVar": ["Item1", "Item2"]}, "Next": "M"},
      "M": {"Type": "Map", "MaxConcurrency": "{% 1 %}", "Items": "{% $ItemsVar %}",
          "ItemSelector": {"value": "{% $states.context.Map.Item.Value %}",
                           "all": "{% $ItemsVar %}", "literal": "string literal"},
          "ItemProcessor": {"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": true}}},
          "End": true})",
                                     "Start"));
  EXPECT_EQ(output(*execution),
            R"([{"value":"Item1","all":["Item1","Item2"],"literal":"string literal"},)"
            R"({"value":"Item2","all":["Item1","Item2"],"literal":"string literal"}])");
}

TEST_F(JsonataStates, FailTakesExpressions) {
  const auto execution = run(jsonata(R"("F": {"Type": "Fail", "Error": "{% 'E' & '1' %}",
                       "Cause": "{% $states.input.cause %}"})",
                                     "F"),
                             R"({"cause": "This failed to due an Exception."})");
  EXPECT_EQ(execution->failure()->error, "E1");
  EXPECT_EQ(execution->failure()->cause, "This failed to due an Exception.");
}

Lines refusals(const std::string& definition) {
  const auto parsed = Definition::parse(definition, "STANDARD");
  Lines lines;
  if (parsed) return lines;
  for (const Finding& finding : parsed.error()) {
    lines.push_back(finding.code + ": " + finding.message + " at " + finding.location);
  }
  return lines;
}

TEST_F(JsonataStates, FieldsOfTheOtherLanguageAreRefused) {
  EXPECT_EQ(refusals(R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "Output": 1,
                          "End": true}}})"),
            (Lines{"SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field "
                   "'Output' is only supported for the 'JSONata' QueryLanguage at /States/A"}));
  EXPECT_EQ(refusals(jsonata(R"("A": {"Type": "Pass", "ResultPath": "$.x", "End": true})", "A")),
            (Lines{"SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', but field "
                   "'ResultPath' is only supported for the 'JSONPath' QueryLanguage at "
                   "/States/A"}));
}

TEST_F(JsonataStates, AMapsLanguageIsNotThatOfTheStatesInside) {
  const std::string open = R"({"StartAt": "M", "States": {"M": {"Type": "Map",
      "QueryLanguage": "JSONata", "End": true, "ItemProcessor": {)";
  EXPECT_TRUE(refusals(open + R"("StartAt": "P", "States": {"P": {"Type": "Pass",
      "ResultPath": "$.x", "End": true}}}}}})")
                  .empty());
  EXPECT_EQ(refusals(open + R"("QueryLanguage": "JSONata", "StartAt": "P", "States": {
      "P": {"Type": "Pass", "End": true}}}}}})"),
            (Lines{"SCHEMA_VALIDATION_FAILED: Field 'QueryLanguage' is not supported at "
                   "/States/M/ItemProcessor"}));
}

// measured: floci 2670
TEST_F(JsonataStates, ABareNameAtTheTopIsRefused) {
  const auto with = [](const std::string& expression) {
    return refusals(jsonata(
        R"("E": {"Type": "Pass", "Output": {"v": "{% )" + expression + R"( %}"}, "End": true})",
        "E"));
  };
  EXPECT_EQ(with("phone"),
            (Lines{"UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not "
                   "supported. at /States/E/Output/v"}));
  EXPECT_EQ(with("$sum([phone.x])").size(), 1U);
  EXPECT_TRUE(with("$states.input.items[price > 5].{ 'a': name }").empty());
  EXPECT_TRUE(with("$map($states.input.list, function($v) { $v.name })^(name)").empty());
  EXPECT_TRUE(with("$states.input ~> |$|{ 'a': b }|").empty());
}

TEST_F(JsonataStates, AnExpressionThatDoesNotParseIsRefused) {
  EXPECT_EQ(refusals(jsonata(R"("A": {"Type": "Pass", "Output": {"v": "{% 1 + %}"},
                                      "End": true})",
                             "A")),
            (Lines{"INVALID_JSONATA_EXPRESSION: Unexpected end of expression at "
                   "/States/A/Output/v"}));
}

}  // namespace
}  // namespace bedlam::states
