// Recordings: what was answered is answered again, byte for byte and at the same times, and no
// secret is in them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/aws/event_stream.h"
#include "emulator/base/base64.h"
#include "harness/record/writer.h"
#include "harness/record/yaml_text.h"
#include "harness/runner/runner.h"
#include "tests/unit/harness/passing.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kHaiku = "anthropic.claude-3-haiku-20240307-v1:0";
constexpr const char* kNova = "amazon.nova-micro-v1:0";

scenario::Scenario scenario_of(const std::string& text) {
  auto scenario = scenario::parse_scenario(text, "recording.yaml");
  if (scenario.ok()) return *std::move(scenario);
  ADD_FAILURE() << format(scenario.error().front(), text) << "\n" << text;
  return {};
}

RecordingText recorded(const std::vector<PassedCall>& calls, Prompts prompts = Prompts::kKeep,
                       std::vector<std::string> secrets = {}) {
  return write_recording(make_recording(calls, {prompts, std::move(secrets), "2026-11-23"}),
                         "recording");
}

// Everything that reaches a disk.
std::string all_text(const RecordingText& text) {
  std::string all;
  for (const std::string& part : text.parts) all += part;
  for (const BesideFile& file : text.beside) all += file.name + file.text;
  return all;
}

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
    if (name != "Date" && name != "x-amzn-RequestId") lines.push_back(name + ": " + value);
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
    PassedCall again;
    auto receiver = std::make_shared<PassingReceiver>(replay.scheduler(), again);
    replay.dispatcher().dispatch(call.request, "test", receiver);
    replay.scheduler().run();
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
                                *find_operation("ConverseStream"), {"id", 1, 1, {}, true}, {});
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

// ---- secrets

constexpr const char* kAccount = "987654321098";
constexpr const char* kKeyId = "AKIAIOSFODNN7EXAMPLE";  // of AWS's documentation
constexpr const char* kToken = "IQoJb3JpZ2luX2VjEExampleSessionToken//////////";

// A call that has a secret at every place where one could be.
PassedCall leaking() {
  PassedCall call;
  call.operation = "ConverseStream";
  call.region = "us-east-1";
  call.resource = std::string("arn:aws:bedrock:us-east-1:") + kAccount +
                  ":application-inference-profile/abc123def456";
  call.request.method = "POST";
  call.request.target = "/model/x/converse-stream?X-Amz-Signature=5d672d79c15b13162d9279b0855cfba6";
  call.request.headers = {
      {"Authorization", std::string("AWS4-HMAC-SHA256 Credential=") + kKeyId +
                            "/20261123/us-east-1/bedrock/aws4_request, SignedHeaders=host, "
                            "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6"},
      {"X-Amz-Security-Token", kToken},
      {"amz-sdk-invocation-id", "11111111-2222-3333-4444-555555555555"},
      {"Cookie", "session=0123456789abcdef"}};
  call.sent_headers = {{"Authorization", "Bearer bedrock-api-key-c2VjcmV0LXNlY3JldC1zZWNyZXQ="}};
  call.request.body =
      std::string(R"({"messages":[{"role":"user","content":[{"text":"I am )") +
      "arn:aws:sts::987654321098:assumed-role/Admin/jane@example.com, key "
      "AKIAIOSFODNN7EXAMPLE, "
      "account 987654321098, and 19876543210987" +
      R"("},{"image":{"source":{"s3Location":{"uri":"s3://b","bucketOwner":"555566667777"}}}}]}],)" +
      R"("system":[{"text":"token )" + kToken + R"("}]})";
  call.status = 200;
  call.headers = {{"Content-Type", "application/vnd.amazon.eventstream"},
                  {"x-amzn-RequestId", "99999999-8888-7777-6666-555555555555"},
                  {"X-Amzn-Bedrock-Trace-Arn", "arn:aws:bedrock:us-east-1:987654321098:x/y"},
                  {"Set-Cookie", "AWSALB=0123456789abcdef0123456789abcdef"}};
  // A secret in pieces, as a model says it.
  std::string stream;
  for (const char* piece : {"arn:aws:iam::98765", "43210", "98:role/Ad", "min, 99999999-8888-",
                            "7777-6666-555555555555 AKIAIOSF", "ODNN7EXAMPLE 5555", "66667777"}) {
    Json event{{"contentBlockIndex", 0}, {"delta", {{"text", piece}}}, {"p", "abc"}};
    stream += aws::encode_event("contentBlockDelta", to_text(event));
  }
  stream += aws::encode_event(
      "chunk",
      R"({"bytes": ")" + base64_encode(std::string("{ \"text\": \"") + kAccount + "\" }") + "\"}");
  stream += aws::encode_exception(
      "validationException",
      R"({"message":"User: arn:aws:sts::987654321098:assumed-role/Admin/jane@example.com is not"})");
  call.body = {{300ms, stream}};
  call.ended = 300ms;
  call.whole = true;
  return call;
}

