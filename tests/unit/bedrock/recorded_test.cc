// Our bytes against real ones. The answers are those of recordings in
// open-telemetry/opentelemetry-python-contrib and DataDog/dd-trace-py (facts: bedrock-runtime.md,
// model-families.md section 1), ids and padding aside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/bedrock/operations/converse_body.h"
#include "tests/unit/aws/recorded_frames.h"
#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

using testing::ElementsAre;
using testing::MatchesRegex;

Answer text_answer(const std::vector<std::string>& pieces, std::string stop_reason, int in,
                   int out) {
  TextBlock block;
  for (const std::string& piece : pieces) block.pieces.push_back({piece});
  return {{std::move(block)}, std::move(stop_reason), std::nullopt, in, out};
}

TEST(Recorded, ConverseBody) {
  const Answer answer = text_answer({"Hi, how can I help you"}, "max_tokens", 8, 10);
  EXPECT_EQ(
      to_text(bedrock::converse_body(answer, {}, {}, 608, Random(1))),
      R"({"metrics":{"latencyMs":608},"output":{"message":{"content":[{"text":"Hi, how can I help you"}],)"
      R"("role":"assistant"}},"stopReason":"max_tokens","usage":{"inputTokens":8,"outputTokens":10,)"
      R"("totalTokens":18}})");
}

TEST(Recorded, ConverseStream) {
  Answer answer = text_answer({" The"}, "end_turn", 8, 10);
  answer.blocks.emplace_back(ToolUseBlock{
      "get_current_weather", {{"location", "Seattle"}}, {{R"({"location":"Seattle"})"}}});
  Random padding(1);
  std::vector<std::string> events;
  for (const Event& event : converse_events(answer, {}, {}, 605, Random(1)).all()) {
    Json payload = with_padding(event.payload, padding);
    payload["p"] = "…";
    events.push_back(event.name + " " + without_ids(to_text(payload)));
  }
  EXPECT_THAT(
      events,
      ElementsAre(
          R"(messageStart {"p":"…","role":"assistant"})",
          R"(contentBlockDelta {"contentBlockIndex":0,"delta":{"text":" The"},"p":"…"})",
          R"(contentBlockStop {"contentBlockIndex":0,"p":"…"})",
          R"(contentBlockStart {"contentBlockIndex":1,"p":"…","start":{"toolUse":{"name":"get_current_weather","toolUseId":"tooluse_~"}}})",
          R"(contentBlockDelta {"contentBlockIndex":1,"delta":{"toolUse":{"input":"{\"location\":\"Seattle\"}"}},"p":"…"})",
          R"(contentBlockStop {"contentBlockIndex":1,"p":"…"})",
          R"(messageStop {"p":"…","stopReason":"end_turn"})",
          R"(metadata {"metrics":{"latencyMs":605},"p":"…","usage":{"inputTokens":8,"outputTokens":10,"totalTokens":18}})"));
}

TEST(Recorded, AnthropicMessage) {
  const ConversingFamily& family = *find_family("anthropic.claude-v2")->conversing();
  const Answer answer = text_answer({"Okay, I just said \"This is a test"}, "max_tokens", 14, 10);
  const std::string body =
      to_text(family.plain(answer, {"anthropic.claude-v2", {}, kEpoch, Random(1)}));
  EXPECT_EQ(
      without_ids(body),
      R"({"id":"msg_bdrk_01~","type":"message","role":"assistant","model":"claude-2.0",)"
      R"("content":[{"type":"text","text":"Okay, I just said \"This is a test"}],)"
      R"("stop_reason":"max_tokens","stop_sequence":null,"usage":{"input_tokens":14,"output_tokens":10}})");
}

