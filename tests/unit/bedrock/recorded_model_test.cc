// Models whose answers were recorded: the bytes as they came, whatever the model and the request.
// Frames are those of tests/unit/aws/recorded_frames.h.
#include <gtest/gtest.h>

#include "emulator/aws/event_payload.h"
#include "emulator/bedrock/conversation/prompt.h"
#include "tests/unit/aws/recorded_frames.h"
#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

using bedlam::test::from_hex;

constexpr const char* kUnknownModel = "writer.palmyra-x5-v1:0";

script::VerbatimFrame frame(std::string event, const char* json, std::optional<std::size_t> padding,
                            int tokens, std::optional<Duration> at = {}) {
  std::string payload = aws::event_payload(event, Json::parse(json), padding);
  return {std::move(event), false, std::move(payload), tokens, at};
}

class RecordedModel : public RuntimeTest {
 protected:
  void record(script::When when, std::vector<script::Outcome> outcomes) {
    script::Behaviour model{"*", {}, {{"test:1", std::move(when), std::move(outcomes)}}};
    model.recorded = true;
    runtime.use(script::Script({std::move(model)}));
  }
  static script::Outcome verbatim(script::Verbatim recorded,
                                  std::optional<script::Latency> latency = {}) {
    return {script::Answer{std::move(recorded), "", 8, 2}, std::move(latency), {}};
  }
};

TEST_F(RecordedModel, FramesAreTheRecordedBytesAtTheirTimes) {
  script::Verbatim recorded;
  recorded.frames = {
      frame("messageStart", R"({"role":"assistant"})", {}, 0, 300ms),
      frame("contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"text":"Hi"}})", 6, 2, 320ms)};
  recorded.frames.push_back({"throttlingException", true,
                             R"({"message":"Too many tokens, please wait before trying again."})",
                             0, 700ms});
  script::When when;
  when.operation = "ConverseStream";
  record(when, {verbatim(recorded)});
  const Delivered reply = call("ConverseStream", converse_body("Hi"));
  EXPECT_EQ(reply.body, from_hex(bedlam::test::kMessageStartFrame) +
                            from_hex(bedlam::test::kContentBlockDeltaFrame) +
                            from_hex(bedlam::test::kThrottlingFrame));
  EXPECT_EQ(reply.header("Content-Type"), "application/vnd.amazon.eventstream");
  ASSERT_EQ(reply.frames.size(), 3U);
  EXPECT_EQ(reply.head_due, 300ms);
  EXPECT_EQ(reply.frames[1].due, 320ms);
  EXPECT_EQ(reply.last_due, 700ms);
  EXPECT_EQ(std::get<rpc::Bytes>(reply.frames[1].action).frame->tokens, 2);
  EXPECT_EQ(reply.note.rule, "test:1");
  EXPECT_EQ(reply.note.input_tokens, 8);
}

TEST_F(RecordedModel, FramesWithoutTimesFollowALatencyByTheirTokens) {
  script::Verbatim recorded;
  recorded.frames = {frame("chunk", R"({"type":"message_start"})", 2, 0),
                     frame("chunk", R"({"text":"a"})", 2, 1),
                     frame("chunk", R"({"text":"b"})", 2, 3)};
  record({}, {verbatim(recorded, parts(300ms, 20ms))});
  const Delivered reply = call("InvokeModelWithResponseStream", messages_body("Hi"));
  ASSERT_EQ(reply.frames.size(), 3U);
  EXPECT_EQ(reply.head_due, 300ms);
  EXPECT_EQ(reply.frames[1].due, 300ms);
  EXPECT_EQ(reply.frames[2].due, 360ms);  // its last token is the fourth
  EXPECT_EQ(reply.header("X-Amzn-Bedrock-Content-Type"), "application/json");
}

