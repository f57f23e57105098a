// Texts as YAML that is read back as the same.
#include "harness/record/yaml_text.h"

#include "tests/unit/harness/recording_text.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;

TEST(YamlText, IsReadBack) {
  const Json odd{{"true", "on"},
                 {"a: b", "x # y\t\r\n\x01\x7f\xc2\x85\xe2\x80\xa9\xef\xbb\xbf"},
                 {"n", {1, -2, 1.5, 1e300, nullptr, true, Json::object(), Json::array()}},
                 {"", "'\"\\/"}};
  const std::string text =
      "models:\n  m:\n    recorded: true\n    replies:\n      - answer: {body: " + yaml_flow(odd) +
      "}\n";
  const scenario::Scenario scenario = scenario_of(text);
  ASSERT_EQ(scenario.models.size(), 1U);
  const auto& answer = std::get<script::Answer>(scenario.models[0].rules[0].outcomes[0].result);
  EXPECT_EQ(std::get<script::Verbatim>(answer.content).body, to_text(odd));
}

std::string utf8(unsigned code) {
  const auto byte = [](unsigned value) { return static_cast<char>(value); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xc0 | code >> 6U), byte(0x80 | (code & 0x3fU))};
  if (code < 0x10000) {
    return {byte(0xe0 | code >> 12U), byte(0x80 | (code >> 6U & 0x3fU)),
            byte(0x80 | (code & 0x3fU))};
  }
  return {byte(0xf0 | code >> 18U), byte(0x80 | (code >> 12U & 0x3fU)),
          byte(0x80 | (code >> 6U & 0x3fU)), byte(0x80 | (code & 0x3fU))};
}

TEST(YamlText, EveryCharacterIsReadBack) {
  Json texts = Json::array();
  std::string text;
  for (unsigned code = 0; code < 0x110000; code += code < 0x3100 ? 1 : 0xfd) {
    if (code >= 0xd800 && code < 0xe000) continue;  // surrogates are none
    text += utf8(code);
    if (text.size() < 1'000) continue;
    texts.push_back(std::exchange(text, ""));
  }
  for (const unsigned code : {0xfeffU, 0xfffdU, 0xfffeU, 0xffffU, 0x1fffeU, 0x10ffffU}) {
    texts.push_back(" " + utf8(code) + " ");
  }
  const Json body{{"texts", texts}};
  const scenario::Scenario scenario = scenario_of(
      "models:\n  m:\n    recorded: true\n    replies:\n      - answer: {body: " + yaml_flow(body) +
      "}\n");
  ASSERT_EQ(scenario.models.size(), 1U);
  const auto& answer = std::get<script::Answer>(scenario.models[0].rules[0].outcomes[0].result);
  EXPECT_EQ(std::get<script::Verbatim>(answer.content).body, to_text(body));
}

TEST(YamlText, PlainWordsHaveNoQuotes) {
  EXPECT_EQ(yaml_word(kHaiku), kHaiku);
  EXPECT_EQ(yaml_word("yes"), "\"yes\"");
  EXPECT_EQ(yaml_word("a b"), "\"a b\"");
  EXPECT_EQ(yaml_duration(312'421'600ns), "312.422ms");
}

}  // namespace
}  // namespace bedlam::harness
