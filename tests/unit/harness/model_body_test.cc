// Bodies and answers of the model families, as their public pages and recordings have them (facts:
// model-families.md).
#include "harness/client/model_body.h"

#include <gtest/gtest.h>

namespace bedlam::harness {
namespace {

std::string body(std::string_view model) {
  return to_text(model_body(model, "Hi", 10));
}

TEST(ModelBody, IsTheFamilysOwn) {
  EXPECT_EQ(
      body("us.anthropic.claude-3-5-sonnet-20240620-v1:0"),
      R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"messages":[{"role":"user",)"
      R"("content":[{"type":"text","text":"Hi"}]}]})");
  EXPECT_EQ(
      body("amazon.nova-lite-v1:0"),
      R"({"messages":[{"role":"user","content":[{"text":"Hi"}]}],"inferenceConfig":{"maxTokens":10}})");
  EXPECT_EQ(body("amazon.titan-text-express-v1"),
            R"({"inputText":"Hi","textGenerationConfig":{"maxTokenCount":10}})");
  EXPECT_EQ(body("arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-1-70b-instruct-v1:0"),
            R"({"prompt":"Hi","max_gen_len":10})");
  EXPECT_EQ(body("mistral.mistral-7b-instruct-v0:2"), R"({"prompt":"Hi","max_tokens":10})");
  EXPECT_EQ(body("cohere.command-r-plus-v1:0"), R"({"message":"Hi","max_tokens":10})");
  EXPECT_EQ(body("openai.gpt-oss-20b-1:0"),
            R"({"messages":[{"role":"user","content":"Hi"}],"max_completion_tokens":10})");
  EXPECT_EQ(body("mistral.pixtral-large-2502-v1:0"),
            R"({"messages":[{"role":"user","content":"Hi"}],"max_tokens":10})");
  EXPECT_EQ(body("cohere.command-text-v14"), R"({"prompt":"Hi","max_tokens":10})");
  EXPECT_EQ(body("ai21.jamba-1-5-mini-v1:0"),
            R"({"messages":[{"role":"user","content":"Hi"}],"max_tokens":10})");
  EXPECT_EQ(body("us.deepseek.r1-v1:0"), R"({"prompt":"Hi","max_tokens":10})");
  EXPECT_EQ(body("amazon.titan-embed-text-v2:0"), R"({"inputText":"Hi"})");
  EXPECT_EQ(body("cohere.embed-english-v3"), R"({"texts":["Hi"],"input_type":"search_document"})");
  EXPECT_EQ(
      body("amazon.nova-2-multimodal-embeddings-v1:0"),
      R"({"taskType":"SINGLE_EMBEDDING","singleEmbeddingParams":{"embeddingPurpose":"GENERIC_INDEX",)"
      R"("text":{"truncationMode":"END","value":"Hi"}}})");
  EXPECT_EQ(body("amazon.titan-image-generator-v1"),
            R"({"taskType":"TEXT_IMAGE","textToImageParams":{"text":"Hi"}})");
}

// An ARN that does not say its model is a Claude's everywhere; a model of no family may be
// anything.
TEST(ModelBody, IsAnthropicsWhereNothingIsKnown) {
  const std::string claude = body("anthropic.claude-v2");
  for (const char* model : {"writer.palmyra-x5-v1:0", "",
                            "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc"}) {
    EXPECT_EQ(body(model), claude) << model;
  }
}

std::string words(const char* json, bool chunk) {
  const ModelWords words =
      chunk ? words_of_chunk(Json::parse(json)) : words_of_answer(Json::parse(json));
  return words.text + "|" + words.stop_reason + "|" +
         (words.tokens ? std::to_string(*words.tokens) : "?");
}

TEST(ModelBody, AnswersAreRead) {
  EXPECT_EQ(words(R"({"generation":" post.","prompt_token_count":5,"generation_token_count":10,)"
                  R"("stop_reason":"length"})",
                  false),
            " post.|length|10");
  EXPECT_EQ(words(R"({"inputTextTokenCount":5,"results":[{"tokenCount":10,"outputText":"Hello",)"
                  R"("completionReason":"LENGTH"}]})",
                  false),
            "Hello|LENGTH|10");
  EXPECT_EQ(words(R"({"output":{"message":{"content":[{"text":"Hi"}],"role":"assistant"}},)"
                  R"("stopReason":"max_tokens","usage":{"inputTokens":5,"outputTokens":10}})",
                  false),
            "Hi|max_tokens|10");
  EXPECT_EQ(words(R"({"outputs":[{"text":"Hi","stop_reason":"length"}]})", false), "Hi|length|?");
  EXPECT_EQ(words(R"({"text":"Hi","finish_reason":"MAX_TOKENS"})", false), "Hi|MAX_TOKENS|?");
}

TEST(ModelBody, ChunksAreRead) {
  EXPECT_EQ(words(R"({"contentBlockDelta":{"delta":{"text":"It"},"contentBlockIndex":0}})", true),
            "It||?");
  EXPECT_EQ(words(R"({"messageStop":{"stopReason":"max_tokens"}})", true), "|max_tokens|?");
  EXPECT_EQ(words(R"({"generation":"\n","generation_token_count":1,"stop_reason":null})", true),
            "\n||?");
  // Recorded (facts: model-families.md).
  EXPECT_EQ(words(R"({"outputText":"Hi","index":0,"totalOutputTextTokenCount":10,)"
                  R"("completionReason":"LENGTH","amazon-bedrock-invocationMetrics":)"
                  R"({"inputTokenCount":5,"outputTokenCount":10,"invocationLatency":606,)"
                  R"("firstByteLatency":606}})",
                  true),
            "Hi|LENGTH|10");
}

}  // namespace
}  // namespace bedlam::harness