TEST(Recorded, AnthropicStreamWithATool) {
  constexpr std::string_view kRecordedSonnet = "anthropic.claude-3-5-sonnet-20240620-v1:0";
  Answer answer = text_answer({"Certainly"}, "tool_use", 392, 134);
  answer.blocks.emplace_back(ToolUseBlock{
      "get_current_weather", {{"location", "Seattle"}}, {{R"({"locatio)"}, {R"(n":"Seattle"})"}}});
  std::vector<std::string> chunks;
  std::vector<int> tokens;
  for (const Chunk& chunk : find_family(kRecordedSonnet)
                                ->conversing()
                                ->chunks(answer, {kRecordedSonnet, {}, kEpoch, Random(1)})
                                .all()) {
    chunks.push_back(without_ids(to_text(chunk.json)));
    tokens.push_back(chunk.tokens);
  }
  // The recording's message_start says 4 output tokens, ours 1; its metrics are added by Bedrock.
  EXPECT_THAT(
      chunks,
      ElementsAre(
          R"({"type":"message_start","message":{"id":"msg_bdrk_01~","type":"message","role":"assistant","model":"claude-3-5-sonnet-20240620","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":392,"output_tokens":1}}})",
          R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})",
          R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Certainly"}})",
          R"({"type":"content_block_stop","index":0})",
          R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_bdrk_01~","name":"get_current_weather","input":{}}})",
          R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}})",
          R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"locatio"}})",
          R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"n\":\"Seattle\"}"}})",
          R"({"type":"content_block_stop","index":1})",
          R"({"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":134}})",
          R"({"type":"message_stop"})"));
  EXPECT_THAT(tokens, ElementsAre(0, 0, 1, 1, 1, 1, 2, 3, 3, 3, 3));
}

// Frames B and A of the facts, with the padding that they have.
TEST(Recorded, Frames) {
  const std::vector<Event> events{
      {"contentBlockDelta",
       {{"contentBlockIndex", 0}, {"delta", Json{{"text", "Hi"}}}, {"p", "abcdef"}},
       1},
      {"chunk",
       {{"bytes",
         base64_encode(
             R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}})")},
        {"p", "abcdef"}},
       2}};
  const Delivered stream = delivered(stream_reply({}, events, Timeline({1s, 2s}), Random(1), 2));
  ASSERT_EQ(stream.frames.size(), 2U);
  EXPECT_EQ(bedlam::test::to_hex(std::get<rpc::Bytes>(stream.frames[0].action).data),
            bedlam::test::kContentBlockDeltaFrame);
  EXPECT_EQ(bedlam::test::to_hex(std::get<rpc::Bytes>(stream.frames[1].action).data),
            bedlam::test::kChunkFrame);
}

using Wire = RuntimeTest;

// Name and spelling of every header as recorded; their order on the wire has no meaning.
TEST_F(Wire, Headers) {
  script({answer("Hello")});
  const auto names = [](const Delivered& reply) {
    std::vector<std::string> fields;
    for (const auto& [name, value] : reply.headers) fields.emplace_back(name);
    return fields;
  };
  EXPECT_THAT(names(call("InvokeModel", messages_body("Hi"))),
              ElementsAre("Date", "Content-Type", "X-Amzn-Bedrock-Invocation-Latency",
                          "X-Amzn-Bedrock-Input-Token-Count", "X-Amzn-Bedrock-Output-Token-Count",
                          "Content-Length", "x-amzn-RequestId"));
  EXPECT_THAT(names(call("Converse", converse_body("Hi"))),
              ElementsAre("Date", "Content-Type", "Content-Length", "x-amzn-RequestId"));
  const Delivered stream = call("InvokeModelWithResponseStream", messages_body("Hi"));
  EXPECT_THAT(names(stream), ElementsAre("Date", "Content-Type", "X-Amzn-Bedrock-Content-Type",
                                         "x-amzn-RequestId"));
  EXPECT_EQ(stream.header("content-type"), "application/vnd.amazon.eventstream");
  EXPECT_EQ(stream.header("x-amzn-bedrock-content-type"), "application/json");
  EXPECT_THAT(names(call("ConverseStream", converse_body("Hi"))),
              ElementsAre("Date", "Content-Type", "x-amzn-RequestId"));
  EXPECT_EQ(stream.header("date"), "Fri, 04 Oct 2024 00:00:00 GMT");
  EXPECT_THAT(stream.header("x-amzn-requestid"),
              MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
}

TEST_F(Wire, Error) {
  const Delivered reply = call("Converse", converse_body("Hi"), "anthropic-claude");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.header("content-type"), "application/json");
  EXPECT_EQ(reply.header("x-amzn-ErrorType"),
            "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/");
  EXPECT_EQ(reply.body, R"({"message":"The provided model identifier is invalid."})");
}

}  // namespace
}  // namespace bedlam::bedrock::test
