#include "emulator/states/language/payload_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bedlam::states {
namespace {

using ::testing::HasSubstr;

struct PayloadTemplateTest : ::testing::Test {
  static Json json(const char* text) {
    auto value = parse_json(text);
    EXPECT_TRUE(value.ok()) << text;
    return value ? *value : Json();
  }

  Result<Json, Failure> evaluate(const char* text, const char* input_text) {
    input = json(input_text);
    const auto parsed = PayloadTemplate::parse(json(text));
    EXPECT_TRUE(parsed.ok()) << text;
    return parsed->evaluate(scope());
  }

  void expect(const char* text, const char* input_text, const char* expected) {
    const auto value = evaluate(text, input_text);
    ASSERT_TRUE(value.ok()) << text << ": " << *value.error().cause;
    EXPECT_EQ(to_text(*value), to_text(json(expected))) << text;
  }

  void expect_failure(const char* text, const char* input_text, const char* cause) {
    const auto value = evaluate(text, input_text);
    ASSERT_FALSE(value.ok()) << text;
    EXPECT_EQ(value.error().error, "States.Runtime");
    EXPECT_EQ(value.error().cause, cause);
  }

  Scope scope() { return Scope{input, context, random, &variables}; }

  Json input;
  Json context = json(R"({"Execution":{"Input":{"x":1}},"Map":{"Item":{"Index":0}}})");
  Json variables = json(R"({"answer":42})");
  Random random{1};
};

TEST_F(PayloadTemplateTest, FillsMembersWhoseNameEndsInDotDollar) {
  expect(R"({"a.$":"$.x","b":"$.x","c":{"d":[{"e.$":"$$.Map.Item.Index"},"$.x"]},"n":null})",
         R"({"x":[1]})", R"({"a":[1],"b":"$.x","c":{"d":[{"e":0},"$.x"]},"n":null})");
  expect(R"({"all.$":"$","context.$":"$$.Execution.Input","v.$":"$answer"})", "\"in\"",
         R"({"all":"in","context":{"x":1},"v":42})");
  expect(R"j({"m.$":"States.Array($.a, States.Format('{}', $.b))"})j", R"({"a":1,"b":2})",
         R"({"m":[1,"2"]})");
}

TEST_F(PayloadTemplateTest, KeepsTheOrderAndWhatIsConstant) {
  expect(R"({"z":1,"a.$":"$","m":{},"l":[],"k":[[]]})", "0",
         R"({"z":1,"a":0,"m":{},"l":[],"k":[[]]})");
  expect(R"([1,{"a.$":"$"}])", "2", R"([1,{"a":2}])");
  expect("{}", "{}", "{}");
  expect("\"$.x\"", "{}", "\"$.x\"");
  expect(R"({".$":"$"})", "1", R"({"":1})");
}

// Prompt chains flatten their conversation like this.
TEST_F(PayloadTemplateTest, FlattensArraysOfArrays) {
  expect(R"({"messages.$":"$.m[*][*]"})", R"({"m":[[{"role":"user"}],[{"role":"assistant"}]]})",
         R"({"messages":[{"role":"user"},{"role":"assistant"}]})");
}

// Recorded.
TEST_F(PayloadTemplateTest, APathThatFindsNothingFails) {
  expect_failure(R"({"value.$":"$.a.b"})", R"({"int-literal": 0})",
                 "The JSONPath '$.a.b' specified for the field 'value.$' could not be found in the "
                 "input '{\"int-literal\":0}'");
  expect_failure(R"({"a":[{"value.$":"$$.Execution.Input.no_such_jsonpath"}]})", "{}",
                 "The JSONPath '$$.Execution.Input.no_such_jsonpath' specified for the field "
                 "'value.$' could not be found in the input "
                 "'{\"Execution\":{\"Input\":{\"x\":1}},\"Map\":{\"Item\":{\"Index\":0}}}'");
  expect(R"({"item.$":"$.item.items[1:5].itemValue"})", "{}", R"({"item":[]})");
}

// Reported from AWS: only the index at the end, and only outside of an array that is there.
TEST_F(PayloadTemplateTest, AnIndexOutsideOfAnArrayIsNull) {
  expect(R"({"v.$":"$.items[5]"})", R"({"items":[1]})", R"({"v":null})");
  expect_failure(
      R"({"v.$":"$.items[5].x"})", R"({"items":[1]})",
      "The JSONPath '$.items[5].x' specified for the field 'v.$' could not be found in the "
      "input '{\"items\":[1]}'");
  expect_failure(
      R"({"v.$":"$.items[0]"})", "{}",
      "The JSONPath '$.items[0]' specified for the field 'v.$' could not be found in the "
      "input '{}'");
}

TEST_F(PayloadTemplateTest, AFunctionThatRefusesItsArgumentsFails) {
  const auto value = evaluate(R"j({"v.$":"States.MathAdd('a', 1)"})j", "{}");
  ASSERT_FALSE(value.ok());
  EXPECT_EQ(value.error().error, "States.Runtime");
  EXPECT_THAT(*value.error().cause, HasSubstr("Invalid arguments in States.MathAdd"));
}

TEST_F(PayloadTemplateTest, MistakesNameTheFieldAsAwsDoes) {
  struct Case {
    const char* text;
    const char* pointer;
    const char* field;
    const char* detail;
  };
  for (const Case& c : {Case{R"({"a":{"b/c":[0,{"parsed.$":"x"}]}})", "/a/b~1c/1/parsed.$",
                             "parsed.$", "neither a path"},
                        Case{R"({"p.$":1})", "/p.$", "p.$", "must be a string"},
                        Case{R"({"p.$":"$.["})", "/p.$", "p.$", "']' is missing"},
                        Case{R"j({"p.$":"States.format('a')"})j", "/p.$", "p.$", "States.Format"},
                        // Recorded: a stray backslash in the text of an argument.
                        Case{R"j({"parsed.$":"States.StringToJson('a\\n')"})j", "/parsed.$",
                             "parsed.$", "may only"}}) {
    const auto parsed = PayloadTemplate::parse(json(c.text));
    ASSERT_FALSE(parsed.ok()) << c.text;
    EXPECT_EQ(parsed.error().pointer, c.pointer);
    EXPECT_EQ(parsed.error().message,
              "The value for the field '" + std::string(c.field) +
                  "' must be a valid JSONPath or a valid intrinsic function "
                  "call");
    EXPECT_THAT(parsed.error().detail, HasSubstr(c.detail));
  }
}

TEST_F(PayloadTemplateTest, AnExpressionStandsAlone) {
  input = json(R"({"Error":"E","Cause":"C"})");
  const auto evaluate_field = [&](const char* text) {
    auto expression = Expression::parse(text, "ErrorPath");
    EXPECT_TRUE(expression.ok()) << text;
    return expression->evaluate(scope());
  };
  EXPECT_EQ(*evaluate_field("$.Error"), "E");
  EXPECT_EQ(*evaluate_field(
                "States.Format('This is a custom error message for {}, caused by {}.', $.Error, "
                "$.Cause)"),
            "This is a custom error message for E, caused by C.");
  const auto missing = evaluate_field("$.ErrorX");  // recorded
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().error, "States.Runtime");
  EXPECT_EQ(missing.error().cause,
            "The JSONPath '$.ErrorX' specified for the field 'ErrorPath' could not be found in the "
            "input '{\"Error\":\"E\",\"Cause\":\"C\"}'");
  EXPECT_FALSE(Expression::parse("Error", "ErrorPath").ok());
  EXPECT_FALSE(Expression::parse("", "ErrorPath").ok());
}

}  // namespace
}  // namespace bedlam::states
