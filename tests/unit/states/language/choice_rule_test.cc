#include "emulator/states/language/choice_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace bedlam::states {
namespace {

using ::testing::HasSubstr;

struct ChoiceRuleTest : ::testing::Test {
  static Json json(const char* text) {
    auto value = parse_json(text);
    EXPECT_TRUE(value.ok()) << text;
    return value ? *value : Json();
  }

  Result<bool, Failure> matches(const Json& rule, const Json& input) {
    auto parsed = ChoiceRule::parse(rule);
    if (!parsed) return Failure{"mistake", parsed.error().pointer + ": " + parsed.error().message};
    return parsed->matches(Scope{input, context, random, &variables});
  }

  void expect(const char* rule, const char* input, bool expected) {
    const auto matched = matches(json(rule), json(input));
    ASSERT_TRUE(matched.ok()) << rule << " " << matched.error().cause.value_or("");
    EXPECT_EQ(*matched, expected) << rule << " on " << input;
  }

  Failure failure_of(const char* rule, const char* input) {
    const auto matched = matches(json(rule), json(input));
    EXPECT_FALSE(matched.ok()) << rule;
    return matched ? Failure{} : matched.error();
  }

  Json context = json(R"({"Execution":{"Input":{"kind":"a"}},"State":{"Name":"Check"}})");
  Json variables = json(R"({"guess":5})");
  Random random{1};
};

// Every distinct rule and input of the recordings of AWS (Apache-2.0 data of LocalStack's tests).
TEST_F(ChoiceRuleTest, DecidesAsRecorded) {
  std::ifstream file(BEDLAM_SOURCE_DIR "/tests/unit/states/language/recorded_choices.jsonl");
  ASSERT_TRUE(file.is_open());
  int count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    const Json recorded = json(line.c_str());
    const auto matched = matches(recorded["rule"], recorded["input"]);
    ASSERT_TRUE(matched.ok()) << line;
    EXPECT_EQ(*matched, recorded["matches"].get<bool>()) << line;
  }
  EXPECT_GT(count, 200);
}

TEST_F(ChoiceRuleTest, EveryComparisonHasAPlainAndAPathForm) {
  struct Family {
    const char* name;
    const char* low;
    const char* high;
  };
  struct Relation {
    const char* name;
    bool low_high, equal, high_low;
  };
  const Family families[] = {
      {"String", "\"a\"", "\"b\""},
      {"Numeric", "1", "1.5"},
      {"Timestamp", "\"2012-10-09T19:00:55Z\"", "\"2012-10-09T19:00:55.000000001Z\""}};
  const Relation relations[] = {{"Equals", false, true, false},
                                {"LessThan", true, false, false},
                                {"GreaterThan", false, false, true},
                                {"LessThanEquals", true, true, false},
                                {"GreaterThanEquals", false, true, true}};
  for (const Family& family : families) {
    for (const Relation& relation : relations) {
      const std::string field = std::string(family.name) + relation.name;
      const auto check = [&](const std::string& left, const std::string& right, bool expected) {
        const std::string input = R"({"l":)" + left + R"(,"r":)" + right + "}";
        expect((R"({"Variable":"$.l",")" + field + "\":" + right + "}").c_str(), input.c_str(),
               expected);
        expect((R"({"Variable":"$.l",")" + field + R"(Path":"$.r"})").c_str(), input.c_str(),
               expected);
      };
      check(family.low, family.high, relation.low_high);
      check(family.low, family.low, relation.equal);
      check(family.high, family.low, relation.high_low);
    }
  }
  expect(R"({"Variable":"$.l","BooleanEqualsPath":"$.r"})", R"({"l":true,"r":true})", true);
  expect(R"({"Variable":"$.l","BooleanEqualsPath":"$.r"})", R"({"l":true,"r":false})", false);
}