TEST_F(RecordedModel, AnswersBeforeTheRequestIsCheckedAndForModelsNobodyKnows) {
  script::Verbatim recorded;
  recorded.body = R"({"choices": [ ]})";
  recorded.headers = {{"X-Amzn-Bedrock-Input-Token-Count", "8"}};
  record({}, {verbatim(recorded, parts(1s, 1ms))});
  const Delivered reply = call("InvokeModel", R"({"no":"family's"})", kUnknownModel);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, R"({"choices": [ ]})");
  EXPECT_EQ(reply.header("Content-Type"), "application/json");
  EXPECT_EQ(reply.header("X-Amzn-Bedrock-Input-Token-Count"), "8");
  EXPECT_EQ(reply.last_due, 1001ms);  // with the second of its two tokens
}

TEST_F(RecordedModel, FaultsFindTheirPlaceByRecordedTokens) {
  script::Verbatim recorded;
  recorded.frames = {frame("messageStart", R"({"role":"assistant"})", {}, 0, 300ms),
                     frame("contentBlockDelta", R"({"delta":{"text":"a b"}})", 3, 2, 320ms),
                     frame("contentBlockDelta", R"({"delta":{"text":" c"}})", 3, 1, 330ms)};
  script::Outcome outcome = verbatim(recorded);
  outcome.fault = fault::Fault{{fault::AfterTokens{2}, {}}, fault::find_kind("end"), true};
  record({}, {outcome});
  const Delivered reply = call("ConverseStream", converse_body("Hi"));
  EXPECT_EQ(reply.frames.size(), 2U);
  EXPECT_EQ(reply.last_due, 320ms);
}

TEST_F(RecordedModel, StatusAndErrorsAreRecordedToo) {
  script::Verbatim recorded;
  recorded.status = 424;
  recorded.body = R"({"message":"x","resourceName":"y"})";
  recorded.headers = {{"x-amzn-ErrorType", "ModelErrorException"}};
  script::Outcome throttled = error("ThrottlingException");
  throttled.latency = parts(20ms, {});
  record({}, {throttled, verbatim(recorded)});
  const Delivered first = call("Converse", converse_body("Hi"));
  EXPECT_EQ(first.status, 429);
  EXPECT_EQ(first.last_due, 20ms);
  const Delivered second = call("Converse", converse_body("Hi"));
  EXPECT_EQ(second.status, 424);
  EXPECT_EQ(second.header("x-amzn-ErrorType"), "ModelErrorException");
}

TEST_F(RecordedModel, CountTokensIsAskedOfRecordedRules) {
  script::Verbatim recorded;
  recorded.body = R"({"inputTokens":12})";
  script::When when;
  when.operation = "CountTokens";
  when.prompt = "Hi";
  record(when, {verbatim(recorded)});
  const std::string converse = R"({"input":{"converse":)" + converse_body("Hi") + "}}";
  EXPECT_EQ(call("CountTokens", converse).body, R"({"inputTokens":12})");
  const std::string other = R"({"input":{"converse":)" + converse_body("Hi there") + "}}";
  EXPECT_NE(call("CountTokens", other).body, R"({"inputTokens":12})");
}

TEST_F(RecordedModel, ACallThatWasNotRecordedSaysWhy) {
  script::When when;
  // SHA-256 of "abc": FIPS 180-2, appendix B.1.
  when.prompt_sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  script::Verbatim recorded;
  recorded.body = "{}";
  record(when, {verbatim(recorded)});
  EXPECT_EQ(call("Converse", converse_body("abc")).body, "{}");
  const Delivered other = call("Converse", converse_body("abd"));
  EXPECT_NE(other.body, "{}");
  EXPECT_EQ(other.note.mismatch, "test:1: prompt 'abd' has another hash than the recorded one");
}

TEST(UncheckedPrompt, OfEveryShapeOfBody) {
  const auto prompt = [](const char* body) { return unchecked_prompt(Json::parse(body)); };
  EXPECT_EQ(
      prompt(R"({"messages":[{"role":"user","content":[{"text":"a"},{"image":{}},{"text":"b"}]},
                       {"role":"assistant","content":[{"text":"c"}]}]})"),
      "a\nb");
  EXPECT_EQ(prompt(R"({"messages":[{"role":"user","content":"a"}]})"), "a");
  EXPECT_EQ(prompt(R"({"messages":[{"role":"user","content":
                       [{"toolResult":{"toolUseId":"x","content":[{"text":"12"}]}}]}]})"),
            "12");
  EXPECT_EQ(prompt(R"({"messages":[{"role":"user","content":
                       [{"type":"tool_result","content":[{"type":"text","text":"12"}]}]}]})"),
            "12");
  EXPECT_EQ(prompt(R"({"prompt":"a"})"), "a");
  EXPECT_EQ(prompt(R"({"inputText":"a"})"), "a");
  EXPECT_EQ(prompt(R"({"texts":["a","b"],"input_type":"search_query"})"), "a\nb");
  EXPECT_EQ(prompt(R"({"input":{"invokeModel":{"body":"eyJwcm9tcHQiOiJhIn0="}}})"), "a");
  EXPECT_EQ(prompt("[]"), "");
}

TEST(EventPayload, IsReadAsItWasWritten) {
  const auto read = aws::read_event_payload("chunk", R"({"bytes":"eyJhIjoxfQ==","p":"abc"})");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(to_text(read->json), R"({"a":1})");
  EXPECT_EQ(read->padding, 3U);
  // Bytes that would not come out the same: a space, a padding of other letters.
  EXPECT_FALSE(aws::read_event_payload("chunk", R"({"bytes": "eyJhIjoxfQ=="})").has_value());
  EXPECT_FALSE(aws::read_event_payload("chunk", R"({"bytes":"eyJhIjogMX0="})").has_value());
  const auto other =
      aws::read_event_payload("messageStop", R"({"p":"xyz","stopReason":"end_turn"})");
  ASSERT_TRUE(other.has_value());
  EXPECT_FALSE(other->padding.has_value());
  EXPECT_EQ(other->json["p"], "xyz");
}

}  // namespace
}  // namespace bedlam::bedrock::test
