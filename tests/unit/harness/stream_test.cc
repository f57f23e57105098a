// Streams and their faults: what botocore's event stream gives its caller (facts: sdk-retries.md
// table 3.1), and what the outcome is called.
#include <gtest/gtest.h>

#include "emulator/base/base64.h"
#include "harness/client/stream_reader.h"
#include "tests/unit/harness/fake_model.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;

// Frames that botocore.eventstream accepts (facts: bedrock-runtime.md section 2.4, B, C, E).
const char* const kDeltaHi =
    "000000a100000057dd6aad180b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c74610d3a63"
    "6f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d74797065070005"
    "6576656e747b22636f6e74656e74426c6f636b496e646578223a302c2264656c7461223a7b2274657874223a224869"
    "227d2c2270223a22616263646566227de526a4ba";
const char* const kModelStreamError =
    "000000d20000006745c107ab0f3a657863657074696f6e2d747970650700196d6f64656c53747265616d4572726f72"
    "457863657074696f6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573"
    "736167652d74797065070009657863657074696f6e7b226d657373616765223a22546865206d6f64656c2073747265"
    "616d206661696c6564222c226f726967696e616c537461747573436f6465223a3530302c226f726967696e616c4d65"
    "7373616765223a22757073747265616d227dd239eb3b";
const char* const kMessageStart =
    "000000760000005296d5fade0b3a6576656e742d7479706507000c6d65737361676553746172740d3a636f6e74656e"
    "742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e74"
    "7b22726f6c65223a22617373697374616e74227d6fa8c599";

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

TEST(StreamReader, ReadsPublishedFramesInPiecesOfAnySize) {
  const std::string bytes = from_hex(kMessageStart) + from_hex(kDeltaHi);
  for (std::size_t piece = 1; piece <= bytes.size(); piece += 7) {
    StreamReader reader(*find_operation("ConverseStream"));
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      ASSERT_FALSE(reader.feed(std::string_view(bytes).substr(at, piece)).has_value());
    }
    EXPECT_EQ(reader.heard().text, "Hi");
    EXPECT_EQ(reader.heard().frames, 2U);
    EXPECT_FALSE(reader.heard().tokens.has_value()) << "no usage was said yet";
    EXPECT_FALSE(reader.saw_end());
    EXPECT_FALSE(reader.inside_frame());
  }
}

// Names of the usage: facts, bedrock-runtime.md sections 2 and 3, model-families.md.
TEST(StreamReader, CountsThePromptCacheBesideTheInput) {
  StreamReader converse(*find_operation("ConverseStream"));
  ASSERT_FALSE(converse.feed(aws::encode_event(
      "metadata",
      R"({"usage":{"inputTokens":3,"outputTokens":10,"cacheReadInputTokens":40,"cacheWriteInputTokens":20000}})")));
  EXPECT_EQ(converse.heard().input_tokens, 3);
  EXPECT_EQ(converse.heard().cache_read_tokens, 40);
  EXPECT_EQ(converse.heard().cache_written_tokens, 20000);
  StreamReader chunks(*find_operation("InvokeModelWithResponseStream"));
  const std::string start =
      R"({"type":"message_start","message":{"usage":{"input_tokens":3,"cache_read_input_tokens":5,"cache_creation_input_tokens":7}}})";
  ASSERT_FALSE(
      chunks.feed(aws::encode_event("chunk", R"({"bytes":")" + base64_encode(start) + R"("})")));
  EXPECT_EQ(chunks.heard().cache_read_tokens, 5);
  EXPECT_EQ(chunks.heard().cache_written_tokens, 7);
}

TEST(StreamReader, TakesNoCountThatIsNone) {
  StreamReader reader(*find_operation("ConverseStream"));
  ASSERT_FALSE(reader.feed(aws::encode_event(
      "metadata", R"({"usage":{"inputTokens":-1000000,"outputTokens":9999999999999}})")));
  EXPECT_EQ(reader.heard().input_tokens, 0);
  EXPECT_EQ(reader.heard().tokens, std::nullopt);
}