TEST_F(ChoiceRuleTest, AnotherTypeDoesNotMatchAndIsNoFailure) {
  for (const char* field : {"StringEqualsPath", "StringLessThanEqualsPath", "NumericEqualsPath",
                            "NumericGreaterThanPath", "BooleanEqualsPath", "TimestampEqualsPath"}) {
    for (const char* value : {"null", "[]", "[1]", "{}", "{\"a\":1}"}) {
      const std::string input = std::string(R"({"v":)") + value + "}";
      expect((std::string(R"({"Variable":"$.v",")") + field + R"(":"$.v"})").c_str(), input.c_str(),
             false);
    }
  }
  expect(R"({"Variable":"$.v","NumericEqualsPath":"$.w"})", R"({"v":1,"w":"1"})", false);
  expect(R"({"Variable":"$.v","TimestampLessThan":"2020-01-01T00:00:00Z"})",
         R"({"v":"2012-10-09 19:00:55Z"})", false);
}

TEST_F(ChoiceRuleTest, TimestampsOfDifferentOffsetsAreEqual) {
  expect(R"({"Variable":"$.v","TimestampEquals":"2012-10-09T19:00:55Z"})",
         R"({"v":"2012-10-09T20:00:55+01:00"})", true);
}

// Code units, not code points: U+FF5E stands behind U+1F600 (which begins with the unit D83D).
TEST_F(ChoiceRuleTest, StringsAreOrderedByTheirCodeUnits) {
  expect(R"({"Variable":"$.v","StringGreaterThan":"\ud83d\ude00"})", R"({"v":"\uff5e"})", true);
  expect(R"({"Variable":"$.v","StringLessThan":"\uff5e"})", R"({"v":"\ud83d\ude00"})", true);
  expect(R"({"Variable":"$.v","StringLessThan":"\ud83d\ude01"})", R"({"v":"\ud83d\ude00"})", true);
  expect(R"({"Variable":"$.v","StringLessThan":"a"})", R"({"v":"Z"})", true);
  expect(R"({"Variable":"$.v","StringEquals":"A"})", R"({"v":"a"})", false);
}

TEST_F(ChoiceRuleTest, TypeTestsAskForTheGivenAnswer) {
  struct Case {
    const char* test;
    const char* yes;
    const char* no;
  };
  for (const Case& c : {Case{"IsNull", "null", "0"}, Case{"IsNumeric", "1.5", "\"1\""},
                        Case{"IsString", "\"\"", "null"}, Case{"IsBoolean", "false", "0"},
                        Case{"IsTimestamp", "\"2012-10-09T19:00:55Z\"", "\"2012-10-09\""}}) {
    for (const bool wanted : {true, false}) {
      const std::string rule = std::string(R"({"Variable":"$.v",")") + c.test +
                               "\":" + (wanted ? "true" : "false") + "}";
      expect(rule.c_str(), (std::string(R"({"v":)") + c.yes + "}").c_str(), wanted);
      expect(rule.c_str(), (std::string(R"({"v":)") + c.no + "}").c_str(), !wanted);
    }
  }
}

TEST_F(ChoiceRuleTest, IsPresentLooksWithoutFailing) {
  expect(R"({"Variable":"$.a.b","IsPresent":true})", R"({"a":{"b":null}})", true);
  expect(R"({"Variable":"$.a.b","IsPresent":true})", R"({"a":1})", false);
  expect(R"({"Variable":"$.a.b","IsPresent":false})", R"({})", true);
  expect(R"({"Variable":"$.a[1]","IsPresent":true})", R"({"a":[1]})", false);
  expect(R"({"Variable":"$.a[?(@.x == 1)]","IsPresent":true})", R"({"a":[{"x":2}]})", false);
  expect(R"({"Variable":"$guess","IsPresent":true})", R"({})", true);
  expect(R"({"Variable":"$other","IsPresent":true})", R"({})", false);
}

TEST_F(ChoiceRuleTest, ValuesMayStandInTheContextObjectAndInVariables) {
  expect(R"({"Variable":"$$.State.Name","StringEquals":"Check"})", "{}", true);
  expect(R"({"Variable":"$.k","StringEqualsPath":"$$.Execution.Input.kind"})", R"({"k":"a"})",
         true);
  expect(R"({"Variable":"$guess","NumericLessThan":6})", "{}", true);
}

TEST_F(ChoiceRuleTest, StringMatchesKnowsOnlyTheStar) {
  struct Case {
    const char* pattern;
    const char* text;
    bool expected;
  };
  for (const Case& c :
       {Case{"1*", "1. a film", true}, Case{"1*", "21", false}, Case{"*.json", "a.json", true},
        Case{"*.json", "a.json2", false}, Case{"a*b*c", "a-b-b-c", true},
        Case{"a*b*c", "a-c-b", false}, Case{"*", "", true}, Case{"", "", true},
        Case{"", "a", false}, Case{"**a**", "bab", true}, Case{"a?c", "abc", false},
        Case{"a?c", "a?c", true}, Case{"log-\\\\*.txt", "log-*.txt", true},
        Case{"log-\\\\*.txt", "log-1.txt", false}, Case{"a\\\\\\\\b", "a\\\\b", true},
        Case{"a\\\\\\\\*", "a\\\\bc", true}, Case{"A*", "ab", false}}) {
    expect((std::string(R"({"Variable":"$.v","StringMatches":")") + c.pattern + "\"}").c_str(),
           (std::string(R"({"v":")") + c.text + "\"}").c_str(), c.expected);
  }
  expect(R"({"Variable":"$.v","StringMatches":"*"})", R"({"v":1})", false);
  const Failure failure =
      failure_of(R"({"Variable":"$.v","StringMatches":"a\\b"})", R"({"v":"a"})");
  EXPECT_EQ(failure.error, "States.Runtime");
}

TEST_F(ChoiceRuleTest, CombinationsNest) {
  const char* rule = R"({"And":[
      {"Variable":"$.n","IsPresent":true},
      {"Not":{"Variable":"$.n","NumericEquals":0}},
      {"Or":[{"Variable":"$.n","NumericLessThan":5},{"Variable":"$.n","NumericGreaterThan":10}]}],
      "Next":"X"})";
  expect(rule, R"({"n":3})", true);
  expect(rule, R"({"n":0})", false);
  expect(rule, R"({"n":7})", false);
  expect(rule, R"({"n":11})", true);
}

