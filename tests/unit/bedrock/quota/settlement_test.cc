// What calls pay in the end: streams that broke off, scripted counts, jobs and sessions of speech.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/bedrock/quota/quota_fixture.h"

namespace bedlam::bedrock::test {
namespace {

TEST_F(QuotaTest, AStreamIsChargedForWhatWasSent) {
  script::Outcome cut = answer(script::Tokens{590});
  cut.latency = parts(1s, 10ms);
  cut.fault = fault::Fault{{fault::AfterTokens{10}, {}}, fault::find_kind("reset"), true};
  limit(tokens_a_minute(100'000), "*", cut);
  const Asking asking = ask("ConverseStream", converse_body("Hi"));
  scheduler.run();
  EXPECT_EQ(entry(asking).ended, "reset");
  EXPECT_EQ(quota(asking)["settled"]["output_tokens"], 10);
  EXPECT_EQ(quota(asking)["settled"]["charged"], 1 + 10 * 5);
}

// What a fault makes of the frames is not what the model generated.
TEST_F(QuotaTest, FaultsOfFramesDoNotChangeTheCharge) {
  for (const char* kind : {"duplicate", "drop", "swap", "corrupt"}) {
    SCOPED_TRACE(kind);
    script::Outcome outcome = answer(script::Tokens{100});
    const Json argument = std::string(kind) == "corrupt" ? Json("message_crc") : Json(true);
    outcome.fault = fault::Fault{{fault::AfterTokens{50}, {}}, fault::find_kind(kind), argument};
    limit(tokens_a_minute(100'000), "*", outcome);
    const Asking asking = ask("ConverseStream", converse_body("Hi"));
    scheduler.run();
    EXPECT_EQ(quota(asking)["settled"]["output_tokens"], 100);
  }
}

// The last frame with text is dropped: the model wrote it.
TEST_F(QuotaTest, ADroppedLastFrameIsCharged) {
  script::Outcome outcome =
      answer(script::Body{Json::array({Json{{"generation", "a"}}, Json{{"generation", "b"}}})});
  outcome.fault = fault::Fault{{fault::AtFrame{"last"}, {}}, fault::find_kind("drop"), true};
  limit(tokens_a_minute(100'000), "*", outcome);
  const Asking asking =
      ask("InvokeModelWithResponseStream", R"({"prompt":"Hi"})", "meta.llama3-1-70b-instruct-v1:0");
  scheduler.run();
  EXPECT_EQ(quota(asking)["settled"]["output_tokens"], 2);
}

TEST_F(QuotaTest, AnEndlessBodyIsChargedUpToWhereTheModelWas) {
  script::Outcome outcome = answer(script::Tokens{100});
  outcome.fault = fault::Fault{{fault::AfterTokens{30}, {}}, fault::find_kind("endless"), true};
  limit(tokens_a_minute(100'000), "*", outcome);
  const Asking asking = ask("ConverseStream", converse_body("Hi"));
  to(5s);
  EXPECT_GT(entry(asking).tokens_sent, 30) << "its last frame comes again and again";
  asking.exchange->abandon();
  EXPECT_EQ(quota(asking)["settled"]["output_tokens"], 30);
}

// Nobody knows when its caller leaves: no other call is told when there will be a place.
TEST_F(QuotaTest, ABodyWithoutEndPromisesNoPlace) {
  for (const char* kind : {"endless", "stall"}) {
    SCOPED_TRACE(kind);
    script::Outcome outcome = slow();
    outcome.fault = fault::Fault{{fault::AfterTokens{30}, {}}, fault::find_kind(kind), true};
    script::Quota one;
    one.concurrent = 1;
    limit(one, "*", outcome);
    const Asking first = ask("ConverseStream", converse_body("Hi"));
    const Asking second = hi();
    EXPECT_EQ(message(second), "Too many connections, please wait before trying again.");
    EXPECT_TRUE(quota(second)["admitted_at"].is_null()) << quota(second);
    scheduler.advance_to(scheduler.now() + 60s);
    EXPECT_EQ(message(hi()), "Too many connections, please wait before trying again.");
    first.exchange->abandon();
    scheduler.advance_to(scheduler.now() + 1s);  // it is noticed at the next write
    EXPECT_EQ(quota(hi())["admitted"], true);
  }
}

TEST_F(QuotaTest, SettlesWithWhatTheScenarioCounts) {
  script::Outcome counted = answer("Room for everyone.");
  std::get<script::Answer>(counted.result).output_tokens = 90;
  std::get<script::Answer>(counted.result).input_tokens = 392;
  limit(tokens_a_minute(100'000), "*", counted);
  for (const char* operation : {"Converse", "ConverseStream"}) {
    const Asking asking = ask(operation, converse_body("Hi"));
    scheduler.run();
    EXPECT_EQ(quota(asking)["settled"]["charged"], 392 + 90 * 5) << operation;
  }
}

struct ScriptedBody {
  const char* operation;
  const char* body;  // with 20 input tokens, of which 5 were read from a cache, and 500 of output
};

TEST_F(QuotaTest, SettlesWithTheUsageOfAScriptedBody) {
  const ScriptedBody bodies[] = {
      {"InvokeModel",
       R"({"content":[],"usage":{"input_tokens":15,"cache_read_input_tokens":5,"output_tokens":500}})"},
      {"InvokeModelWithResponseStream",
       R"([{"type":"message_start","message":{"usage":{"input_tokens":15,"cache_read_input_tokens":5,"output_tokens":1}}},)"
       R"({"type":"message_delta","delta":{},"usage":{"output_tokens":500}},{"type":"message_stop"}])"},
      {"InvokeModelWithResponseStream",
       R"([{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":15,"outputTokenCount":500,"cacheReadInputTokenCount":5}}])"},
      {"Converse",
       R"({"output":{},"usage":{"inputTokens":15,"outputTokens":500,"totalTokens":520,"cacheReadInputTokens":5}})"},
      {"ConverseStream",
       R"([{"messageStart":{"role":"assistant"}},{"contentBlockDelta":{"delta":{"text":"Hi"}}},)"
       R"({"metadata":{"usage":{"inputTokens":15,"outputTokens":500,"cacheReadInputTokens":5}}}])"}};
  for (const ScriptedBody& scripted : bodies) {
    SCOPED_TRACE(scripted.body);
    limit(tokens_a_minute(100'000), "*", answer(script::Body{Json::parse(scripted.body)}));
    const bool converse = std::string_view(scripted.operation).starts_with("Converse");
    const Asking asking =
        ask(scripted.operation, converse ? converse_body("Hi") : messages_body("Hi"));
    scheduler.run();
    EXPECT_EQ(entry(asking).note.input_tokens, 20);
    EXPECT_EQ(quota(asking)["settled"]["output_tokens"], 500);
    EXPECT_EQ(quota(asking)["settled"]["charged"], 15 + 500 * 5);
  }
}

// The stream's usage is 500 tokens in four frames; it broke off after two of them.
TEST_F(QuotaTest, ABrokenStreamIsChargedItsShare) {
  Json frames = Json::array({Json{{"messageStart", {{"role", "assistant"}}}}});
  for (const char* text : {"a", "b"}) {
    frames.push_back({{"contentBlockDelta", {{"delta", {{"text", text}}}}}});
  }
  frames.push_back({{"metadata", {{"usage", {{"inputTokens", 1}, {"outputTokens", 500}}}}}});
  script::Outcome outcome = answer(script::Body{frames});
  outcome.fault = fault::Fault{{fault::AfterFrames{2}, {}}, fault::find_kind("reset"), true};
  limit(tokens_a_minute(100'000), "*", outcome);
  const Asking asking = ask("ConverseStream", converse_body("Hi"));
  scheduler.run();
  EXPECT_EQ(quota(asking)["settled"]["output_tokens"], 250);
}

TEST_F(QuotaTest, AnErrorGivesAllBack) {
  limit(tokens_a_minute(100'000), "*", error("ModelTimeoutException"));
  EXPECT_EQ(quota(hi())["settled"]["given_back"], 1'001);
}

// A job holds its place and its reservation until it ends.
TEST_F(QuotaTest, AsynchronousInvocationsAreCalls) {
  script::Quota one = tokens_a_minute(100'000);
  one.concurrent = 1;
  limit(one);
  const auto start = [&] {
    return ask("StartAsyncInvoke",
               R"({"modelId":")" + std::string(kSonnet4) + R"(","modelInput":)" +
                   messages_body("Hi", 1'000) +
                   R"(,"outputDataConfig":{"s3OutputDataConfig":{"s3Uri":"s3://jobs/out"}}})",
               "");
  };
  const Asking first = start();
  EXPECT_EQ(quota(first)["reserved"], 1'001);
  EXPECT_EQ(quota(first)["settled"]["at"], 10.0);
  EXPECT_EQ(quota(first)["settled"]["charged"], 1 + 590 * 5);
  const Asking second = start();
  EXPECT_EQ(message(second), "Too many connections, please wait before trying again.");
  EXPECT_EQ(quota(second)["admitted_at"], 10.0);
  EXPECT_EQ(message(hi()), "Too many connections, please wait before trying again.");
  to(10s);
  EXPECT_EQ(quota(start())["admitted"], true);
  // By then the bucket was full again; the first cost 1,950 more than it had reserved.
  EXPECT_EQ(quota(hi())["limits"]["tokens"]["left"], 100'000 - 1'950 - 1'001);
}

TEST_F(QuotaTest, AFailedJobIsFree) {
  limit(tokens_a_minute(100'000), "*", error("ModelTimeoutException"));
  const Asking job =
      ask("StartAsyncInvoke",
          R"({"modelId":")" + std::string(kSonnet4) + R"(","modelInput":)" +
              messages_body("Hi", 1'000) +
              R"(,"outputDataConfig":{"s3OutputDataConfig":{"s3Uri":"s3://jobs/out"}}})",
          "");
  EXPECT_EQ(quota(job)["settled"]["given_back"], 1'001);
}

constexpr std::string_view kSonic = "amazon.nova-sonic-v1:0";

class SpeechQuotaTest : public QuotaTest {
 protected:
  static std::string event(const std::string& json) {
    const std::string encoded = base64_encode(R"({"event":)" + json + "}");
    return aws::encode_event("chunk", to_text(Json{{"bytes", encoded}}));
  }
  // A session with a prompt, in which the user says a word.
  Asking open(const std::string& more = "") {
    aws::HttpRequest request;
    request.method = "POST";
    request.target = "/model/" + std::string(kSonic) + "/invoke-with-bidirectional-stream";
    auto recorder = std::make_shared<rpc::Recorder>(scheduler);
    auto exchange = dispatcher.open(request, "connection 1", recorder);
    const Asking asking{recorder, exchange, journal.entries().back().id};
    asking.exchange->on_input(
        event(R"({"sessionStart":{"inferenceConfiguration":{"maxTokens":1000}}})") +
        event(R"({"promptStart":{"promptName":"p")" + more + "}}"));
    return asking;
  }
  static void say(const Asking& asking, const std::string& name) {
    const std::string head = R"("promptName":"p","contentName":)" + to_text(Json(name));
    asking.exchange->on_input(event(R"({"contentStart":{)" + head +
                                    R"(,"type":"TEXT","role":"USER","interactive":true}})") +
                              event(R"({"textInput":{)" + head + R"(,"content":"Hi"}})") +
                              event(R"({"contentEnd":{)" + head + "}}"));
  }
};

TEST_F(SpeechQuotaTest, EachTurnReservesAndPays) {
  limit(tokens_a_minute(3'000));
  const Asking session = open();
  EXPECT_EQ(quota(session)["admitted"], true);
  say(session, "a");
  EXPECT_EQ(quota(session)["turns"][0]["reserved"], 1'001);
  EXPECT_EQ(quota(session)["turns"][0]["settled"]["charged"], 1 + 590);
  say(session, "b");
  say(session, "c");
  EXPECT_EQ(quota(session)["turns"][2]["admitted"], false) << "two turns are being answered";
  EXPECT_EQ(quota(session)["refused_by"], "tokens");
  scheduler.run();
  EXPECT_EQ(entry(session).note.outcome, "ThrottlingException");
  EXPECT_EQ(entry(session).ended, "complete");
}

TEST_F(SpeechQuotaTest, ASessionTakesARequestAndAPlace) {
  script::Quota few;
  few.requests = Rate{2, 1min};
  few.concurrent = 1;
  limit(few, std::string(kSonic));
  const Asking session = open();
  say(session, "a");
  EXPECT_EQ(quota(session)["turns"].size(), 1U) << "a turn is no request of its own";
  EXPECT_EQ(message(open()), "Too many connections, please wait before trying again.");
  to(20s);
  session.exchange->on_input_end();
  EXPECT_EQ(quota(session)["settled"]["at"], 20.0);
  EXPECT_EQ(quota(open())["admitted"], true);
  EXPECT_EQ(message(open()), "Too many requests, please wait before trying again.");
}

// Its caller leaves in the middle of an answer of a token every 100 ms.
TEST_F(SpeechQuotaTest, AnAbandonedTurnPaysForWhatWasSaid) {
  script::Outcome outcome = answer(script::Tokens{100});
  outcome.latency = parts(100ms, 100ms);
  limit(tokens_a_minute(100'000), "*", outcome);
  const Asking session = open(R"(,"audioOutputConfiguration":{"sampleRateHertz":8000})");
  say(session, "a");
  to(3s);
  session.exchange->abandon();
  // What would have been written next is at 3.1 s.
  EXPECT_EQ(quota(session)["turns"][0]["settled"]["at"], 3.1);
  EXPECT_EQ(quota(session)["turns"][0]["settled"]["output_tokens"], 62)
      << "each token is text and sound";
}

}  // namespace
}  // namespace bedlam::bedrock::test
