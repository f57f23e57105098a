// Recordings: what was answered is answered again, byte for byte and at the same times.
#include <gmock/gmock.h>

#include "emulator/aws/event_stream.h"
#include "harness/runner/runner.h"
#include "tests/unit/harness/recording_text.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kNova = "amazon.nova-micro-v1:0";

// The endpoint that is recorded.
constexpr const char* kOriginal = R"yaml(
models:
  anthropic.claude-3-haiku-*:
    latency: {first_token: "uniform(300ms, 900ms)", per_token: "uniform(11ms, 33ms)"}
    replies:
      - {when: {prompt: "*weather*"}, answer: {tool: {name: weather, input: {city: Paris, days: [1, 2]}}}}
      - {when: {prompt: throttled}, script: [throttle, {answer: Served., latency: 1s}]}
      - {when: {prompt: breaks}, answer: {tokens: 30}, fault: {after_tokens: 12, exception: throttlingException}}
      - {when: {prompt: closes}, answer: {tokens: 30}, fault: {after_tokens: 9, reset: true}}
      - {when: {prompt: container}, error: {name: ModelErrorException, message: no, original_status: 500}}
      - {answer: "Two\nlines: \"quoted\" # 'and' – € 😀 \u2028 {}[],&*!|>%@`"}
  amazon.nova-*:
    latency: 740ms
    replies: [{answer: Room for everyone.}]
)yaml";

class Recorder : public testing::Test {
 protected:
  Recorder() : emulator_({}) { EXPECT_TRUE(emulator_.load(scenario_of(kOriginal)).ok()); }

  void call(const std::string& operation, const std::string& prompt, const char* model = kHaiku) {
    calls_.push_back(pass(emulator_, step_of(operation, model, prompt)));
  }
  void call_everything() {
    for (const char* operation : {"InvokeModel", "InvokeModelWithResponseStream", "Converse",
                                  "ConverseStream", "CountTokens"}) {
      call(operation, "Write a \"tagline\":\nsay *nothing* else");
      call(operation, "/weather/");
      call(operation, "/weather/");
      call(operation, "throttled");
      call(operation, "throttled");
    }
    for (const char* operation : {"InvokeModelWithResponseStream", "ConverseStream"}) {
      call(operation, "breaks");
      call(operation, "closes");
    }
    call("Converse", "container");
    call("ConverseStream", "Hi", kNova);
    call("InvokeModel", "Hi", kNova);
  }

  app::Emulator emulator_;
  std::vector<PassedCall> calls_;
};

std::string without_own_headers(const aws::Headers& headers) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : headers) {
    if (name != "Date" && name != "x-amzn-RequestId")
      lines.push_back(std::string(name) + ": " + std::string(value));
  }
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// Whether the same requests get the same answers from what was recorded.
void expect_replays(const std::vector<PassedCall>& calls, const RecordingText& text) {
  app::Emulator replay({.seed = 99});
  scenario::Scenario all;
  for (const std::string& part : text.parts) {
    scenario::Scenario scenario = scenario_of(part);
    std::move(scenario.models.begin(), scenario.models.end(), std::back_inserter(all.models));
  }
  ASSERT_TRUE(replay.load(all).ok());
  for (const PassedCall& call : calls) {
    const PassedCall again = asked_again(call, replay);
    const std::string what = call.operation + " " + call.request.body;
    EXPECT_EQ(again.status, call.status) << what;
    EXPECT_EQ(without_own_headers(again.headers), without_own_headers(call.headers)) << what;
    EXPECT_EQ(again.text(), call.text()) << what;
    EXPECT_EQ(again.whole, call.whole) << what;
    // To the microsecond that a recording keeps.
    EXPECT_LE(std::chrono::abs(again.ended - call.ended), 1us) << what;
    ASSERT_EQ(again.body.size(), call.body.size()) << what;
    for (std::size_t i = 0; i < call.body.size(); ++i) {
      EXPECT_LE(std::chrono::abs(again.body[i].at - call.body[i].at), 1us) << what;
    }
  }
}

TEST_F(Recorder, WhatWasAnsweredIsAnsweredAgain) {
  call_everything();
  const RecordingText text = recorded(calls_);
  ASSERT_EQ(text.parts.size(), 1U);
  expect_replays(calls_, text);
}

