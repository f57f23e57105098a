// Members of a Messages body: numbers of any size, and those that Bedrock does not take. Texts: the
// public threads named beside them.
#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

using ClaudeMembers = RuntimeTest;

constexpr const char* kSonnet37 = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";
constexpr const char* kSonnet45 = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

// claude-code 24451 quotes the sentence; the numbers are beyond those of 32 and of 64 bits.
TEST_F(ClaudeMembers, MaxTokensOfAnySize) {
  for (const std::string asked : {"5000000000", "9223372036854775808", "18446744073709551615"}) {
    const std::string body = R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":)" + asked +
                             R"(,"messages":[{"role":"user","content":"Hi"}]})";
    EXPECT_EQ(refusal("InvokeModel", body),
              "max_tokens: " + asked +
                  " > 4096, which is the maximum allowed number of output tokens for "
                  "claude-3-haiku-20240307");
    EXPECT_EQ(refusal("InvokeModel", body, kSonnet45),
              "max_tokens: " + asked +
                  " > 64000, which is the maximum allowed number of output tokens for "
                  "claude-sonnet-4-5-20250929");
  }
}

// antigravity2api-nodejs 150.
TEST_F(ClaudeMembers, BudgetsOfAnySize) {
  for (const std::string budget : {"5000000000", "9223372036854775808", "18446744073709551615"}) {
    EXPECT_TRUE(
        refusal("InvokeModel",
                messages_body("Hi", 2000,
                              R"(,"thinking":{"type":"enabled","budget_tokens":)" + budget + "}"),
                kSonnet37)
            .starts_with("`max_tokens` must be greater than `thinking.budget_tokens`."))
        << budget;
  }
}

// inspect_ai 3851, litellm 26320 (2026): what Anthropic's API calls automatic caching.
TEST_F(ClaudeMembers, CacheControlOfAWholeBody) {
  const std::string body = messages_body("Hi", 10, R"(,"cache_control":{"type":"ephemeral"})");
  EXPECT_EQ(refusal("InvokeModel", body, kSonnet45),
            "cache_control: Extra inputs are not permitted");
}

// langchainjs 8338.
TEST_F(ClaudeMembers, ThinkingBeforeThereWasAny) {
  const std::string text = "thinking: Extra inputs are not permitted";
  for (const std::string thinking :
       {R"({"type":"enabled","budget_tokens":1024})", R"({"type":"disabled"})"}) {
    const std::string invoked = messages_body("Hi", 2000, R"(,"thinking":)" + thinking);
    const std::string conversed =
        converse_body("Hi", R"(,"additionalModelRequestFields":{"thinking":)" + thinking + "}");
    for (const std::string model : {"anthropic.claude-3-5-sonnet-20240620-v1:0",
                                    "anthropic.claude-3-5-sonnet-20241022-v2:0"}) {
      EXPECT_EQ(refusal("InvokeModel", invoked, model), text) << model;
      EXPECT_EQ(refusal("Converse", conversed, model),
                "The model returned the following errors: " + text)
          << model;
    }
    EXPECT_EQ(call("InvokeModel", invoked, "anthropic.claude-3-haiku-20240307-v1:0").status, 200)
        << "what it says is not known";
    EXPECT_EQ(call("InvokeModel", invoked, kSonnet37).status, 200);
    EXPECT_EQ(call("Converse", conversed, kSonnet37).status, 200);
  }
}

// claude-code-action 1005; the beta: coder 25356 (Opus 4.5).
TEST_F(ClaudeMembers, EffortWithItsBeta) {
  const std::string text = "output_config.effort: Extra inputs are not permitted";
  const std::string effort = R"("output_config":{"effort":"low"})";
  const std::string beta = R"(,"anthropic_beta":["effort-2025-11-24"])";
  const auto conversed = [](const std::string& fields) {
    return converse_body("Hi", R"(,"additionalModelRequestFields":{)" + fields + "}");
  };
  EXPECT_EQ(refusal("InvokeModel", messages_body("Hi", 10, "," + effort), kSonnet45), text);
  EXPECT_EQ(refusal("Converse", conversed(effort), kSonnet45),
            "The model returned the following errors: " + text);
  const char* opus_45 = "us.anthropic.claude-opus-4-5-20251101-v1:0";
  EXPECT_EQ(call("InvokeModel", messages_body("Hi", 10, "," + effort + beta), opus_45).status, 200);
  EXPECT_EQ(call("Converse", conversed(effort + beta), opus_45).status, 200);
  EXPECT_EQ(
      call("InvokeModel", messages_body("Hi", 10, "," + effort), "us.anthropic.claude-sonnet-4-6")
          .status,
      200);
  EXPECT_EQ(
      call("InvokeModel", messages_body("Hi", 10, R"(,"output_config":{})"), kSonnet45).status,
      200);
}

}  // namespace
}  // namespace bedlam::bedrock::test