std::vector<std::string> leaks_in(const std::string& text) {
  std::vector<std::string> leaks;
  for (const char* secret :
       {kAccount, kKeyId, kToken, "5d672d79c15b13162d9279b0855cfba6", "bedrock-api-key-c2Vjc",
        "jane@example", "Admin", "0123456789abcdef", "99999999-8888-7777", "555566667777",
        "11111111-2222-3333", "98765", "AKIAIOSF", "secret-of-the-chain", "66667777"}) {
    if (text.find(secret) != std::string::npos) leaks.emplace_back(secret);
  }
  return leaks;
}

TEST(RecordSecrets, ReachNoFile) {
  PassedCall failing = leaking();
  failing.operation = "Converse";
  failing.status = 403;
  failing.headers = {
      {"Content-Type", "application/json"},
      {"x-amzn-ErrorType",
       "AccessDeniedException:http://internal.amazon.com/coral/com.amazon.bedrock/"}};
  failing.body = {
      {20ms, R"({"message":"User: arn:aws:sts::987654321098:assumed-role/Admin/jane@example.com )"
             R"(is not authorized to perform: bedrock:InvokeModel secret-of-the-chain"})"}};
  PassedCall raw = failing;
  raw.operation = "InvokeModel";
  raw.status = 418;
  raw.headers = {{"Content-Type", "text/plain; account=987654321098"},
                 {"X-Amzn-Bedrock-Note", "arn:aws:s3:::b 987654321098"}};
  raw.body = {{20ms, std::string("987654321098, ") + kToken}};
  PassedCall plain = raw;
  plain.operation = "Converse";
  plain.status = 200;
  plain.headers = {{"Content-Type", "application/json"}};
  plain.body = {{20ms, R"({"output":{"987654321098":"\u0041KIAIOSFODNN7EXAMPLE"}})"}};
  for (const Prompts prompts : {Prompts::kKeep, Prompts::kHash, Prompts::kDrop}) {
    const RecordingText text =
        recorded({leaking(), failing, raw, plain}, prompts, {"secret-of-the-chain"});
    EXPECT_THAT(leaks_in(all_text(text)), testing::IsEmpty()) << all_text(text);
    // Nor inside of base64.
    std::string decoded;
    for (const scenario::Scenario& scenario : {scenario_of(text.parts.front())}) {
      for (const script::Behaviour& model : scenario.models) {
        for (const script::Rule& rule : model.rules) {
          for (const script::Outcome& outcome : rule.outcomes) {
            const auto* answer = std::get_if<script::Answer>(&outcome.result);
            if (answer == nullptr) continue;
            for (const auto& frame : std::get<script::Verbatim>(answer->content).frames) {
              const auto payload = parse_json(frame.payload);
              const Json* bytes = payload.ok() ? find(*payload, "bytes") : nullptr;
              if (bytes != nullptr)
                decoded += base64_decode(bytes->get<std::string>()).value_or("");
              const Json* delta = payload.ok() ? find(*payload, "delta") : nullptr;
              if (delta != nullptr) decoded += (*delta)["text"].get<std::string>();
            }
          }
        }
      }
    }
    EXPECT_THAT(leaks_in(decoded), testing::IsEmpty()) << decoded;
    EXPECT_THAT(decoded, HasSubstr("123456789012"));
  }
}

TEST(RecordSecrets, TheRuleStillMatchesTheCall) {
  const RecordingText text = recorded({leaking()});
  app::Emulator replay({});
  ASSERT_TRUE(replay.load(scenario_of(text.parts.front())).ok());
  PassedCall call = leaking();
  call.request.target = "/model/" + encode_segment(call.resource) + "/converse-stream";
  PassedCall again;
  auto receiver = std::make_shared<PassingReceiver>(replay.scheduler(), again);
  replay.dispatcher().dispatch(call.request, "test", receiver);
  replay.scheduler().run();
  EXPECT_EQ(again.ended, 300ms);
  EXPECT_TRUE(again.whole);
}

