// What comes back for a call: scripts, cuts, times, faults, notes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/aws/recorded_frames.h"
#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

using Runtime = RuntimeTest;

std::string text_of(const Delivered& reply) {
  return reply.json()["content"][0]["text"];
}

TEST_F(Runtime, AnswersWithoutAScriptAtOnce) {
  const Delivered reply = call("InvokeModel", messages_body("Hi"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(text_of(reply), kDefaultText);
  EXPECT_EQ(reply.json()["model"], "claude-3-haiku-20240307");
  EXPECT_EQ(reply.last_due, 0s);
  EXPECT_EQ(reply.note.outcome, "answer");
  EXPECT_EQ(reply.note.rule, "");
  EXPECT_EQ(call("Converse", converse_body("Hi")).json()["output"]["message"]["content"][0]["text"],
            kDefaultText);
}

TEST_F(Runtime, CountsInHeadersBodyAndNote) {
  script({answer("Room for everyone.")});
  const Delivered reply = call("InvokeModel", messages_body("Write a tagline"));
  EXPECT_EQ(reply.json()["usage"], (Json{{"input_tokens", 4}, {"output_tokens", 5}}));
  EXPECT_EQ(reply.header("X-Amzn-Bedrock-Input-Token-Count"), "4");
  EXPECT_EQ(reply.header("X-Amzn-Bedrock-Output-Token-Count"), "5");
  EXPECT_EQ(reply.note.input_tokens, 4);
  EXPECT_EQ(reply.note.output_tokens, 5);
  EXPECT_EQ(reply.note.rule, "test:1");
}

TEST_F(Runtime, SameSeedSameBytes) {
  script({answer(script::Tokens{40})});
  const std::string body = messages_body("Hi");
  const Delivered first = call("InvokeModelWithResponseStream", body);
  const Delivered second = call("InvokeModelWithResponseStream", body);
  EXPECT_NE(first.body, second.body) << "another call, another id";
  runtime.reset();
  script({answer(script::Tokens{40})});
  const Delivered again = call("InvokeModelWithResponseStream", body);
  EXPECT_EQ(first.body, again.body);
  EXPECT_EQ(first.header("x-amzn-RequestId"), again.header("x-amzn-RequestId"));
}

TEST_F(Runtime, StreamsOneTokenAFrameAtItsTime) {
  script::Outcome outcome = answer("Room for you");
  outcome.latency = parts(900ms, 25ms);
  script({outcome});
  const Delivered stream = call("InvokeModelWithResponseStream", messages_body("Hi"));
  EXPECT_EQ(stream.head_due, 900ms);
  std::vector<std::string> frames;
  for (const rpc::Step& step : stream.frames) {
    const rpc::FrameLabel& label = *std::get<rpc::Bytes>(step.action).frame;
    frames.push_back(std::to_string(step.due / 1ms) + "ms " + std::to_string(label.index) + " " +
                     label.event + " " + std::to_string(label.tokens));
  }
  EXPECT_THAT(frames, ElementsAre("900ms 0 chunk 0", "900ms 1 chunk 0", "900ms 2 chunk 1",
                                  "925ms 3 chunk 2", "950ms 4 chunk 3", "950ms 5 chunk 3",
                                  "950ms 6 chunk 3", "950ms 7 chunk 3"));
  EXPECT_EQ(stream.header("date"), "Fri, 04 Oct 2024 00:00:00 GMT");
  EXPECT_EQ(chunks_of(stream.body).back(),
            R"({"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":1,)"
            R"("outputTokenCount":3,"invocationLatency":950,"firstByteLatency":900}})");
}

TEST_F(Runtime, ConverseStreamEndsWithItsMetrics) {
  script::Outcome outcome = answer("Hi there");
  outcome.latency = parts(300ms, 20ms);
  script({outcome});
  const Delivered stream = call("ConverseStream", converse_body("Hello"));
  EXPECT_THAT(
      events_of(stream.body),
      ElementsAre(
          R"(messageStart {"p":"…","role":"assistant"})",
          R"(contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"…"})",
          R"(contentBlockDelta {"contentBlockIndex":0,"delta":{"text":" there"},"p":"…"})",
          R"(contentBlockStop {"contentBlockIndex":0,"p":"…"})",
          R"(messageStop {"p":"…","stopReason":"end_turn"})",
          R"(metadata {"metrics":{"latencyMs":320},"p":"…","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3}})"));
}

TEST_F(Runtime, TotalLatencyIsWhenAPlainAnswerComes) {
  script::Outcome outcome = answer(script::Tokens{300});
  outcome.latency = script::Latency{script::Constant{7200ms}, {}, {}};
  script({outcome});
  const Delivered invoke = call("InvokeModel", messages_body("Hi"));
  EXPECT_EQ(invoke.head_due, 7200ms);
  EXPECT_EQ(invoke.header("X-Amzn-Bedrock-Invocation-Latency"), "7200");
  EXPECT_EQ(invoke.header("date"), "Fri, 04 Oct 2024 00:00:07 GMT");
  EXPECT_EQ(call("Converse", converse_body("Hi")).json()["metrics"]["latencyMs"], 7200);
}

TEST_F(Runtime, MaxTokensCuts) {
  script({answer("Room for everyone, always.")});
  const Delivered reply = call("InvokeModel", messages_body("Hi", 3));
  EXPECT_EQ(text_of(reply), "Room for everyo");
  EXPECT_EQ(reply.json()["stop_reason"], "max_tokens");
  EXPECT_EQ(reply.json()["usage"]["output_tokens"], 3);
  EXPECT_EQ(call("Converse", converse_body("Hi", R"(,"inferenceConfig":{"maxTokens":3})"))
                .json()["stopReason"],
            "max_tokens");
  EXPECT_EQ(call("InvokeModel", messages_body("Hi", 100)).json()["stop_reason"], "end_turn");
}

TEST_F(Runtime, StopSequencesCut) {
  script({answer("one two|three;four")});
  const Delivered reply =
      call("InvokeModel", messages_body("Hi", 50, R"(,"stop_sequences":[";","|","absent"])"));
  EXPECT_EQ(text_of(reply), "one two");
  EXPECT_EQ(reply.json()["stop_reason"], "stop_sequence");
  EXPECT_EQ(reply.json()["stop_sequence"], "|");
  const Delivered inside =
      call("InvokeModel", messages_body("Hi", 50, R"(,"stop_sequences":["wo"])"));
  EXPECT_EQ(text_of(inside), "one t");
  EXPECT_EQ(inside.json()["usage"]["output_tokens"], 2);
  const Delivered never_said =
      call("InvokeModel", messages_body("Hi", 2, R"(,"stop_sequences":["|"])"));
  EXPECT_EQ(never_said.json()["stop_reason"], "max_tokens") << "the limit comes first";
  const Delivered at_once =
      call("InvokeModel", messages_body("Hi", 50, R"(,"stop_sequences":["one"])"));
  EXPECT_EQ(at_once.json()["content"], Json::array());
  const Json converse =
      call("Converse",
           converse_body("Hi",
                         R"(,"inferenceConfig":{"stopSequences":["|"]},)"
                         R"("additionalModelResponseFieldPaths":["/stop_sequence","/absent"])"))
          .json();
  EXPECT_EQ(converse["stopReason"], "stop_sequence");
  EXPECT_EQ(to_text(converse["additionalModelResponseFields"]), R"({"stop_sequence":"|"})");
}

TEST_F(Runtime, FillerIsCutLikeText) {
  script({answer(script::Tokens{120})});
  EXPECT_EQ(call("InvokeModel", messages_body("Hi")).json()["usage"]["output_tokens"], 120);
  EXPECT_EQ(call("InvokeModel", messages_body("Hi", 50)).json()["usage"]["output_tokens"], 50);
}

TEST_F(Runtime, ToolUse) {
  script({answer(script::ToolUse{"get_weather", {{"city", "Oslo"}}})});
  const Json plain = call("InvokeModel", messages_body("Hi")).json();
  EXPECT_EQ(plain["stop_reason"], "tool_use");
  EXPECT_EQ(
      without_ids(to_text(plain["content"])),
      R"([{"type":"tool_use","id":"toolu_bdrk_01~","name":"get_weather","input":{"city":"Oslo"}}])");
  const std::string stream = call("InvokeModelWithResponseStream", messages_body("Hi")).body;
  std::string input;
  for (const std::string& chunk : chunks_of(stream)) {
    const Json json = Json::parse(chunk);
    if (json["type"] == "content_block_delta") {
      input += json["delta"]["partial_json"].get<std::string>();
    }
  }
  EXPECT_EQ(input, R"({"city":"Oslo"})");
  const Json converse = call("Converse", converse_body("Hi")).json();
  EXPECT_EQ(converse["stopReason"], "tool_use");
  EXPECT_EQ(
      without_ids(to_text(converse["output"]["message"]["content"])),
      R"([{"toolUse":{"input":{"city":"Oslo"},"name":"get_weather","toolUseId":"tooluse_~"}}])");
}

TEST_F(Runtime, ABodyGoesOutAsItIs) {
  const Json body{{"content", Json::array()},
                  {"usage", {{"input_tokens", 3}, {"output_tokens", 9}}}};
  script({answer(script::Body{body})});
  const Delivered invoke = call("InvokeModel", messages_body("Hi"));
  EXPECT_EQ(invoke.body, to_text(body));
  EXPECT_EQ(invoke.header("X-Amzn-Bedrock-Output-Token-Count"), "9");
  EXPECT_EQ(call("Converse", converse_body("Hi")).body, to_text(body));
  const auto chunks = chunks_of(call("InvokeModelWithResponseStream", messages_body("Hi")).body);
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_THAT(chunks[0], StartsWith(R"({"content":[],"usage":{"input_tokens":3,"output_tokens":9},)"
                                    R"("amazon-bedrock-invocationMetrics":{)"));
}

TEST_F(Runtime, AListOfBodiesIsAFrameEach) {
  const Json events = Json::parse(
      R"([{"messageStart":{"role":"assistant"}},{"messageStop":{"stopReason":"refusal"}}])");
  script::Outcome outcome = answer(script::Body{events});
  outcome.latency = parts(100ms, 50ms);
  script({outcome});
  const Delivered stream = call("ConverseStream", converse_body("Hi"));
  EXPECT_THAT(events_of(stream.body),
              ElementsAre(R"(messageStart {"p":"…","role":"assistant"})",
                          R"(messageStop {"p":"…","stopReason":"refusal"})"));
  EXPECT_EQ(stream.frames[1].due, 150ms);
}

TEST_F(Runtime, ErrorsByNameWithTheirStatus) {
  const std::vector<std::pair<std::string, int>> statuses{
      {"AccessDeniedException", 403},       {"InternalServerException", 500},
      {"ModelErrorException", 424},         {"ModelNotReadyException", 429},
      {"ModelStreamErrorException", 424},   {"ModelTimeoutException", 408},
      {"ResourceNotFoundException", 404},   {"ServiceQuotaExceededException", 400},
      {"ServiceUnavailableException", 503}, {"ThrottlingException", 429},
      {"ValidationException", 400},         {"ConflictException", 400}};
  for (const auto& [name, status] : statuses) {
    script({error(name)});
    const Delivered reply = call("ConverseStream", converse_body("Hi"));
    EXPECT_EQ(reply.status, status) << name;
    EXPECT_EQ(reply.header("x-amzn-ErrorType"),
              name + ":http://internal.amazon.com/coral/com.amazon.bedrock/");
    EXPECT_NE(reply.json()["message"], "");
    EXPECT_EQ(reply.note.outcome, name);
    EXPECT_EQ(reply.head_due, 0s);
  }
}

TEST_F(Runtime, ThrottledTwiceThenServed) {
  script::Outcome slow =
      error("throttlingException", "Too many tokens, please wait before trying again.");
  slow.latency = script::Latency{script::Constant{20s}, {}, {}};
  script({error("ThrottlingException"), slow, answer("Hello")});
  EXPECT_EQ(call("InvokeModel", messages_body("Hi")).body,
            R"({"message":"Too many requests, please wait before trying again."})");
  const Delivered second = call("InvokeModel", messages_body("Hi"));
  EXPECT_EQ(second.body, R"({"message":"Too many tokens, please wait before trying again."})");
  EXPECT_EQ(second.body.size(), 63U) << "as in a recorded length";
  EXPECT_EQ(second.head_due, 20s);
  EXPECT_EQ(second.note.outcome, "ThrottlingException");
  EXPECT_EQ(text_of(call("InvokeModel", messages_body("Hi"))), "Hello");
}

TEST_F(Runtime, FrontDoorErrorsNameTheFrontDoor) {
  script({error("ExpiredTokenException")});
  const Delivered reply = call("InvokeModel", messages_body("Hi"));
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(reply.header("x-amzn-ErrorType"),
            "ExpiredTokenException:http://internal.amazon.com/coral/com.amazon.coral.service/");
}

TEST_F(Runtime, FaultsStrikeTheStream) {
  script::Outcome outcome = answer(script::Tokens{400});
  outcome.latency = parts(900ms, 25ms);
  outcome.fault = fault::Fault{{fault::AfterTokens{120}, {}}, fault::find_kind("stall"), "forever"};
  script({outcome});
  std::optional<rpc::Reply> reply;
  rpc::Call request;
  request.service = "bedrock-runtime";
  request.operation = "InvokeModelWithResponseStream";
  request.resource = std::string(kHaiku);
  request.body = messages_body("Create a 500 word car advert");
  runtime.handle(request, [&](rpc::Reply r) { reply = std::move(r); });
  EXPECT_TRUE(std::holds_alternative<rpc::Stall>(reply->steps.back().action));
  EXPECT_EQ(reply->steps.back().due, 900ms + 119 * 25ms);
  EXPECT_EQ(reply->note.fault, "stall forever after 120 tokens");
  const Delivered got = delivered(*reply);
  EXPECT_EQ(std::get<rpc::Bytes>(got.frames.back().action).frame->tokens, 120);
}

TEST_F(Runtime, AnExceptionFrameSaysWhatTheServiceSays) {
  script::Outcome outcome = answer("Room for everyone.");
  outcome.fault = fault::Fault{
      {fault::AfterTokens{1}, {}}, fault::find_kind("exception"), "serviceUnavailableException"};
  script({outcome});
  EXPECT_EQ(
      events_of(call("ConverseStream", converse_body("Hi")).body).back(),
      R"(serviceUnavailableException {"message":"Bedrock is unable to process your request."})");
}

// Members of modelStreamErrorException: service model. What AWS puts there is not known.
TEST_F(Runtime, AFailingModelsStreamSaysWhatTheModelAnswered) {
  script::Outcome outcome = answer("Room for everyone.");
  outcome.fault = fault::Fault{
      {fault::AfterTokens{1}, {}}, fault::find_kind("exception"), "modelStreamErrorException"};
  script({outcome});
  const std::string last = events_of(call("ConverseStream", converse_body("Hi")).body).back();
  EXPECT_TRUE(last.starts_with("modelStreamErrorException {"));
  const Json payload = Json::parse(last.substr(last.find('{')));
  EXPECT_EQ(payload["message"],
            "An error occurred while streaming the response. Retry your request.");
  EXPECT_EQ(payload["originalStatusCode"], 500);
  EXPECT_FALSE(payload.value("originalMessage", "").empty());
}

TEST_F(Runtime, ErrorsTellWhatTheModelAnswered) {
  script::Error failed{"ModelErrorException", "The model failed."};
  failed.original_status = 503;
  failed.resource_name = "claude";
  script::Error broken{"ModelStreamErrorException", ""};
  broken.original_message = "upstream";
  script({{failed, {}, {}}, {broken, {}, {}}});
  const Delivered first = call("Converse", converse_body("Hi"));
  EXPECT_EQ(first.status, 424);
  EXPECT_EQ(first.json(), (Json{{"message", "The model failed."},
                                {"originalStatusCode", 503},
                                {"resourceName", "claude"}}));
  EXPECT_EQ(call("ConverseStream", converse_body("Hi")).json()["originalMessage"], "upstream");
}

TEST_F(Runtime, RulesThatNameCountTokensAreAskedOfIt) {
  script::Rule named{"a.yaml:4", {}, {error("ThrottlingException"), answer("Hi")}};
  named.when.operation = "CountTokens";
  named.outcomes[1].latency = parts(2s, 0ms);
  std::get<script::Answer>(named.outcomes[1].result).input_tokens = 4'096;
  script::Rule every{"a.yaml:6", {}, {answer("first"), answer("second")}};
  runtime.use(script::Script({{"*", parts(9s, 0ms), {named, every}}}));
  const std::string hi = R"({"input":{"converse":)" + converse_body("Hi") + "}}";
  const Delivered refused = call("CountTokens", hi);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.note.rule, "a.yaml:4");
  const Delivered counted = call("CountTokens", hi);
  EXPECT_EQ(counted.body, R"({"inputTokens":4096})");
  EXPECT_EQ(counted.last_due, 2s);
  EXPECT_THAT(call("Converse", converse_body("Hi")).body, HasSubstr("first"));
}

