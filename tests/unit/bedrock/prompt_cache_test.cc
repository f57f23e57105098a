// Prompt caching. Names of the counts: Anthropic API, the service model, and a recording of Claude
// 3.7 (facts: bedrock-runtime.md section 1.4); lifetimes and lengths: Bedrock user guide.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

using testing::HasSubstr;

constexpr const char* kCachingModel = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";

// A text of that many tokens.
std::string words(int count) {
  std::string text = "word";
  for (int i = 1; i < count; ++i) text += " word";
  return text;
}

class PromptCaching : public RuntimeTest {
 protected:
  // Usage of a call with a cached system prompt and the rest behind it.
  Json invoke(int cached, const std::string& rest, const std::string& ttl = "",
              const std::string& model = kCachingModel) {
    const std::string control =
        R"({"type":"ephemeral")" + (ttl.empty() ? "" : R"(,"ttl":")" + ttl + "\"") + "}";
    const Json body = call("InvokeModel",
                           messages_body(rest, 100,
                                         R"(,"system":[{"type":"text","text":")" + words(cached) +
                                             R"(","cache_control":)" + control + "}]"),
                           model)
                          .json();
    return body["usage"];
  }
  static std::string counts(const Json& usage) {
    return to_text(usage["input_tokens"]) + " new, " +
           to_text(usage["cache_creation_input_tokens"]) + " written, " +
           to_text(usage["cache_read_input_tokens"]) + " read";
  }
  void advance(Duration by) { scheduler.advance_to(scheduler.now() + by); }
};

TEST_F(PromptCaching, WritesThenReads) {
  EXPECT_EQ(counts(invoke(1500, "One two")), "2 new, 1500 written, 0 read");
  EXPECT_EQ(counts(invoke(1500, "Three")), "1 new, 0 written, 1500 read");
  EXPECT_EQ(counts(invoke(1501, "Three")), "1 new, 1501 written, 0 read") << "another prefix";
}

// A scenario's rule counts what is cached, as it counts everything else.
TEST_F(PromptCaching, CountsByTheRuleOfTheScenario) {
  script::Behaviour model{"*", {}, {{"test:1", {}, {answer("Hello")}}}, {}};
  model.tokens = script::TokenRule{script::TokenRule::Kind::kCharacters, 1};
  runtime.use(script::Script({model}));
  // "word" and 299 times " word"; "One two".
  EXPECT_EQ(counts(invoke(300, "One two")), "7 new, 1499 written, 0 read");
  EXPECT_EQ(counts(invoke(300, "Three")), "5 new, 0 written, 1499 read");
  model.tokens = script::TokenRule{script::TokenRule::Kind::kWords, 0};
  runtime.reset();
  runtime.use(script::Script({model}));
  EXPECT_EQ(counts(invoke(300, "One two")), "302 new, 0 written, 0 read") << "too short";
}

TEST_F(PromptCaching, LastsFiveMinutesFromItsLastUse) {
  invoke(1500, "Hi");
  advance(4min);
  EXPECT_EQ(counts(invoke(1500, "Hi")), "1 new, 0 written, 1500 read");
  advance(4min);
  EXPECT_EQ(counts(invoke(1500, "Hi")), "1 new, 0 written, 1500 read") << "the read renewed it";
  advance(5min);
  EXPECT_EQ(counts(invoke(1500, "Hi")), "1 new, 1500 written, 0 read");
}

TEST_F(PromptCaching, AnHourWhereAskedFor) {
  const Json usage = invoke(1500, "Hi", "1h");
  EXPECT_EQ(usage["cache_creation"],
            Json::parse(R"({"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":1500})"));
  advance(59min);
  EXPECT_EQ(counts(invoke(1500, "Hi", "1h")), "1 new, 0 written, 1500 read");
}

TEST_F(PromptCaching, ShortPrefixesAreNotCached) {
  EXPECT_EQ(counts(invoke(1023, "Hi")), "1024 new, 0 written, 0 read");
  EXPECT_EQ(counts(invoke(1023, "Hi")), "1024 new, 0 written, 0 read");
  EXPECT_EQ(counts(invoke(1024, "Hi")), "1 new, 1024 written, 0 read");
}

TEST_F(PromptCaching, ModelsThatDoNotCacheSaySoByNothing) {
  const Json usage = invoke(1500, "Hi", "", std::string(kHaiku));
  EXPECT_EQ(usage, Json::parse(R"({"input_tokens":1501,"output_tokens":)" +
                               to_text(usage["output_tokens"]) + "}"));
}

