// A hundred thousand calls of tools and their results, in the order in which looking each up from
// the start takes longest: looked up so, these would not end within a test's time.
#include <gtest/gtest.h>

#include "emulator/bedrock/families/anthropic/checks.h"
#include "emulator/bedrock/operations/converse_tools.h"

namespace bedlam::bedrock::test {
namespace {

constexpr int kCalls = 100'000;

// As long as those that Bedrock makes up.
std::string id_of(int call) {
  std::string digits = std::to_string(call);
  return "toolu_bdrk_01" + std::string(22 - digits.size(), '0') + digits;
}

// The last call's result comes first.
template <typename Block>
Json turns(Block use, Block result) {
  Json uses = Json::array(), results = Json::array();
  for (int i = 0; i < kCalls; ++i) {
    uses.push_back(use(id_of(i)));
    results.push_back(result(id_of(kCalls - 1 - i)));
  }
  Json messages = Json::array();
  messages.push_back({{"role", "assistant"}, {"content", std::move(uses)}});
  messages.push_back({{"role", "user"}, {"content", std::move(results)}});
  return messages;
}

using MakeBlock = Json (*)(const std::string&);

TEST(ToolIds, ManyInMessages) {
  Json messages = turns<MakeBlock>(
      [](const std::string& id) {
        return Json{{"type", "tool_use"}, {"id", id}};
      },
      [](const std::string& id) {
        return Json{{"type", "tool_result"}, {"tool_use_id", id}};
      });
  EXPECT_EQ(check_tool_turns(messages), std::nullopt);
  messages[1]["content"][0]["tool_use_id"] = "other";
  EXPECT_NE(check_tool_turns(messages).value_or("").find(": " + id_of(kCalls - 1) + ". Each"),
            std::string::npos);
}

TEST(ToolIds, ManyInConverse) {
  Json messages = turns<MakeBlock>(
      [](const std::string& id) {
        return Json{{"toolUse", {{"toolUseId", id}}}};
      },
      [](const std::string& id) {
        return Json{{"toolResult", {{"toolUseId", id}}}};
      });
  EXPECT_FALSE(check_tool_pairs(messages).has_value());
  messages[1]["content"][0]["toolResult"]["toolUseId"] = "other";
  const auto refused = check_tool_pairs(messages);
  ASSERT_TRUE(refused.has_value());
  EXPECT_NE(refused->message.find("Ids: " + id_of(kCalls - 1)), std::string::npos);
}

}  // namespace
}  // namespace bedlam::bedrock::test