TEST_F(Runtime, RulesWithoutAnOperationDoNotSeeCountTokens) {
  script::Rule rule{"a.yaml:4", {}, {error("ThrottlingException"), answer("Hi")}};
  runtime.use(script::Script({{"*", parts(9s, 0ms), {rule}}}));
  const Delivered counted =
      call("CountTokens", R"({"input":{"converse":)" + converse_body("Hi") + "}}");
  EXPECT_EQ(counted.status, 200);
  EXPECT_EQ(counted.last_due, 0ms) << "the entry's latency is the model's";
  EXPECT_EQ(counted.note.mismatch, "");
  EXPECT_EQ(call("Converse", converse_body("Hi")).status, 429);
}

TEST_F(Runtime, AFaultStrikesCountTokens) {
  script::Rule rule{"a.yaml:4", {}, {answer("")}};
  rule.when.operation = "Count*";
  rule.outcomes[0].fault =
      fault::Fault{{fault::BeforeHeaders{}, {}}, fault::find_kind("reset"), Json(true)};
  runtime.use(script::Script({{"*", {}, {rule}}}));
  const Delivered struck =
      call("CountTokens", R"({"input":{"converse":)" + converse_body("Hi") + "}}");
  EXPECT_EQ(struck.status, 0);
  EXPECT_EQ(struck.note.fault, "reset before the headers");
}

