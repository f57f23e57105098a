// What calibration makes of a recording, and what counts as drift.
#include "harness/calibrate/drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/base/random.h"
#include "harness/calibrate/calibration.h"
#include "harness/record/writer.h"
#include "tests/unit/harness/fake_environment.h"
#include "tests/unit/harness/served_emulator.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

script::VerbatimFrame frame_at(Duration at, int tokens) {
  return {"contentBlockDelta", false, R"({"delta":{"text":"a"}})", tokens, at};
}

script::Outcome stream_of(std::vector<script::VerbatimFrame> frames, int input_tokens = 10) {
  script::Verbatim verbatim;
  int tokens = 0;
  for (const script::VerbatimFrame& frame : frames) tokens += frame.tokens;
  verbatim.frames = std::move(frames);
  return {script::Answer{std::move(verbatim), "", input_tokens, tokens}, {}, {}};
}

script::Outcome whole_answer(Duration time, int tokens) {
  script::Verbatim verbatim;
  verbatim.body = "{}";
  script::Latency latency;
  latency.total = script::Constant{time};
  return {script::Answer{std::move(verbatim), "", 10, tokens}, latency, {}};
}

script::Behaviour recorded_model(std::vector<script::Outcome> outcomes) {
  script::When when;
  when.operation = "ConverseStream";
  script::Behaviour model{"m", {}, {{"", when, std::move(outcomes)}}};
  model.recorded = true;
  return model;
}

TEST(Samples, OfAStream) {
  const auto times = times_of(stream_of({frame_at(300ms, 0), frame_at(310ms, 1), frame_at(330ms, 1),
                                         frame_at(390ms, 3), frame_at(390ms, 0)}));
  ASSERT_TRUE(times.has_value());
  EXPECT_DOUBLE_EQ(*times->first_token, 0.31);
  EXPECT_THAT(times->gaps, testing::ElementsAre(testing::DoubleEq(0.02), testing::DoubleEq(0.02)));
  EXPECT_DOUBLE_EQ(*times->per_token, 0.02);
  EXPECT_FALSE(times->whole.has_value());
}

// Two frames that a network delivered at once are one arrival of two tokens.
TEST(Samples, WhatWasHeldUpOnTheWayIsNoGap) {
  const auto times = times_of(stream_of(
      {frame_at(100ms, 1), frame_at(140ms, 1), frame_at(140ms + 20us, 1), frame_at(160ms, 1)}));
  EXPECT_EQ(times->gaps.size(), 2U);
  EXPECT_NEAR(times->gaps[0], 0.02, 1e-4);
  EXPECT_DOUBLE_EQ(*times->per_token, 0.02);
}

TEST(Samples, ErrorsAndWhatBrokeOffHaveNone) {
  EXPECT_FALSE(times_of(script::Outcome{script::Error{"ThrottlingException", ""}, {}, {}}));
  script::Outcome broken = stream_of({frame_at(1s, 1)});
  broken.fault = fault::Fault{};
  EXPECT_FALSE(times_of(broken));
  std::vector<ModelTimes> times;
  add_times({recorded_model({stream_of({frame_at(1s, 1)}),
                             broken,
                             {script::Error{"ThrottlingException", ""}, {}, {}}})},
            times);
  ASSERT_EQ(times.size(), 1U);
  EXPECT_EQ(times[0].calls, 3U);
  EXPECT_EQ(times[0].failed, 2U);
  EXPECT_EQ(times[0].answered.size(), 1U);
}

TEST(Calibration, PutsTheFitInPlaceOfTheTimes) {
  std::vector<script::Outcome> outcomes;
  for (int i = 0; i < 10; ++i) {
    const Duration first = 300ms + i * 1us;
    outcomes.push_back(
        stream_of({frame_at(first, 1), frame_at(first + 20ms, 1), frame_at(first + 40ms, 1)}));
  }
  outcomes.push_back(whole_answer(800ms, 5));
  script::Outcome error{script::Error{"ThrottlingException", ""}, {}, {}};
  error.latency = script::Latency{script::Constant{7ms}, {}, {}};
  outcomes.push_back(error);
  scenario::Scenario scenario;
  scenario.models = {recorded_model(outcomes)};
  std::vector<ModelTimes> times;
  add_times(scenario.models, times);
  const auto fits = fit_models(times);
  const std::string text = write_recording(calibrated({scenario}, fits), "x").parts.front();
  EXPECT_THAT(text, HasSubstr("latency: {first_token: 300.00"));
  EXPECT_THAT(text, HasSubstr("per_token: 20ms}"));
  EXPECT_THAT(text, HasSubstr("latency: 800ms"));
  EXPECT_THAT(text, HasSubstr("latency: 7ms"));
  EXPECT_THAT(text, testing::Not(HasSubstr("at: ")));
  EXPECT_TRUE(scenario::parse_scenario(text, "x.yaml").ok());
  EXPECT_THAT(fits_text(fits), HasSubstr("m: 11 answered, 1 not\n  first token   300.00"));
}