TEST_F(Recorder, HashedPromptsMatchAndStandNowhere) {
  call_everything();
  const RecordingText text = recorded(calls_, Prompts::kHash);
  expect_replays(calls_, text);
  EXPECT_THAT(all_text(text), Not(HasSubstr("tagline")));
  EXPECT_THAT(all_text(text), Not(HasSubstr("run:")));
  EXPECT_THAT(all_text(text), HasSubstr("prompt_sha256: "));
}

TEST_F(Recorder, DroppedPromptsMatchInOrder) {
  call_everything();
  const RecordingText text = recorded(calls_, Prompts::kDrop);
  expect_replays(calls_, text);
  EXPECT_THAT(all_text(text), Not(HasSubstr("tagline")));
  EXPECT_THAT(all_text(text), Not(HasSubstr("prompt:")));
  EXPECT_THAT(all_text(text), Not(HasSubstr("prompt_")));
}

TEST_F(Recorder, TheRequestsCanBeMadeAgain) {
  call_everything();
  scenario::Scenario again = scenario_of(recorded(calls_).parts.front());
  ASSERT_EQ(again.run.size(), calls_.size());
  const ScenarioResult result = run_scenario(again, {});
  for (const StepResult& step : result.steps) {
    EXPECT_TRUE(step.held()) << step.name << ": " << step.failed.front().expected;
  }
}

TEST_F(Recorder, IsStableAndReadable) {
  call("ConverseStream", "Hi", kNova);
  call("Converse", "throttled");
  const std::string text = recorded(calls_).parts.front();
  EXPECT_EQ(text, recorded(calls_).parts.front());
  EXPECT_THAT(text, HasSubstr("# Recorded on 2026-11-23: 2 calls, prompts kept.\nmodels:\n"
                              "  amazon.nova-micro-v1:0:\n    recorded: true\n    replies:\n"
                              "      - when: {operation: ConverseStream, prompt: \"Hi\"}\n"
                              "        answer:\n          frames:\n"
                              "            - {at: "));
  EXPECT_THAT(text, HasSubstr("throttle: \"Too many requests, please wait before trying again."));
  EXPECT_THAT(text, HasSubstr("json: {contentBlockIndex: 0, delta: {text: \"Room\"}}}"));
}

TEST_F(Recorder, TokensAreSharedByTheLengthOfTheTexts) {
  call("ConverseStream", "Hi", kNova);  // Room| for| every|one|.
  const Recording recording = make_recording(calls_, {});
  const auto& answer =
      std::get<script::Answer>(recording.models.front().rules.front().outcomes.front().result);
  int tokens = 0;
  for (const script::VerbatimFrame& frame : std::get<script::Verbatim>(answer.content).frames) {
    EXPECT_EQ(frame.tokens, frame.event == "contentBlockDelta" ? 1 : 0);
    tokens += frame.tokens;
  }
  EXPECT_EQ(answer.output_tokens, tokens);
}

// Without prompts all calls of a model match one rule.
TEST_F(Recorder, LongRecordingsAreSeveralFiles) {
  const std::string payload = R"json({"p":"ab","text":")json" + std::string(60'000, 'a') + "\"}";
  for (int i = 0; i < 42; ++i) {
    PassedCall call;
    call.operation = "ConverseStream";
    call.resource = kNova;
    call.region = "us-east-1";
    call.request = make_request(step_of("ConverseStream", kNova, "call " + std::to_string(i)),
                                *find_operation("ConverseStream"), {"id", 1, 1, {}}, {});
    call.status = 200;
    call.headers = {{"Content-Type", "application/vnd.amazon.eventstream"}};
    call.body = {{100ms, aws::encode_event("number " + std::to_string(i), payload)}};
    call.ended = 100ms;
    call.whole = true;
    calls_.push_back(std::move(call));
  }
  const RecordingText text = recorded(calls_, Prompts::kDrop);
  EXPECT_EQ(text.parts.size(), 2U);
  expect_replays(calls_, text);
}

// Pictures: longer than a scenario file may be.
TEST_F(Recorder, LongAnswersStandBeside) {
  PassedCall call = pass(emulator_, step_of("Converse", kNova, "a picture"));
  call.body = {{call.ended, R"json({"image":")json" + std::string(5'000'000, 'a') + "\"}"}};
  call.headers = {{"Content-Type", "application/json"}};
  const RecordingText text = recorded({call});
  ASSERT_EQ(text.beside.size(), 1U);
  EXPECT_EQ(text.beside.front().text, call.text());
  EXPECT_THAT(text.parts.front(), HasSubstr("file: recording.answers/1.json"));
  EXPECT_LT(text.parts.front().size(), 2'000U);
}