TEST_F(Runtime, RulesSeeThePrompt) {
  script::Rule rule{"a.yaml:4", {}, {answer("matched")}};
  rule.when.prompt = "*look at*this*";
  rule.when.operation = "Converse";
  rule.when.region = "eu-west-1";
  runtime.use(script::Script({{"anthropic.*", {}, {rule}}}));
  rpc::Call request;
  request.service = "bedrock-runtime";
  request.operation = "Converse";
  request.resource = std::string(kHaiku);
  request.caller.region = "eu-west-1";
  request.body =
      R"({"messages":[{"role":"user","content":[{"text":"ignored"}]},)"
      R"({"role":"assistant","content":[{"text":"yes?"}]},)"
      R"({"role":"user","content":[{"text":"Please look at"},{"image":{"format":"png","source":{"bytes":")" +
      std::string(kPng) + R"("}}},{"text":"this picture"}]}]})";
  const Delivered reply = call(request);
  EXPECT_THAT(reply.body, HasSubstr("matched"));
  EXPECT_EQ(reply.note.rule, "a.yaml:4");
  const Delivered other = call("Converse", converse_body("Nothing"));
  EXPECT_EQ(other.note.rule, "");
  EXPECT_THAT(other.note.mismatch, HasSubstr("a.yaml:4"));
}