TEST(Calibration, LongerPromptsTakeLonger) {
  Random random(3);
  std::vector<script::Outcome> outcomes;
  for (int i = 0; i < 40; ++i) {
    const int prompt = 100 * (1 + i % 4);
    const Duration first = 200ms + prompt * 1ms + from_seconds(0.02 * random.normal());
    outcomes.push_back(stream_of({frame_at(first, 1)}, prompt));
  }
  scenario::Scenario scenario;
  scenario.models = {recorded_model(outcomes)};
  std::vector<ModelTimes> times;
  add_times(scenario.models, times);
  const auto fits = fit_models(times);
  // Four standard errors of the slope: 20 ms / (√40 · 112 tokens).
  EXPECT_NEAR(fits[0].first_token->per_size, 0.001, 4 * 0.02 / std::sqrt(40.0) / 112);
  EXPECT_THAT(fits_text(fits),
              testing::ContainsRegex("\\+ (1|0\\.9|9[0-9]{2})[0-9.]*(ms|us) a prompt token"));
}

// Two recordings of the same calls are one with twice the outcomes.
TEST(Calibration, JoinsRecordings) {
  scenario::Scenario scenario;
  scenario.models = {recorded_model({stream_of({frame_at(1s, 1)})})};
  std::vector<ModelTimes> times;
  add_times(scenario.models, times);
  add_times(scenario.models, times);
  ASSERT_EQ(times.size(), 1U);
  const Recording joined = calibrated({scenario, scenario}, fit_models(times));
  ASSERT_EQ(joined.models.size(), 1U);
  ASSERT_EQ(joined.models[0].rules.size(), 1U);
  EXPECT_EQ(joined.models[0].rules[0].outcomes.size(), 2U);
}

// ---- drift

ModelTimes model_times(std::uint64_t seed, double first, double each, std::size_t count,
                       std::size_t failed = 0) {
  Random random(seed);
  ModelTimes times{"m", false, {}};
  for (std::size_t i = 0; i < count; ++i) {
    CallTimes call;
    call.first_token = first * std::exp(0.3 * random.normal());
    call.per_token = each + 0.001 * random.normal();
    times.answered.push_back(call);
  }
  times.calls = count + failed;
  times.failed = failed;
  return times;
}

TEST(Drift, TheSameIsTheSame) {
  int drifted = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto found = find_drift({model_times(seed, 1, 0.02, 30)},
                                  {model_times(seed + 1000, 1, 0.02, 30)}, kDriftLevel);
    ASSERT_EQ(found.size(), 2U);
    drifted += found[0].drifted || found[1].drifted ? 1 : 0;
  }
  EXPECT_LE(drifted, 5);  // binomial(100, 0.01): more than 5 in 5 of 10,000 cases
}

TEST(Drift, WhatIsSlowerHasDrifted) {
  const auto found =
      find_drift({model_times(1, 1, 0.02, 30)}, {model_times(2, 1, 0.03, 30)}, kDriftLevel);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_FALSE(found[0].drifted);
  EXPECT_TRUE(found[1].drifted);
  EXPECT_THAT(drift_text(found, kDriftLevel), testing::ContainsRegex("per token .* DRIFT\n"));
}

TEST(Drift, FailuresAreComparedToo) {
  const auto found =
      find_drift({model_times(1, 1, 0.02, 30)}, {model_times(1, 1, 0.02, 20, 10)}, kDriftLevel);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[2].name, "failed calls");
  EXPECT_TRUE(found[2].drifted);
}

// However few they are.
TEST(Drift, WhereNothingIsAnsweredAnyMore) {
  const auto found =
      find_drift({model_times(1, 1, 0.02, 3)}, {model_times(1, 1, 0.02, 0, 3)}, kDriftLevel);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].name, "failed calls");
  EXPECT_TRUE(found[0].drifted);
  EXPECT_THAT(drift_text(found, kDriftLevel), HasSubstr("DRIFT: none is answered"));
  const auto never =
      find_drift({model_times(1, 1, 0.02, 0, 3)}, {model_times(1, 1, 0.02, 0, 3)}, kDriftLevel);
  EXPECT_FALSE(never[0].drifted);
}

RequestAgain request_of(const std::string& model, Json body = Json::object()) {
  RequestAgain request;
  request.step.operation = "Converse";
  request.step.model = model;
  request.step.body = std::move(body);
  request.model = model;
  return request;
}

constexpr const char* kMaskedProfile =
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc";