TEST_F(PromptCaching, AConversationGrows) {
  const auto ask = [&](const std::string& messages) {
    return call("InvokeModel",
                R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":50,"messages":[)" +
                    messages + "]}",
                kCachingModel)
        .json()["usage"];
  };
  const auto block = [&](int count, bool point) {
    return R"({"type":"text","text":")" + words(count) + "\"" +
           (point ? R"(,"cache_control":{"type":"ephemeral"})" : "") + "}";
  };
  EXPECT_EQ(counts(ask(R"({"role":"user","content":[)" + block(2000, true) + "]}")),
            "0 new, 2000 written, 0 read");
  EXPECT_EQ(counts(ask(R"({"role":"user","content":[)" + block(2000, false) +
                       R"(]},{"role":"assistant","content":[{"type":"text","text":"Yes."}]},)"
                       R"({"role":"user","content":[)" +
                       block(500, true) + "]}")),
            "0 new, 502 written, 2000 read");
}

TEST_F(PromptCaching, Converse) {
  const std::string body = R"({"system":[{"text":")" + words(1200) +
                           R"("},{"cachePoint":{"type":"default"}}],)"
                           R"("messages":[{"role":"user","content":[{"text":"Hi there"}]}]})";
  const Json written = call("Converse", body, kCachingModel).json()["usage"];
  EXPECT_EQ(written["cacheWriteInputTokens"], 1200);
  EXPECT_EQ(written["cacheWriteInputTokenCount"], 1200);
  EXPECT_EQ(written["cacheReadInputTokens"], 0);
  EXPECT_EQ(written["inputTokens"], 2);
  const Delivered again = call("Converse", body, kCachingModel);
  const Json read = again.json()["usage"];
  EXPECT_EQ(read["cacheReadInputTokens"], 1200);
  EXPECT_EQ(read["totalTokens"], 1202 + read["outputTokens"].get<int>());
  EXPECT_EQ(again.note.input_tokens, 1202);
  EXPECT_EQ(call("Converse", body).status, 403) << "Claude 3 Haiku does not cache";
}

TEST_F(PromptCaching, HeadersAndMetrics) {
  invoke(1500, "Hi");
  const std::string body = messages_body("Hi", 100,
                                         R"(,"system":[{"type":"text","text":")" + words(1500) +
                                             R"(","cache_control":{"type":"ephemeral"}}])");
  const Delivered plain = call("InvokeModel", body, kCachingModel);
  EXPECT_EQ(plain.header("X-Amzn-Bedrock-Cache-Read-Input-Token-Count"), "1500");
  EXPECT_EQ(plain.header("X-Amzn-Bedrock-Input-Token-Count"), "1");
  const std::vector<std::string> chunks =
      chunks_of(call("InvokeModelWithResponseStream", body, kCachingModel).body);
  EXPECT_EQ(Json::parse(chunks.front())["message"]["usage"]["cache_read_input_tokens"], 1500);
  const Json metrics = Json::parse(chunks.back())["amazon-bedrock-invocationMetrics"];
  EXPECT_EQ(metrics["cacheReadInputTokenCount"], 1500);
  EXPECT_EQ(metrics["cacheWriteInputTokenCount"], 0);
}

TEST_F(PromptCaching, RegionsAndModelsHaveTheirOwn) {
  invoke(1500, "Hi");
  EXPECT_EQ(counts(invoke(1500, "Hi", "", "us.anthropic.claude-sonnet-4-20250514-v1:0")),
            "1 new, 1500 written, 0 read");
}

