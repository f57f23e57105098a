// Bodies and chunks as recorded from AWS (facts: model-families.md, the section named in each test;
// recordings of opentelemetry-python-contrib and newrelic-python-agent).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/bedrock/families/family_fixture.h"

namespace bedlam::bedrock::test {
namespace {

using testing::ElementsAre;

// Section 2.
TEST(RecordedFamilies, Nova) {
  EXPECT_EQ(
      plain_of("amazon.nova-micro-v1:0", said({"It", " is"}, "max_tokens", 5, 10)),
      R"({"output":{"message":{"content":[{"text":"It is"}],"role":"assistant"}},"stopReason":"max_tokens","usage":{"inputTokens":5,"outputTokens":10,"totalTokens":15,"cacheReadInputTokenCount":0,"cacheWriteInputTokenCount":0}})");
}

TEST(RecordedFamilies, NovaStreamGivesEveryPieceItsBlock) {
  Answer answer = said({"It", " is"}, "tool_use", 5, 10);
  answer.blocks.emplace_back(ToolUseBlock{
      "get_current_weather", {{"location", "Seattle"}}, {{R"({"loc)"}, {R"(ation"})"}}});
  EXPECT_THAT(
      chunks_of_family("amazon.nova-micro-v1:0", answer),
      ElementsAre(
          R"({"messageStart":{"role":"assistant"}})",
          R"({"contentBlockDelta":{"delta":{"text":"It"},"contentBlockIndex":0}})",
          R"({"contentBlockStop":{"contentBlockIndex":0}})",
          R"({"contentBlockDelta":{"delta":{"text":" is"},"contentBlockIndex":1}})",
          R"({"contentBlockStop":{"contentBlockIndex":1}})",
          R"({"contentBlockStart":{"start":{"toolUse":{"toolUseId":"<uuid>","name":"get_current_weather"}},"contentBlockIndex":2}})",
          R"({"contentBlockDelta":{"delta":{"toolUse":{"input":"{\"location\":\"Seattle\"}"}},"contentBlockIndex":2}})",
          R"({"contentBlockStop":{"contentBlockIndex":2}})",
          R"({"messageStop":{"stopReason":"tool_use"}})",
          R"({"metadata":{"usage":{"inputTokens":5,"outputTokens":10},"metrics":{},"trace":{}}})"));
}

// Section 3. The stream is one chunk.
TEST(RecordedFamilies, TitanText) {
  const Answer answer =
      said({"\n", "Hello! I am a computer program designed to"}, "max_tokens", 5, 10);
  EXPECT_EQ(
      plain_of("amazon.titan-text-lite-v1", answer),
      R"({"inputTextTokenCount":5,"results":[{"tokenCount":10,"outputText":"\nHello! I am a computer program designed to","completionReason":"LENGTH"}]})");
  EXPECT_THAT(
      chunks_of_family("amazon.titan-text-lite-v1", answer),
      ElementsAre(
          R"({"outputText":"\nHello! I am a computer program designed to","index":0,"totalOutputTextTokenCount":10,"completionReason":"LENGTH","inputTextTokenCount":5})"));
}

// Section 6.
TEST(RecordedFamilies, Llama) {
  EXPECT_EQ(
      plain_of("meta.llama3-1-70b-instruct-v1:0",
               said({" post.", " This is"}, "max_tokens", 5, 10)),
      R"({"generation":" post. This is","prompt_token_count":5,"generation_token_count":10,"stop_reason":"length"})");
  EXPECT_THAT(
      chunks_of_family("meta.llama3-1-70b-instruct-v1:0",
                       said({"\n", "Hi", "!"}, "max_tokens", 10, 3)),
      ElementsAre(
          R"({"generation":"\n","prompt_token_count":10,"generation_token_count":1,"stop_reason":null})",
          R"({"generation":"Hi","prompt_token_count":null,"generation_token_count":2,"stop_reason":null})",
          R"({"generation":"!","prompt_token_count":null,"generation_token_count":3,"stop_reason":"length"})"));
}

