// The reader and the writer beside the library that they stand in for.
#include "emulator/base/json_text.h"

#include <gtest/gtest.h>

#include <vector>

#include "emulator/base/json_reader.h"
#include "emulator/base/random.h"

namespace bedlam {
namespace {

std::string library_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

TEST(JsonReader, ReadsWhatTheLibraryReads) {
  for (const std::string text : {R"({})",
                                 R"([])",
                                 R"(  [ 1 , 2 ]  )",
                                 "\t{\"a\" : [ ] ,\r\n\"b\":{}}",
                                 R"("")",
                                 R"("\"\\\/\b\f\n\r\t")",
                                 R"("\u0041\u00e9\u20ac\ud83d\ude97\u0000")",
                                 "\"Grüße 🚗 東京\"",
                                 R"(0)",
                                 R"(-0)",
                                 R"(-1)",
                                 R"(18446744073709551615)",
                                 R"(-9223372036854775808)",
                                 R"(0.1)",
                                 R"(-0.0)",
                                 R"(1e3)",
                                 R"(1E-3)",
                                 R"(1.5e+300)",
                                 R"(5e-324)",
                                 R"(2.2250738585072011e-308)",
                                 R"(true)",
                                 R"(false)",
                                 R"(null)",
                                 R"({"a":{"b":{"c":[[[{"d":null}]]]}}})",
                                 R"([1,"a",true,null,{"x":1.5}])"}) {
    const std::optional<Json> value = read_json(text);
    ASSERT_TRUE(value) << text;
    const Json expected = Json::parse(text);
    EXPECT_EQ(*value, expected) << text;
    EXPECT_EQ(value->type(), expected.type()) << text;
    EXPECT_EQ(to_text(*value), library_text(expected)) << text;
  }
}

// Some of it the library takes; then it is not worth a rule of its own here.
TEST(JsonReader, TakesNothingThatIsNotWellFormed) {
  for (const std::string text : {"",
                                 " ",
                                 "{",
                                 "}",
                                 "[",
                                 "[1",
                                 "[1,]",
                                 "[,1]",
                                 "{\"a\"}",
                                 "{\"a\":}",
                                 "{\"a\":1,}",
                                 "{a:1}",
                                 "\"",
                                 "\"a",
                                 "\"\\\"",
                                 "\"\\x\"",
                                 "\"\\u12\"",
                                 "\"\\u12g4\"",
                                 "\"\\ud800\"",
                                 "\"\\ud800\\u0041\"",
                                 "\"\\udc00\"",
                                 "\"\n\"",
                                 "\"seven77\neight888\"",
                                 "\"seven77\x1f eight888\"",
                                 "01",
                                 "-",
                                 "-a",
                                 "1.",
                                 ".5",
                                 "1e",
                                 "1e+",
                                 "+1",
                                 "tru",
                                 "nul",
                                 "NaN",
                                 "1 2",
                                 "{} x",
                                 "\"\xff\"",
                                 "\"\xc3\"",
                                 "\"\xc0\xaf\"",
                                 "\"\xed\xa0\x80\"",
                                 "\"\xf4\x90\x80\x80\"",
                                 "\"\xe2\x82\"",
                                 "1e400"}) {
    EXPECT_FALSE(read_json(text)) << text;
    EXPECT_FALSE(parse_json(text).ok()) << text;
  }
}

TEST(JsonReader, TheLastOfARepeatedNameCounts) {
  EXPECT_EQ(to_text(*read_json(R"({"a":1,"b":2,"a":3})")), R"({"a":3,"b":2})");
  std::string many = "{";
  for (int i = 0; i < 20; ++i) many += "\"n" + std::to_string(i) + "\":0,";
  EXPECT_EQ((*read_json(many + "\"n7\":1}"))["n7"], 1);
  EXPECT_EQ(read_json(many + "\"n7\":1}")->size(), 20U);
}

TEST(JsonReader, StopsWhereItNestsTooDeep) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_TRUE(read_json(nested(kMaxJsonDepth)));
  EXPECT_FALSE(read_json(nested(kMaxJsonDepth + 1)));
}