// However many come in one read; a signature is no piece.
TEST(StreamReader, CountsPiecesAndThoughtsByEvents) {
  const auto delta = [](const std::string& json) {
    return aws::encode_event("contentBlockDelta", R"({"delta":)" + json + "}");
  };
  StreamReader reader(*find_operation("ConverseStream"));
  ASSERT_FALSE(reader.feed(delta(R"({"reasoningContent":{"text":"hm"}})") +
                           delta(R"({"reasoningContent":{"signature":"s"}})") +
                           delta(R"({"text":"a"})") + delta(R"({"text":"b"})") +
                           delta(R"({"toolUse":{"input":"{}"}})")));
  EXPECT_EQ(reader.heard().pieces, 3U);
  EXPECT_EQ(reader.heard().reasoning_pieces, 1U);
}

TEST(StreamReader, RaisesPublishedExceptionsByTheirLowerCamelName) {
  StreamReader reader(*find_operation("ConverseStream"));
  const auto error = reader.feed(from_hex(kModelStreamError));
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->name, "modelStreamErrorException");
  EXPECT_EQ(error->message, "The model stream failed");
}

struct Fault {
  const char* name;
  rpc::Reply reply;
  const char* outcome;
  const char* error;
  std::optional<int> tokens{};  // of the usage in metadata, where that came
};

std::string damaged(std::string frame, std::size_t at) {
  frame[at] = static_cast<char>(frame[at] ^ 1);
  return frame;
}

StreamReply three() {
  return StreamReply().text("a").text("b").text("c");
}

std::vector<Fault> faults() {
  const std::string frame = from_hex(kDeltaHi);
  const std::string throttled =
      aws::encode_exception("throttlingException", R"({"message":"Too many tokens"})");
  aws::EventStreamMessage unmodelled;
  unmodelled.headers = {{":message-type", std::string("error")},
                        {":error-code", std::string("InternalFailure")},
                        {":error-message", std::string("it broke")}};
  return {
      {"whole", three().converse_end().then(rpc::End{}).done(), "complete", "", 10},
      {"clean early end", three().then(rpc::End{}).done(), "partial", ""},
      {"no metadata",
       three().event("messageStop", R"({"stopReason":"end_turn"})").then(rpc::End{}).done(),
       "partial", ""},
      {"exception frame", three().bytes(throttled).then(rpc::End{}).done(), "partial",
       "throttlingException"},
      {"exception as the first frame", StreamReply().bytes(throttled).then(rpc::End{}).done(),
       "throttlingException", "throttlingException"},
      {"error frame", three().bytes(aws::encode(unmodelled)).then(rpc::End{}).done(), "partial",
       "InternalFailure"},
      {"unknown event", three().event("novelty", "{}").converse_end().then(rpc::End{}).done(),
       "complete", "", 10},
      {"payload that is no JSON",
       three().event("contentBlockDelta", "{").converse_end().then(rpc::End{}).done(), "complete",
       "", 10},
      {"reset", three().then(rpc::Reset{}).done(), "partial", "ProtocolError"},
      {"reset before text", StreamReply().then(rpc::Reset{}).done(), "ProtocolError",
       "ProtocolError"},
      {"reset behind the last frame", three().converse_end().then(rpc::Reset{}).done(), "partial",
       "ProtocolError", 10},
      {"half close", three().then(rpc::HalfClose{}).done(), "partial", "ProtocolError"},
      {"cut frame, proper end", three().bytes(frame.substr(0, 80)).then(rpc::End{}).done(),
       "partial", ""},
      {"cut frame, closed", three().bytes(frame.substr(0, 80)).then(rpc::Close{}).done(), "partial",
       "ProtocolError"},
      {"wrong prelude checksum", three().bytes(damaged(frame, 9)).then(rpc::End{}).done(),
       "partial", "ChecksumMismatch"},
      {"wrong message checksum",
       three().bytes(damaged(frame, frame.size() - 1)).then(rpc::End{}).done(), "partial",
       "ChecksumMismatch"},
      {"garbage", three().then(rpc::Garbage{"zz"}).done(), "partial", "ProtocolError"},
      {"stall", three().then(rpc::Stall{}).done(), "partial", "ReadTimeoutError"},
      {"stall before text", StreamReply().then(rpc::Stall{}).done(), "timed out",
       "ReadTimeoutError"},
  };
}