TEST_F(Runtime, ReadsToolsSystemAndPictures) {
  const std::string rest =
      R"(,"system":"Be brief.","tools":[{"name":"get_weather","input_schema":{"type":"object"}}],)"
      R"("tool_choice":{"type":"auto"},"temperature":0.8,"top_p":1,"top_k":250})";
  const std::string body =
      R"({"anthropic_version":"2026-10-21","max_tokens":10,"messages":[{"role":"user","content":[)"
      R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":")" +
      std::string(kPng) +
      R"("}},{"type":"text","text":"What is it?"}]},)"
      R"({"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{}}]},)"
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"Rain"}]}])" +
      rest;
  const Delivered reply = call("InvokeModel", body);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_GT(reply.note.input_tokens, 20);
}

// Request and answer forms of the service model.
TEST_F(Runtime, CountsTokensAsAnAnswerWould) {
  script({error("ThrottlingException"), answer("Hi")});
  const std::string body = messages_body("Write a tagline");
  const Delivered invoke =
      call("CountTokens", R"({"input":{"invokeModel":{"body":")" + base64_encode(body) + R"("}}})");
  EXPECT_EQ(invoke.body, R"({"inputTokens":4})");
  EXPECT_EQ(
      call("CountTokens", R"({"input":{"converse":)" + converse_body("Write a tagline") + "}}")
          .body,
      R"({"inputTokens":4})");
  EXPECT_EQ(call("InvokeModel", body).status, 429) << "no outcome was taken";
  EXPECT_EQ(call("InvokeModel", body).json()["usage"]["input_tokens"], 4);
  const std::string hi = R"({"input":{"converse":)" + converse_body("Hi") + "}}";
  EXPECT_EQ(refusal("CountTokens", hi, "amazon.titan-embed-text-v1"),
            "The provided model doesn't support counting tokens.");
  EXPECT_EQ(refusal("CountTokens", hi, "us." + std::string(kHaiku)),
            "The provided model doesn't support counting tokens.");
  EXPECT_THAT(refusal("CountTokens", "{}"), HasSubstr("at 'input'"));
  EXPECT_EQ(refusal("CountTokens", R"({"input":{"converse":{"messages":[]}}})"),
            "A conversation must start with a user message. Try again with a conversation that "
            "starts with a user message.");
}

TEST_F(Runtime, EchoesWhatTheServiceEchoes) {
  rpc::Call request;
  request.service = "bedrock-runtime";
  request.operation = "InvokeModel";
  request.resource = std::string(kHaiku);
  request.headers.add("x-amzn-bedrock-performanceconfig-latency", "optimized");
  request.body = messages_body("Hi");
  EXPECT_EQ(call(request).header("X-Amzn-Bedrock-PerformanceConfig-Latency"), "optimized");
  EXPECT_THAT(
      call("Converse", converse_body("Hi", R"(,"performanceConfig":{"latency":"optimized"})")).body,
      HasSubstr(R"("performanceConfig":{"latency":"optimized"},"stopReason")"));
}

}  // namespace
}  // namespace bedlam::bedrock::test
