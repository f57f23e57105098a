// Whatever text an author or an attacker sends as a path or a call: an answer or an error, no
// crash, no hang. Texts are mutations of valid ones and pure noise, the same in every run.
#include <gtest/gtest.h>

#include <vector>

#include "emulator/states/language/choice_rule.h"
#include "emulator/states/language/jsonata/jsonata.h"
#include "emulator/states/language/path.h"
#include "emulator/states/language/payload_template.h"

namespace bedlam::states {
namespace {

const std::vector<std::string> kSeeds{
    "$.store.book[?(@.price < 10 && (@.x =~ /a[b-z]{1,3}.*/i || !@.y))].title",
    "$..book[0,-1,2]['a',\"b\"][1:5:-2].*",
    "$$.Execution.Input['it\\'s'].x\\.y",
    "$variable.field[?(@.a == $.b[?(@.c != $$.d)])]",
    "$[?(!(@.a >= 1.5e3) || @.b == 'x' || @['c'].d <= null)]..e[*]",
    "States.Format('\\{{}\\} {}', $.a[?(@.b == ',)')], States.Array(1, 'b', null, true))",
    "States.MathRandom(States.MathAdd(1, -2), 10, 3)",
    "States.JsonMerge($.a, States.StringToJson('\\{\\}'), false)",
};

std::string mutated(Random& random) {
  static constexpr std::string_view kTokens[] = {
      "$", "@", "[", "]", "(", ")", "?", "..", ".",  "*",  "'",  "\"",         "\\",
      "/", "{", "}", ",", ":", "-", "!", "&&", "||", "=~", "==", "9999999999", "States."};
  std::string text = kSeeds[random.below(kSeeds.size())];
  for (std::uint64_t edits = 1 + random.below(4); edits > 0; --edits) {
    const std::size_t at = random.below(text.size() + 1);
    switch (random.below(4)) {
      case 0:
        text.erase(at, 1 + random.below(5));
        break;
      case 1:
        text.insert(at, kTokens[random.below(std::size(kTokens))]);
        break;
      case 2:
        text.insert(at, 1, static_cast<char>(random.below(256)));
        break;
      default:
        text.insert(at, text.substr(random.below(text.size() + 1), random.below(12)));
    }
  }
  return text;
}

TEST(HostileText, NeverCrashes) {
  const Json input = *parse_json(
      R"j({"store":{"book":[{"price":9,"x":"abz","title":"t"},{"y":1}]},"a":[{"b":",)","c":1}],
           "b":{"d":[0]}})j");
  const Json context = *parse_json(R"({"Execution":{"Input":{"it's":{"x.y":1}}},"d":1})");
  const Json variables = *parse_json(R"({"variable":{"field":[{"a":1}]}})");
  Random random(20241004);
  const Scope scope{input, context, random, &variables};
  int good = 0;
  for (int i = 0; i < 6'000; ++i) {
    const std::string text =
        i % 4 == 0 ? random.text("$.[]()'\"@?*:,-0129ab=!<>&|~/\\{} ", i % 40) : mutated(random);
    SCOPED_TRACE(text);
    if (auto path = Path::parse(text)) {
      ++good;
      const auto value = path->evaluate(scope);
      if (value && path->is_definite()) {
        ASSERT_NE(path->find(scope), nullptr);
        ASSERT_EQ(*path->find(scope), *value);
      }
      Json target = input;
      const bool assigned = path->assign(target, 1);
      ASSERT_TRUE(assigned || target == input);
    }
    if (auto payload = PayloadTemplate::parse(Json{{"v.$", text}})) {
      ++good;
      (void)payload->evaluate(scope);
    }
    if (auto rule = ChoiceRule::parse(Json{{"Variable", text}, {"StringMatches", text}})) {
      (void)rule->matches(scope);
    }
  }
  EXPECT_GT(good, 1'000);
}

TEST(HostileText, LongTextsMeetBounds) {
  const Json input = {{"v", std::string(50'000, 'a')}}, context;
  Random random(1);
  const Scope scope{input, context, random};
  const auto slow = Path::parse("$[?(@.v =~ /(a*)*(a|aa)*b/)]");
  ASSERT_TRUE(slow.ok());
  EXPECT_EQ(slow->evaluate(scope)->size(), 0U);
  for (const char* piece : {"States.Array(", "$[?(", "!", "(", "'", "["}) {
    std::string text = "$[?(";
    for (int i = 0; i < 50'000; ++i) text += piece;
    EXPECT_FALSE(Path::parse(text).ok());
    EXPECT_FALSE(PayloadTemplate::parse(Json{{"v.$", "States.Array(" + text}}).ok());
  }
}

// Found by fuzz_jsonata: the empty text that two absent ones make is one for all, in memory that
// nobody may write to.
TEST(HostileText, TheLengthOfTwoAbsentTextsIsNone) {
  const auto expression = jsonata::compile("$length(absent & absent)");
  ASSERT_TRUE(expression.ok());
  Random random(1);
  const auto outcome = expression->evaluate(nullptr, nullptr, jsonata::Environment{random});
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->value, Json(0));
}

// Likewise: it never came to an end.
TEST(HostileText, WhatHasNoCodePointPadsAsABlankDoes) {
  const auto expression = jsonata::compile("$pad('a', 3, '\x80')");
  ASSERT_TRUE(expression.ok());
  Random random(1);
  const auto outcome = expression->evaluate(nullptr, nullptr, jsonata::Environment{random});
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->value, Json("a  "));
}

}  // namespace
}  // namespace bedlam::states