TEST(Streams, EndAsTheSdkSeesThem) {
  for (const Fault& fault : faults()) {
    SCOPED_TRACE(fault.name);
    ClientRig rig("standard");
    rig.step.operation = "ConverseStream";
    rig.model.replies = {fault.reply};
    const CallResult result = rig.call();
    EXPECT_EQ(result.outcome, fault.outcome);
    EXPECT_EQ(result.error.name, fault.error);
    EXPECT_EQ(result.heard.tokens, fault.tokens);
    EXPECT_EQ(result.attempts.size(), 1U) << "nothing after the 200 is retried";
  }
}

TEST(Streams, OfAnthropicChunksEndWithMessageStop) {
  ClientRig rig;
  rig.step.operation = "InvokeModelWithResponseStream";
  // Recorded forms (facts: model-families.md section 1).
  StreamReply stream;
  stream
      .chunk(
          R"({"type":"message_start","message":{"id":"msg_bdrk_01NG","type":"message","role":"assistant","model":"claude-3-5-sonnet-20240620","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":392,"output_tokens":4}}})")
      .chunk(
          R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})")
      .chunk(
          R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Certainly"}})")
      .chunk(
          R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{"}})")
      .chunk(R"({"type":"content_block_stop","index":0})")
      .chunk(
          R"({"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":134}})");
  StreamReply cut = stream;
  stream.chunk(
      R"({"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":392,"outputTokenCount":90,"invocationLatency":3722,"firstByteLatency":779}})");
  rig.model.replies = {stream.then(rpc::End{}).done(), cut.then(rpc::End{}).done()};
  const CallResult whole = rig.call();
  EXPECT_EQ(whole.outcome, "complete");
  EXPECT_EQ(whole.heard.text, "Certainly");
  EXPECT_EQ(whole.heard.tokens, 134) << "as message_delta says";
  EXPECT_EQ(whole.heard.stop_reason, "tool_use");
  EXPECT_EQ(rig.call().outcome, "partial");
}

TEST(Streams, ThatEndWithTheirExceptionAreNotAbandoned) {
  ClientRig rig;
  rig.step.operation = "ConverseStream";
  const std::string throttled = aws::encode_exception("throttlingException", "{}");
  rig.model.replies = {three().bytes(throttled).then(rpc::End{}).done()};
  rig.call();
  rig.scheduler.run();
  EXPECT_EQ(rig.journal.entries().back().ended, "complete");
  rig.model.replies = {three().then(rpc::Stall{}).done()};
  rig.step.client.read_timeout = 1s;
  rig.call();
  rig.scheduler.run();
  EXPECT_EQ(rig.journal.entries().back().ended, "stall");
}

TEST(Streams, ThatAreLeftEarlyAreAbandoned) {
  ClientRig rig;
  rig.step.operation = "ConverseStream";
  rig.step.deadline = 1s;
  rig.model.replies = {
      StreamReply(900ms, 900ms).text("a").text("b").converse_end().then(rpc::End{}).done()};
  const CallResult result = rig.call();
  EXPECT_EQ(result.outcome, "partial");
  EXPECT_EQ(result.heard.text, "a");
  rig.scheduler.run();
  EXPECT_EQ(rig.journal.entries().back().ended, "abandoned");
}

}  // namespace
}  // namespace bedlam::harness