// A proxy's page in ISO 8859-1.
TEST_F(Recorder, BodiesThatAreNoUtf8StandBeside) {
  PassedCall call = pass(emulator_, step_of("Converse", kNova, "a page"));
  call.status = 503;
  call.headers = {{"Content-Type", "text/html; charset=iso-8859-1"}};
  call.body = {{call.ended,
                "<html>Gr\xfc\xdf"
                "e</html>"}};
  const RecordingText text = recorded({call});
  ASSERT_EQ(text.beside.size(), 1U);
  EXPECT_EQ(text.beside.front().text, call.text());
  EXPECT_THAT(text.parts.front(), HasSubstr("file: recording.answers/1.bin"));
}

// An answer in one piece of which only a part came, and one that never came.
TEST_F(Recorder, WhatBrokeOffIsAConnectionThatCloses) {
  call("Converse", "Hi", kNova);
  PassedCall broken = calls_.front();
  broken.whole = false;
  broken.body = {{100ms, "{\"out"}};
  for (const int status : {200, 0}) {
    broken.status = status;
    app::Emulator replay({});
    ASSERT_TRUE(replay.load(scenario_of(recorded({broken}).parts.front())).ok());
    const PassedCall again = pass(replay, step_of("Converse", kNova, "Hi"));
    EXPECT_EQ(again.status, 0);
    EXPECT_FALSE(again.whole);
    EXPECT_EQ(again.ended, broken.ended);
  }
}

// A connection that is quiet for a while before it breaks: as a client's time-out would see it.
TEST_F(Recorder, AStreamBreaksOffWhenItDid) {
  call("ConverseStream", "closes");
  PassedCall& broken = calls_.front();
  ASSERT_FALSE(broken.whole);
  broken.ended += 2s;
  const RecordingText text = recorded(calls_);
  expect_replays(calls_, text);
  EXPECT_THAT(text.parts.front(), HasSubstr("fault: {after: "));
}

// A `*` in a prompt stands for itself.
TEST_F(Recorder, PromptsWithStarsMatchThemselvesAlone) {
  call("Converse", "**");
  call("Converse", "throttled*");
  call("Converse", "2*3");
  call("Converse", "/weather*/");
  for (const std::size_t i : {0U, 2U})
    calls_[i].headers = {{"Content-Type", "application/json"}, {"Content-Length", "11"}};
  calls_[0].body = {{calls_[0].ended, R"({"first":1})"}};
  calls_[2].body = {{calls_[2].ended, R"({"third":1})"}};
  expect_replays({calls_[2], calls_[3], calls_[0]}, recorded(calls_));
}

// Longer than a scenario may be, and in frames that cannot be parted.
TEST_F(Recorder, AStreamThatIsTooLongIsLeftOutAlone) {
  call("Converse", "first", kNova);
  call("ConverseStream", "endless", kNova);
  call("Converse", "last", kNova);
  std::string frames;
  const std::string payload =
      R"({"contentBlockIndex":0,"delta":{"text":")" + std::string(9'000, 'w') + "\"}}";
  for (int i = 0; i < 500; ++i) frames += aws::encode_event("contentBlockDelta", payload);
  calls_[1].body = {{100ms, std::move(frames)}};
  const Recording recording = make_recording(calls_, {Prompts::kKeep, {}, "2026-11-23"});
  EXPECT_EQ(recording.left_out, 1U);
  EXPECT_EQ(recording.run.size(), 2U);
  EXPECT_THAT(recording.comment.front(), HasSubstr(": 2 calls"));
  expect_replays({calls_[0], calls_[2]}, write_recording(recording, "recording"));
}

TEST_F(Recorder, LongRequestsStandBeside) {
  call("Converse", std::string(20'000, 'x'));
  const RecordingText text = recorded(calls_);
  ASSERT_EQ(text.beside.size(), 1U);
  EXPECT_EQ(text.beside.front().name, "recording.requests/1.json");
  EXPECT_THAT(text.parts.front(), HasSubstr("body_file: recording.requests/1.json"));
  EXPECT_THAT(text.parts.front(), Not(HasSubstr("xxxx")));
}

}  // namespace
}  // namespace bedlam::harness
