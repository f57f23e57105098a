// Variables. Histories and `variableReferences` are recorded from AWS (shared/conformance, cases
// named in the tests); the rules of scope are the developer guide's, "Passing data between states
// with variables".
#include "emulator/states/machine/variables.h"

#include "tests/unit/states/machine/stage.h"

namespace bedlam::states {
namespace {

using Variables = Stage;

Json exited(const std::vector<Json>& events, std::size_t id) {
  return events.at(id - 1).at("stateExitedEventDetails");
}

// test_base_cases[BASE_SCOPE_MAP]
TEST_F(Variables, IterationsReadTheOuterScopeAndKeepTheirOwn) {
  const auto execution = run(R"({"StartAt": "State0", "States": {
      "State0": {"Type": "Pass", "Assign": {"x": 42, "items": [1, 2, 3]}, "Next": "State1"},
      "State1": {"Type": "Map", "ItemsPath": "$items", "MaxConcurrency": 1, "ItemProcessor": {
          "ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Inner", "States": {
              "Inner": {"Type": "Pass", "Assign": {"innerX.$": "$x"}, "End": true}}},
          "Next": "State2"},
      "State2": {"Type": "Pass", "Assign": {"final.$": "$x"}, "End": true}}})");
  const std::vector<Json> all = events(*execution);
  ASSERT_EQ(all.size(), 22U);
  EXPECT_EQ(exited(all, 3)["assignedVariables"], (Json{{"x", "42"}, {"items", "[1,2,3]"}}));
  EXPECT_EQ(exited(all, 3)["assignedVariablesDetails"], (Json{{"truncated", false}}));
  EXPECT_EQ(exited(all, 8)["assignedVariables"], (Json{{"innerX", "42"}}));
  EXPECT_FALSE(exited(all, 19).contains("assignedVariables"));
  EXPECT_EQ(exited(all, 21)["assignedVariables"], (Json{{"final", "42"}}));
}

// test_base_cases[BASE_EMPTY]
TEST_F(Variables, AnEmptyAssignIsNotShown) {
  const auto execution =
      run(R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {}, "End": true}}})");
  EXPECT_FALSE(exited(events(*execution), 3).contains("assignedVariables"));
}

// test_base_variable_references[BASE_EVALUATION_ORDER_PASS_STATE], test_variable_sampling
TEST_F(Variables, AStateSeesTheValuesFromBefore) {
  const auto execution = run(R"({"StartAt": "A", "States": {
      "A": {"Type": "Pass", "Assign": {"answer": 42}, "Next": "B"},
      "B": {"Type": "Pass", "Assign": {"answer": 18, "old.$": "$answer"},
            "OutputPath": "$answer", "Next": "C"},
      "C": {"Type": "Pass", "Parameters": {"now.$": "$answer", "was.$": "$"}, "End": true}}})");
  EXPECT_EQ(exited(events(*execution), 5)["assignedVariables"],
            (Json{{"answer", "18"}, {"old", "42"}}));
  EXPECT_EQ(output(*execution), R"({"now":18,"was":42})");
}

TEST_F(Variables, AResultAndACaughtErrorAreAssigned) {
  bedrock.replies["m"] = {throttled()};
  const auto execution = run(R"({"StartAt": "Ask", "States": {
      "Ask": )" + task("m", R"("Assign": {"seen": "result"}, "Catch": [{
          "ErrorEquals": ["States.ALL"], "Assign": {"seen.$": "$.Error"}, "ResultPath": null,
          "Next": "Tell"}], "End": true)") +
                             R"(, "Tell": {"Type": "Pass", "Parameters": {"seen.$": "$seen"},
                                "End": true}}})");
  EXPECT_EQ(output(*execution), R"({"seen":"Bedrock.ThrottlingException"})");
}

TEST_F(Variables, AChoiceRuleAssignsInPlaceOfTheState) {
  const std::string machine = R"({"StartAt": "C", "States": {
      "C": {"Type": "Choice", "Assign": {"by": "state"}, "Default": "T", "Choices": [
          {"Variable": "$.n", "NumericEquals": 1, "Assign": {"by": "rule"}, "Next": "T"}]},
      "T": {"Type": "Pass", "Parameters": {"by.$": "$by"}, "End": true}}})";
  EXPECT_EQ(output(*run(machine, R"({"n": 1})")), R"({"by":"rule"})");
  EXPECT_EQ(output(*run(machine, R"({"n": 2})")), R"({"by":"state"})");
}

TEST_F(Variables, WhatABranchAssignsStaysInIt) {
  const auto execution = run(R"({"StartAt": "P", "States": {
      "P": {"Type": "Parallel", "Next": "T", "Branches": [{"StartAt": "In", "States": {
          "In": {"Type": "Pass", "Assign": {"inner": 1}, "End": true}}}]},
      "T": {"Type": "Pass", "Parameters": {"v.$": "$inner"}, "End": true}}})");
  EXPECT_EQ(execution->status(), ExecutionStatus::kFailed);
  EXPECT_EQ(execution->failure()->error, "States.Runtime");
}