// Anthropic API, "Extended thinking": redacted thinking.
TEST_F(PromptCaching, RedactedThinking) {
  script(
      {answer("<reasoning>Open.</reasoning><redacted_reasoning>one two</redacted_reasoning>So.")});
  const std::string thinking = R"(,"thinking":{"type":"enabled","budget_tokens":1024})";
  const Json content =
      call("InvokeModel", messages_body("Hi", 2000, thinking), kCachingModel).json()["content"];
  ASSERT_EQ(content.size(), 3U);
  EXPECT_EQ(content[0]["type"], "thinking");
  EXPECT_FALSE(content[0]["signature"].get<std::string>().empty());
  EXPECT_EQ(content[1]["type"], "redacted_thinking");
  EXPECT_TRUE(base64_decode(content[1]["data"].get<std::string>()).has_value());
  EXPECT_EQ(content[2], Json::parse(R"({"type":"text","text":"So."})"));
  const Json said =
      call("Converse",
           converse_body("Hi", R"(,"additionalModelRequestFields":)"
                               R"({"thinking":{"type":"enabled","budget_tokens":1024}})"),
           kCachingModel)
          .json()["output"]["message"]["content"];
  EXPECT_TRUE(said[1]["reasoningContent"].contains("redactedContent"));
  const std::vector<std::string> chunks = chunks_of(
      call("InvokeModelWithResponseStream", messages_body("Hi", 2000, thinking), kCachingModel)
          .body);
  bool redacted = false;
  for (const std::string& chunk : chunks) {
    const Json json = Json::parse(chunk);
    redacted = redacted || (json["type"] == "content_block_start" &&
                            json["content_block"]["type"] == "redacted_thinking");
  }
  EXPECT_TRUE(redacted);
}

TEST_F(PromptCaching, StopReasonsThatConverseHasNoWordFor) {
  script({answer("No.", "refusal"), answer("Wait.", "pause_turn"), answer("No.", "refusal")});
  EXPECT_EQ(call("InvokeModel", messages_body("Hi")).json()["stop_reason"], "refusal");
  EXPECT_EQ(call("Converse", converse_body("Hi")).json()["stopReason"], "end_turn");
  EXPECT_EQ(call("Converse", converse_body("Hi")).json()["stopReason"], "content_filtered");
}

// sub2api 176, Anthropic.SDK 50; four: Bedrock user guide, prompt-caching.
TEST_F(PromptCaching, FourPointsInARequest) {
  const std::string text = "A maximum of 4 blocks with cache_control may be provided. Found 5.";
  std::string blocks, converse;
  for (int i = 0; i < 4; ++i) {
    blocks += R"({"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}},)";
    converse += R"({"text":"Hi"},{"cachePoint":{"type":"default"}},)";
  }
  const auto messages = [&](const std::string& more) {
    return R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"messages":[{"role":)"
           R"("user","content":[)" +
           blocks + R"({"type":"text","text":"Ok")" + more + "}]}]}";
  };
  const std::string model(kCachingModel);
  EXPECT_EQ(call("InvokeModel", messages(""), model).status, 200);
  EXPECT_EQ(refusal("InvokeModel", messages(R"(,"cache_control":{"type":"ephemeral"})"), model),
            text);
  const auto body = [&](const std::string& more) {
    return R"({"messages":[{"role":"user","content":[)" + converse + R"({"text":"Ok"})" + more +
           "]}]}";
  };
  EXPECT_EQ(call("Converse", body(""), model).status, 200);
  EXPECT_EQ(refusal("Converse", body(R"(,{"cachePoint":{"type":"default"}})"), model),
            "The model returned the following errors: " + text);
}

TEST_F(PromptCaching, PointsOfToolsAndInstructionsCount) {
  const std::string model(kCachingModel), text = "A maximum of 4 blocks with cache_control may be ";
  const std::string point = R"("cache_control":{"type":"ephemeral"})";
  const std::string block = R"({"type":"text","text":"Hi",)" + point + "}";
  const std::string tool = R"({"name":"a","input_schema":{"type":"object"},)" + point + "}";
  const auto body = [&](const std::string& system) {
    return R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"tools":[)" + tool +
           R"(],"system":[)" + system + R"(],"messages":[{"role":"user","content":[)" + block +
           "," + block + "]}]}";
  };
  EXPECT_EQ(call("InvokeModel", body(block), model).status, 200);
  EXPECT_THAT(refusal("InvokeModel", body(block + "," + block), model), HasSubstr(text));

  const std::string mark = R"({"cachePoint":{"type":"default"}})";
  const auto converse = [&](const std::string& more) {
    return R"({"toolConfig":{"tools":[{"toolSpec":{"name":"a","inputSchema":{"json":{"type":"object"}}}},)" +
           mark + R"(]},"system":[{"text":"Be kind"},)" + mark +
           R"(],"messages":[{"role":"user","content":[{"text":"Hi"},)" + mark +
           R"(,{"text":"Ho"},)" + mark + more + "]}]}";
  };
  EXPECT_EQ(call("Converse", converse(""), model).status, 200);
  EXPECT_THAT(refusal("Converse", converse(R"(,{"text":"Hu"},)" + mark), model), HasSubstr(text));
}

}  // namespace
}  // namespace bedlam::bedrock::test