TEST_F(ChoiceRuleTest, CombinationsStopAtTheFirstRuleThatDecides) {
  expect(R"({"And":[{"Variable":"$.n","IsPresent":true},{"Variable":"$.n","NumericEquals":1}]})",
         "{}", false);
  expect(R"({"Or":[{"Variable":"$.n","IsPresent":false},{"Variable":"$.n","NumericEquals":1}]})",
         "{}", true);
  EXPECT_EQ(failure_of(R"({"Not":{"Variable":"$.n","NumericEquals":1}})", "{}").error,
            "States.Runtime");
}

TEST_F(ChoiceRuleTest, AVariableThatIsNotThereFails) {
  for (const char* rule :
       {R"({"Variable":"$.x","NumericEquals":1})", R"({"Variable":"$.x","IsNull":true})",
        R"({"Variable":"$.there","NumericEqualsPath":"$.x"})"}) {
    const Failure failure = failure_of(rule, R"({"there":1})");
    EXPECT_EQ(failure.error, "States.Runtime");
    EXPECT_EQ(failure.cause,
              "Invalid path '$.x': The choice state's condition path references an invalid value.");
  }
}

TEST_F(ChoiceRuleTest, MistakesAreFoundBeforeAnythingRuns) {
  struct Case {
    const char* rule;
    const char* pointer;
    const char* message;
  };
  for (const Case& c :
       {Case{"[]", "", "must be an object"},
        Case{R"({"Variable":"$.x"})", "", "needs a comparison operator"},
        Case{R"({"StringEquals":"a"})", "", "These fields are required: [Variable]"},
        Case{R"({"Variable":1,"StringEquals":"a"})", "/Variable", "must be a path"},
        Case{R"({"Variable":"x","StringEquals":"a"})", "/Variable", "not a valid JSONPath"},
        Case{R"({"Variable":"$.x","StringEqual":"a"})", "/StringEqual", "is not supported"},
        Case{R"({"Variable":"$.x","StringMatchesPath":"$.a"})", "/StringMatchesPath",
             "is not supported"},
        Case{R"({"Variable":"$.x","IsNullPath":"$.a"})", "/IsNullPath", "is not supported"},
        Case{R"({"Variable":"$.x","Condition":"{% true %}"})", "/Condition", "is not supported"},
        Case{R"({"Variable":"$.x","StringEquals":"a","IsNull":true})", "/IsNull",
             "one comparison operator"},
        Case{R"({"Variable":"$.x","NumericEquals":"abc"})", "/NumericEquals", "must be a number"},
        Case{R"({"Variable":"$.x","StringEquals":1})", "/StringEquals", "must be a string"},
        Case{R"({"Variable":"$.x","IsNull":"true"})", "/IsNull", "must be true or false"},
        Case{R"({"Variable":"$.x","TimestampEquals":"2016-12-05 21:29:29Z"})", "/TimestampEquals",
             "String does not match RFC3339 timestamp"},
        Case{R"({"Variable":"$.x","NumericEqualsPath":"a.b"})", "/NumericEqualsPath",
             "not a valid JSONPath"},
        Case{R"({"And":[]})", "/And", "non-empty array"},
        Case{R"({"Not":{"And":[{"Variable":"$.a","IsNull":true},{"Variable":"$.b"}]}})",
             "/Not/And/1", "needs a comparison operator"}}) {
    const auto parsed = ChoiceRule::parse(json(c.rule));
    ASSERT_FALSE(parsed.ok()) << c.rule;
    EXPECT_EQ(parsed.error().pointer, c.pointer) << c.rule;
    EXPECT_THAT(parsed.error().message, HasSubstr(c.message));
  }
  const auto parsed = ChoiceRule::parse(json(R"({"Variable":"$.x","StringEqual":"a"})"));
  EXPECT_THAT(parsed.error().detail, HasSubstr("did you mean 'StringEquals'?"));
}

}  // namespace
}  // namespace bedlam::states