TEST_F(Variables, OneAssignHoldsAQuarterOfAMebibyte) {
  const std::string machine = R"({"StartAt": "A", "States": {
      "A": {"Type": "Pass", "Assign": {"a.$": "$", "b.$": "$"}, "End": true}}})";
  const auto small = run(machine, "\"" + std::string(100'000, 'x') + "\"");
  EXPECT_EQ(small->status(), ExecutionStatus::kSucceeded);
  const auto large = run(machine, "\"" + std::string(140'000, 'x') + "\"");
  EXPECT_EQ(large->status(), ExecutionStatus::kFailed);
  EXPECT_EQ(large->failure()->error, "States.DataLimitExceeded");
}

std::vector<std::string> mistakes(const std::string& definition) {
  const auto parsed = Definition::parse(definition, "STANDARD");
  std::vector<std::string> lines;
  if (parsed) return lines;
  for (const Finding& finding : parsed.error()) {
    lines.push_back(finding.message + " at " + finding.location);
  }
  return lines;
}

TEST_F(Variables, AnInnerScopeTakesNoNameOfAnOuterOne) {
  const std::string inner = R"("ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"},
      "StartAt": "In", "States": {"In": {"Type": "Pass", "Assign": {"x": 2}, "End": true}}})";
  EXPECT_EQ(mistakes(R"({"StartAt": "A", "States": {
                "A": {"Type": "Pass", "Assign": {"x.$": "$.a"}, "Next": "M"},
                "M": {"Type": "Map", )" +
                     inner + R"(, "End": true}}})"),
            (std::vector<std::string>{"The variable 'x' is assigned in an outer scope and cannot "
                                      "be assigned here at "
                                      "/States/M/ItemProcessor/States/In/Assign"}));
  EXPECT_TRUE(mistakes(R"({"StartAt": "A", "States": {
                "A": {"Type": "Pass", "Assign": {"y": 1}, "Next": "M"},
                "M": {"Type": "Map", )" +
                       inner + R"(, "End": true}}})")
                  .empty());
}

// Recorded (test_parallel_catch_error, PARALLEL_CATCH_ERROR_VARIABLE_SAMPLING).
TEST_F(Variables, ABranchMayAssignWhatACatcherOfItsParallelAssigns) {
  EXPECT_TRUE(mistakes(R"({"StartAt": "P", "States": {
                "P": {"Type": "Parallel", "End": true, "Branches": [
                       {"StartAt": "In",
                        "States": {"In": {"Type": "Pass", "Assign": {"x": 2}, "End": true}}}],
                      "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"x": 1}, "Next": "Z"}]},
                "Z": {"Type": "Succeed"}}})")
                  .empty());
}

TEST_F(Variables, NamesAreIdentifiersAndStatesIsReserved) {
  const auto named = [](const std::string& name) {
    return mistakes(R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {")" + name +
                    R"(": 1}, "End": true}}})");
  };
  EXPECT_TRUE(named("x").empty());
  EXPECT_TRUE(named("größe_2").empty());
  EXPECT_TRUE(named(std::string(80, 'x')).empty());
  EXPECT_EQ(named("states").size(), 1U);
  EXPECT_EQ(named("2x").size(), 1U);
  EXPECT_EQ(named("a b").size(), 1U);
  EXPECT_EQ(named(std::string(81, 'x')).size(), 1U);
}

Json references(const std::string& machine) {
  return variable_references(parse_json(machine).value());
}

// test_base_variable_references: BASE_REFERENCE_IN_CHOICE, _WAIT, _PARAMETERS, MAP_STATE_…
TEST(VariableReferences, AreListedByState) {
  EXPECT_EQ(references(R"({"StartAt": "Setup", "States": {
      "Setup": {"Type": "Pass", "Assign": {"guess": "g", "answer": "a"}, "Next": "Check"},
      "Check": {"Type": "Choice", "Choices": [{"Variable": "$guess", "StringEqualsPath": "$answer",
          "Next": "Right"}], "Default": "Wrong"},
      "Right": {"Type": "Pass", "End": true},
      "Wrong": {"Type": "Pass", "Assign": {"guess.$": "$answer"}, "Next": "Check"}}})"),
            (Json{{"Check", {"answer", "guess"}}, {"Wrong", {"answer"}}}));
  EXPECT_EQ(references(R"({"StartAt": "A", "States": {
      "A": {"Type": "Pass", "Parameters": {"result": "$result"}, "Next": "B"},
      "B": {"Type": "Pass", "Parameters": {"result.$": "$result"}, "End": true}}})"),
            (Json{{"B", {"result"}}}));
  EXPECT_EQ(references(R"j({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$list",
      "ItemSelector": {"a.$": "States.Format($.t, $$.Map.Item.Value)"}, "ItemProcessor": {
          "StartAt": "In", "States": {"In": {"Type": "Pass", "Assign": {
              "s.$": "States.MathAdd(States.MathAdd($y, $x), $bias)"}, "End": true}}},
      "End": true}}})j"),
            (Json{{"M", {"list"}}, {"In", {"bias", "x", "y"}}}));
}

TEST(VariableReferences, OfExpressions) {
  EXPECT_EQ(references(R"JSON({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
      "A": {"Type": "Pass", "Output": "{% $sum($list) + $f($states.input.n) & '$text' %}",
            "Assign": {"z": "{% ($own := 1; $map($list, function($v) { $v + $own + $more })) %}"},
            "End": true}}})JSON"),
            (Json{{"A", {"f", "list", "more"}}}));
}

}  // namespace
}  // namespace bedlam::states