TEST(AskAgain, PutsTheAccountBackIntoArns) {
  std::vector<RequestAgain> requests{
      request_of("anthropic.claude-v2:1", {{"account", "123456789012"}})};
  EXPECT_EQ(masked_arn_of(requests), "");
  requests.push_back(request_of(
      "m", {{"guardrailConfig",
             {{"guardrailIdentifier", "arn:aws:bedrock:us-east-1:123456789012:guardrail/g"}}}}));
  EXPECT_EQ(masked_arn_of(requests), "arn:aws:bedrock:us-east-1:123456789012:guardrail/g");
  requests.push_back(request_of(kMaskedProfile));
  requests.back().step.parameters["guardrailIdentifier"] =
      "arn:aws:bedrock:us-east-1:123456789012:guardrail/h";
  put_account_back(requests, "111122223333");
  EXPECT_EQ(masked_arn_of(requests), "");
  EXPECT_EQ((*requests[0].step.body)["account"], "123456789012");
  EXPECT_EQ((*requests[1].step.body)["guardrailConfig"]["guardrailIdentifier"],
            "arn:aws:bedrock:us-east-1:111122223333:guardrail/g");
  EXPECT_EQ(requests[2].step.model,
            "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc");
  EXPECT_EQ(requests[2].step.parameters["guardrailIdentifier"],
            "arn:aws:bedrock:us-east-1:111122223333:guardrail/h");
  EXPECT_EQ(requests[2].model, kMaskedProfile);  // the recorded model's name
}

const Json kHi{{"messages", {{{"role", "user"}, {"content", {{{"text", "Hi"}}}}}}}};

Result<AnswersAgain, std::string> ask_all_again(const std::vector<RequestAgain>& requests,
                                                const std::string& url) {
  const FakeEnvironment environment;
  Signer signer(environment, aws::AccessKey{"AKIDEXAMPLE", "secret", "", std::nullopt},
                "us-east-1");
  const auto connection = Connection::open(*parse_endpoint(url), {});
  return ask_again(requests, 1, **connection, signer, {});
}

TEST(AskAgain, CountsWhatIsRefused) {
  ServedEmulator served(R"(
models:
  "*": {replies: [{script: [{error: {name: AccessDeniedException, message: No.}}, throttle]}]}
)");
  const auto asked = ask_all_again({request_of("anthropic.claude-3-haiku-20240307-v1:0", kHi),
                                    request_of("anthropic.claude-3-haiku-20240307-v1:0", kHi)},
                                   served.url());
  ASSERT_TRUE(asked) << asked.error();
  EXPECT_EQ(asked->made, 2U);
  EXPECT_EQ(asked->refused, 1U);
  EXPECT_EQ(asked->refusal, "AccessDeniedException: No.");
  EXPECT_EQ(asked->times[0].failed, 2U);
}

// A broken call may be one that was recorded so; an endpoint that is not there is an error.
TEST(AskAgain, ABrokenFirstCallIsNoMissingEndpoint) {
  ServedEmulator served(R"(
models:
  "*": {replies: [{script: [{answer: Hi, fault: {close: true}}, {answer: Hi}]}]}
)");
  const std::string model = "anthropic.claude-3-haiku-20240307-v1:0";
  const std::vector<RequestAgain> requests{request_of(model, kHi), request_of(model, kHi)};
  const auto asked = ask_all_again(requests, served.url());
  ASSERT_TRUE(asked) << asked.error();
  EXPECT_EQ(asked->made, 2U);
  EXPECT_EQ(asked->times[0].failed, 1U);
  const std::string url = served.url();
  served.stop();
  const auto gone = ask_all_again(requests, url);
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error(), HasSubstr("no connection"));
}

TEST(Drift, FewCallsTellNothing) {
  const auto found =
      find_drift({model_times(1, 1, 0.02, 3)}, {model_times(2, 9, 0.9, 3)}, kDriftLevel);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(found[0].too_few);
  EXPECT_FALSE(found[0].drifted);
  EXPECT_THAT(drift_text(found, kDriftLevel), HasSubstr("too few calls to tell"));
}

// 1 ms more on the way is no drift of an endpoint that always takes 120 ms.
TEST(Drift, ASmallShiftIsNone) {
  const auto always = [](double time) {
    ModelTimes times{"m", false, {}};
    for (int i = 0; i < 30; ++i) {
      CallTimes call;
      call.whole = time + 1e-5 * i;
      times.answered.push_back(call);
    }
    times.calls = 30;
    return times;
  };
  EXPECT_FALSE(find_drift({always(0.120)}, {always(0.121)}, kDriftLevel)[0].drifted);
  EXPECT_TRUE(find_drift({always(0.120)}, {always(0.126)}, kDriftLevel)[0].drifted);
}

}  // namespace
}  // namespace bedlam::harness