TEST(JsonWriter, WritesAsTheLibraryDoes) {
  for (int c = 0; c < 256; ++c) {
    for (const std::string& text :
         {std::string(1, static_cast<char>(c)), "a" + std::string(2, static_cast<char>(c)) + "z",
          "seven77" + std::string(1, static_cast<char>(c)) + "eight888",
          "eight888" + std::string(1, static_cast<char>(c)) + "!"}) {
      EXPECT_EQ(to_text(Json(text)), library_text(Json(text))) << c;
    }
  }
  for (const double number : {0.0, -0.0, 1.0, 0.1, 1e21, 1e-7, 123456789.125, 5e-324, 1.7e308}) {
    EXPECT_EQ(to_text(Json(number)), library_text(Json(number)));
  }
  EXPECT_EQ(to_text(Json(std::numeric_limits<double>::infinity())), "null");
  EXPECT_EQ(to_text(Json(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(to_text(Json(UINT64_MAX)), "18446744073709551615");
  EXPECT_EQ(to_text(Json()), "null");
}

Json random_value(Random& random, int depth) {
  const std::uint64_t kind = random.below(depth > 4 ? 5 : 7);
  if (kind == 0) return nullptr;
  if (kind == 1) return random.below(2) == 0;
  if (kind == 2) return static_cast<std::int64_t>(random.next());
  if (kind == 3) return random.normal() * 1e6;
  if (kind == 4) return random.text("ab\"\\\n\x01 /", random.below(20));
  Json nested = kind == 5 ? Json::array() : Json::object();
  for (std::uint64_t i = random.below(12); i > 0; --i) {
    if (kind == 5) {
      nested.push_back(random_value(random, depth + 1));
    } else {
      nested[random.text("abcdef", 2)] = random_value(random, depth + 1);
    }
  }
  return nested;
}

TEST(JsonText, ComesBackAsItWas) {
  Random random(7);
  for (int i = 0; i < 300; ++i) {
    const Json value = random_value(random, 0);
    const std::string text = to_text(value);
    EXPECT_EQ(text, library_text(value));
    const std::optional<Json> read = read_json(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(to_text(*read), text);
    EXPECT_EQ(*read, Json::parse(text));
  }
}

TEST(JsonText, IsTheTextOfItsTree) {
  const JsonText list = Json::array({{{"text", "a \"car\"\n"}}, {{"tree", true}}});
  const JsonText all = JsonText::object("list", list, "none", std::optional<std::string>(), "some",
                                        std::optional<std::string>("Grüße"), "null", nullptr,
                                        "count", -3, "size", 3U, "yes", true);
  EXPECT_EQ(all.text(),
            R"({"list":[{"text":"a \"car\"\n"},{"tree":true}],"none":null,"some":"Grüße",)"
            R"("null":null,"count":-3,"size":3,"yes":true})");
  EXPECT_EQ(all.tree(), Json::parse(all.text()));
  EXPECT_EQ(JsonText::object("text", "\xff").text(), "{\"text\":\"\xef\xbf\xbd\"}");
}

TEST(JsonText, IsWrittenWhereItStands) {
  const auto list_of = [](const std::vector<int>& numbers) {
    return [numbers](JsonText& to) {
      to.write_array(numbers, [&](int number) { to.write_object("n", number, "next", nullptr); });
    };
  };
  const auto inner = [&](JsonText& to) { to.write_object("list", list_of({1, 2}), "text", "x"); };
  const auto empty = [](JsonText& to) { to.write_object(); };
  EXPECT_EQ(JsonText::object("inner", inner, "none", list_of({}), "empty", empty).text(),
            R"({"inner":{"list":[{"n":1,"next":null},{"n":2,"next":null}],"text":"x"},)"
            R"("none":[],"empty":{}})");
}

TEST(ObjectOf, KeepsTheOrderOfItsMembers) {
  EXPECT_EQ(to_text(object_of("b", 1, "a", "x", "c", Json::array({1}))),
            R"({"b":1,"a":"x","c":[1]})");
  EXPECT_EQ(to_text(object_of()), "{}");
}

}  // namespace
}  // namespace bedlam
