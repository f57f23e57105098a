#include "emulator/base/json.h"

#include <gtest/gtest.h>

#include <vector>

namespace bedlam {
namespace {

Json parsed(std::string_view text) {
  auto value = parse_json(text);
  EXPECT_TRUE(value) << text << ": " << (value ? "" : value.error().message);
  return value ? *value : Json();
}

struct Mistake {
  std::string_view text;
  std::size_t line, column;
  std::string_view says;
};

TEST(ParseJson, ReadsEveryKindOfValue) {
  const Json value =
      parsed(" {\"a\": [null, true, false, -1, 1, 1.5, \"x\\u20ac\\n\"], \"b\": {}}\n");
  ASSERT_EQ(value["a"].size(), 7U);
  EXPECT_TRUE(value["a"][0].is_null());
  EXPECT_EQ(value["a"][1], true);
  EXPECT_EQ(value["a"][3], -1);
  EXPECT_TRUE(value["a"][4].is_number_unsigned());
  EXPECT_EQ(value["a"][5], 1.5);
  EXPECT_EQ(value["a"][6], "x\u20ac\n");
  EXPECT_TRUE(value["b"].empty());
  for (const std::string_view scalar : {"null", "true", "-0", "\"\"", "[]", "{}"}) {
    EXPECT_TRUE(parse_json(scalar)) << scalar;
  }
}

TEST(ParseJson, KeepsTheOrderOfMembersThroughText) {
  constexpr std::string_view kText = R"({"z":1,"a":{"y":2,"b":[3]},"m":"n"})";
  EXPECT_EQ(to_text(parsed(kText)), kText);
  std::string wide = "{";
  for (int i = 99; i >= 0; --i) wide += (i < 99 ? "," : "") + ("\"" + std::to_string(i) + "\":[]");
  wide += "}";
  EXPECT_EQ(to_text(parsed(wide)), wide);
}

// As Jackson does in AWS's services.
TEST(ParseJson, TheLastOfRepeatedNamesCounts) {
  EXPECT_EQ(to_text(parsed(R"({"a":1,"b":2,"a":{"c":3,"c":4}})")), R"({"a":{"c":4},"b":2})");
}

TEST(ParseJson, SaysWhereAndWhat) {
  for (const Mistake& mistake : std::vector<Mistake>{
           {"", 1, 1, "unexpected end of input"},
           {"{\"a\": }", 1, 7, "unexpected '}'"},
           {"{\n  \"a\": 1,\n  \"b\" 2\n}", 3, 7, "expected ':'"},
           {"{\"a\": 1,\n}", 2, 1, "expected string literal"},
           {"[1, 2", 1, 6, "unexpected end of input"},
           {"[1]\n x", 2, 2, "invalid literal"},
           {"[1] 2", 1, 5, "expected end of input"},
           {"{'a': 1}", 1, 2, "invalid literal"},
           {"\"a\nb\"", 1, 3, "control character U+000A"},
           {"\"\xff\"", 1, 2, "ill-formed UTF-8"},
           {"[1, 1e999]", 1, 9, "number overflow"},
           {"// comment\n1", 1, 1, "invalid literal"},
       }) {
    const auto value = parse_json(mistake.text);
    ASSERT_FALSE(value) << mistake.text;
    EXPECT_EQ(value.error().line, mistake.line) << mistake.text;
    EXPECT_EQ(value.error().column, mistake.column) << mistake.text;
    EXPECT_NE(value.error().message.find(mistake.says), std::string::npos) << value.error().message;
    EXPECT_EQ(value.error().message.find("json.exception"), std::string::npos);
    EXPECT_EQ(value.error().message.find("line "), std::string::npos) << value.error().message;
  }
}

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

TEST(ParseJson, LimitsNesting) {
  EXPECT_TRUE(parse_json(nested(kMaxJsonDepth)));
  const auto deeper = parse_json("\n" + nested(kMaxJsonDepth + 1));
  ASSERT_FALSE(deeper);
  EXPECT_EQ(deeper.error().message, "nesting is deeper than 512 levels");
  EXPECT_EQ(deeper.error().line, 2U);
  EXPECT_EQ(deeper.error().column, 513U);
  EXPECT_FALSE(parse_json(std::string(5'000'000, '[')));
  EXPECT_FALSE(parse_json(std::string(5'000'000, '{')));
  // Many beside each other are not deep, and brackets in strings are none.
  std::string flat = "[[]";
  for (int i = 0; i < 2'000; ++i) flat += ",[{}]";
  EXPECT_TRUE(parse_json(flat + "]"));
  EXPECT_TRUE(parse_json("\"" + std::string(2'000, '[') + "\\\"" + std::string(2'000, '{') + "\""));
}

// With a look-up for every name this takes minutes.
TEST(ParseJson, IsLinearInTheMembersOfAnObject) {
  constexpr int kMembers = 150'000;
  std::string text = "{";
  for (int i = 0; i < kMembers; ++i) text += "\"member" + std::to_string(i) + "\":0,";
  text += "\"member7\":1}";
  const Json value = parsed(text);
  EXPECT_EQ(value.size(), static_cast<std::size_t>(kMembers));
  EXPECT_EQ(value["member7"], 1);
}

// Nor is a value copied for every object around it.
TEST(ParseJson, IsLinearInNestingTimesSize) {
  std::string inner = "[0";
  for (int i = 0; i < 200'000; ++i) inner += ",0";
  inner += "]";
  std::string text;
  for (int i = 0; i < 500; ++i) text += "{\"a\":";
  text += inner;
  for (int i = 0; i < 500; ++i) text += ",\"b\":0,\"c\":0,\"d\":0,\"e\":0}";
  EXPECT_EQ(parsed(text)["e"], 0);
}

TEST(ToText, IsCompact) {
  EXPECT_EQ(to_text(Json{{"a", Json::array({1, 2.5, "x"})}, {"b", nullptr}}),
            R"({"a":[1,2.5,"x"],"b":null})");
  EXPECT_EQ(to_text(Json("\u20ac \"\\\n\x01")), "\"\u20ac \\\"\\\\\\n\\u0001\"");
}

TEST(ToText, ReplacesInvalidUtf8) {
  EXPECT_EQ(to_text(Json("a\xff"
                         "b")),
            "\"a\uFFFDb\"");
  EXPECT_EQ(to_text(Json("cut \xe2\x82")), "\"cut \uFFFD\"");
  EXPECT_EQ(to_text(Json("\xed\xa0\x80")).find('\xed'), std::string::npos);  // a lone surrogate
}

TEST(ToText, WritesNumbersThatReadBackTheSame) {
  for (const std::string_view number :
       {"0", "-1", "18446744073709551615", "-9223372036854775808", "0.1", "1728000000.123", "1e-07",
        "1.7976931348623157e+308"}) {
    EXPECT_EQ(to_text(parsed(number)), number);
  }
}

TEST(SameValue, IgnoresTheOrderOfMembers) {
  EXPECT_TRUE(same_value(parsed(R"({"a":1,"b":{"c":[1],"d":2}})"),
                         parsed(R"({"b":{"d":2,"c":[1]},"a":1})")));
  EXPECT_FALSE(same_value(parsed(R"({"a":1})"), parsed(R"({"a":1,"b":null})")));
  EXPECT_FALSE(same_value(parsed(R"({"a":1,"b":1})"), parsed(R"({"a":1,"c":1})")));
  EXPECT_TRUE(same_value(parsed(R"([{"a":1,"b":2}])"), parsed(R"([{"b":2,"a":1}])")));
}

TEST(SameValue, KeepsTheOrderOfElements) {
  EXPECT_FALSE(same_value(parsed("[1,2]"), parsed("[2,1]")));
  EXPECT_FALSE(same_value(parsed("[1]"), parsed("[1,1]")));
  EXPECT_FALSE(same_value(parsed("[]"), parsed("{}")));
}

TEST(SameValue, ComparesNumbersByValue) {
  EXPECT_TRUE(same_value(parsed("1"), parsed("1.0")));
  EXPECT_TRUE(same_value(Json(1), Json(1U)));
  EXPECT_TRUE(same_value(parsed("[-3]"), Json::array({-3.0})));
  EXPECT_FALSE(same_value(parsed("18446744073709551615"), parsed("-1")));
  EXPECT_FALSE(same_value(parsed("-1"), parsed("18446744073709551615")));
  EXPECT_FALSE(same_value(parsed("9007199254740993"), parsed("9007199254740992")));
  EXPECT_FALSE(same_value(parsed("1"), parsed("\"1\"")));
  EXPECT_FALSE(same_value(parsed("1"), parsed("true")));
  EXPECT_FALSE(same_value(parsed("0"), parsed("null")));
}

TEST(Find, LooksOnlyIntoObjects) {
  const Json object = parsed(R"({"a":null,"":2})");
  ASSERT_NE(find(object, "a"), nullptr);
  EXPECT_TRUE(find(object, "a")->is_null());
  EXPECT_EQ(*find(object, ""), 2);
  EXPECT_EQ(find(object, "b"), nullptr);
  EXPECT_EQ(find(parsed("[1]"), "0"), nullptr);
  EXPECT_EQ(find(parsed("\"a\""), "a"), nullptr);
  EXPECT_EQ(find(Json(), "a"), nullptr);
}

}  // namespace
}  // namespace bedlam