TEST(RecordSecrets, AreFoundInsideOfBase64) {
  Secrets secrets;
  secrets.learn_accounts("arn:aws:s3:us-east-1:987654321098:x");
  const std::string prompt = "{\"prompt\":\"987654321098\"}";
  const Json body{{"input", {{"invokeModel", {{"body", base64_encode(prompt)}}}}},
                  {"document", {{"bytes", base64_encode("owner 987654321098")}}},
                  {"image", {{"bytes", base64_encode("\x89PNG")}}}};
  const Json masked = secrets.masked(body);
  EXPECT_EQ(base64_decode(masked["input"]["invokeModel"]["body"].get<std::string>()),
            "{\"prompt\":\"123456789012\"}");
  EXPECT_EQ(base64_decode(masked["document"]["bytes"].get<std::string>()), "owner 123456789012");
  EXPECT_EQ(masked["image"], body["image"]);
}

TEST(RecordSecrets, MasksKeepLengthsAndPatternsMatch) {
  Secrets secrets;
  secrets.add("session-token-1");
  secrets.learn_accounts("arn:aws:s3:us-east-1:987654321098:x");
  EXPECT_EQ(secrets.masked(std::string_view("a session-token-1 b")), "a xxxxxxxxxxxxxxx b");
  EXPECT_EQ(secrets.masked(std::string_view("987654321098 1987654321098")),
            "123456789012 1123456789012");
  EXPECT_EQ(secrets.pattern("from 987654321098 on"), "from * on");
  EXPECT_EQ(secrets.pattern("/a/"), "/a/*");
  EXPECT_EQ(secrets.pattern("plain"), "plain");
  EXPECT_EQ(secrets.masked(std::string_view("s3://arn:aws")), "s3://arn:aws");
}

TEST(YamlText, IsReadBack) {
  const Json odd{{"true", "on"},
                 {"a: b", "x # y\t\r\n\x01\x7f\xc2\x85\xe2\x80\xa9\xef\xbb\xbf"},
                 {"n", {1, -2, 1.5, 1e300, nullptr, true, Json::object(), Json::array()}},
                 {"", "'\"\\/"}};
  const std::string text =
      "models:\n  m:\n    recorded: true\n    replies:\n      - answer: {body: " + yaml_flow(odd) +
      "}\n";
  const scenario::Scenario scenario = scenario_of(text);
  ASSERT_EQ(scenario.models.size(), 1U);
  const auto& answer = std::get<script::Answer>(scenario.models[0].rules[0].outcomes[0].result);
  EXPECT_EQ(std::get<script::Verbatim>(answer.content).body, to_text(odd));
}

std::string utf8(unsigned code) {
  const auto byte = [](unsigned value) { return static_cast<char>(value); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xc0 | code >> 6U), byte(0x80 | (code & 0x3fU))};
  if (code < 0x10000) {
    return {byte(0xe0 | code >> 12U), byte(0x80 | (code >> 6U & 0x3fU)),
            byte(0x80 | (code & 0x3fU))};
  }
  return {byte(0xf0 | code >> 18U), byte(0x80 | (code >> 12U & 0x3fU)),
          byte(0x80 | (code >> 6U & 0x3fU)), byte(0x80 | (code & 0x3fU))};
}

TEST(YamlText, EveryCharacterIsReadBack) {
  Json texts = Json::array();
  std::string text;
  for (unsigned code = 0; code < 0x110000; code += code < 0x3100 ? 1 : 0xfd) {
    if (code >= 0xd800 && code < 0xe000) continue;  // surrogates are none
    text += utf8(code);
    if (text.size() < 1'000) continue;
    texts.push_back(std::exchange(text, ""));
  }
  for (const unsigned code : {0xfeffU, 0xfffdU, 0xfffeU, 0xffffU, 0x1fffeU, 0x10ffffU}) {
    texts.push_back(" " + utf8(code) + " ");
  }
  const Json body{{"texts", texts}};
  const scenario::Scenario scenario = scenario_of(
      "models:\n  m:\n    recorded: true\n    replies:\n      - answer: {body: " + yaml_flow(body) +
      "}\n");
  ASSERT_EQ(scenario.models.size(), 1U);
  const auto& answer = std::get<script::Answer>(scenario.models[0].rules[0].outcomes[0].result);
  EXPECT_EQ(std::get<script::Verbatim>(answer.content).body, to_text(body));
}

TEST(YamlText, PlainWordsHaveNoQuotes) {
  EXPECT_EQ(yaml_word(kHaiku), kHaiku);
  EXPECT_EQ(yaml_word("yes"), "\"yes\"");
  EXPECT_EQ(yaml_word("a b"), "\"a b\"");
  EXPECT_EQ(yaml_duration(312'421'600ns), "312.422ms");
}

}  // namespace
}  // namespace bedlam::harness