// Section 7.
TEST(RecordedFamilies, MistralCompletion) {
  const Answer answer = said({" Cel", "sius"}, "max_tokens", 6, 2);
  EXPECT_EQ(plain_of("mistral.mistral-7b-instruct-v0:2", answer),
            R"({"outputs":[{"text":" Celsius","stop_reason":"length"}]})");
  EXPECT_THAT(chunks_of_family("mistral.mistral-7b-instruct-v0:2", answer),
              ElementsAre(R"({"outputs":[{"text":" Cel","stop_reason":null}]})",
                          R"({"outputs":[{"text":"sius","stop_reason":"length"}]})"));
}

// Section 8.
TEST(RecordedFamilies, CommandR) {
  const std::string request =
      R"({"message":"Say this is a test","chat_history":[{"role":"USER","message":"Hi"},{"role":"CHATBOT","message":"Hello"}]})";
  const std::string body =
      plain_of("cohere.command-r-v1:0", said({"This is a test."}, "max_tokens", 5, 10), request);
  EXPECT_EQ(
      replace_matches(body, "[0-9a-f]{8}/", "<part>/"),
      R"({"response_id":"<part>/<uuid>","text":"This is a test.","generation_id":"<uuid>","chat_history":[{"role":"USER","message":"Hi"},{"role":"CHATBOT","message":"Hello"},{"role":"USER","message":"Say this is a test"},{"role":"CHATBOT","message":"This is a test."}],"finish_reason":"MAX_TOKENS"})");
  const std::vector<std::string> chunks =
      chunks_of_family("cohere.command-r-v1:0", said({"This", " is"}, "end_turn", 5, 2), request);
  ASSERT_EQ(chunks.size(), 3U);
  EXPECT_EQ(chunks[1], R"({"is_finished":false,"event_type":"text-generation","text":" is"})");
  EXPECT_TRUE(chunks[2].starts_with(
      R"({"is_finished":true,"event_type":"stream-end","finish_reason":"COMPLETE","response":{)"))
      << chunks[2];
}

TEST(RecordedFamilies, Command) {
  const Answer answer = said({" This is"}, "max_tokens", 5, 10);
  constexpr const char* kBody =
      R"({"id":"<uuid>","generations":[{"id":"<uuid>","text":" This is","finish_reason":"MAX_TOKENS"}],"prompt":"Say this is a test"})";
  const std::string request = R"({"prompt":"Say this is a test","stream":false})";
  EXPECT_EQ(plain_of("cohere.command-light-text-v14", answer, request), kBody);
  EXPECT_THAT(chunks_of_family("cohere.command-light-text-v14", answer, request),
              ElementsAre(kBody));
}

// Sections 9 to 11 are documented, not recorded.
TEST(DocumentedFamilies, ChatBodies) {
  EXPECT_EQ(
      plain_of("ai21.jamba-1-5-mini-v1:0", said({"Hi"}, "end_turn", 3, 1)),
      R"({"id":"chat-<uuid>","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}})");
  EXPECT_EQ(
      plain_of("mistral.mistral-large-2407-v1:0", said({"Hi"}, "max_tokens", 3, 1),
               R"({"messages":[]})"),
      R"({"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"stop_reason":"length"}]})");
  Answer thought = said({"Hi"}, "end_turn", 3, 2);
  thought.blocks.insert(thought.blocks.begin(), ReasoningBlock{{{"Hm"}}, ""});
  EXPECT_EQ(plain_of("deepseek.r1-v1:0", thought),
            R"({"choices":[{"text":"Hm\n</think>\n\nHi","stop_reason":"stop"}]})");
  EXPECT_EQ(
      plain_of("openai.gpt-oss-20b-1:0", thought),
      R"({"id":"chatcmpl-<uuid>","object":"chat.completion","created":1728000000,"model":"openai.gpt-oss-20b-1:0","choices":[{"index":0,"message":{"role":"assistant","content":"<reasoning>Hm</reasoning>Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}})");
  EXPECT_THAT(
      chunks_of_family("openai.gpt-oss-20b-1:0", said({"Hi"}, "end_turn", 3, 1)),
      ElementsAre(
          R"({"id":"chatcmpl-<uuid>","object":"chat.completion.chunk","created":1728000000,"model":"openai.gpt-oss-20b-1:0","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":null}]})",
          R"({"id":"chatcmpl-<uuid>","object":"chat.completion.chunk","created":1728000000,"model":"openai.gpt-oss-20b-1:0","choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}]})"));
}

}  // namespace
}  // namespace bedlam::bedrock::test
