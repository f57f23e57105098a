// Loads against an emulator behind a socket: how many calls, from when their times count, what they
// may cost. Nothing is asserted of the clock but what the emulator guarantees: never sooner than
// scripted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "harness/bench/compare.h"
#include "harness/bench/document.h"
#include "harness/bench/estimate.h"
#include "harness/bench/load.h"
#include "harness/bench/page.h"
#include "harness/bench/text.h"
#include "harness/runner/observe.h"
#include "tests/unit/harness/fake_environment.h"
#include "tests/unit/harness/served_emulator.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kLoadModels = R"(
models:
  anthropic.claude-3-haiku-*:
    latency: {first_token: 20ms, per_token: 5ms}
    replies:
      - {when: {prompt: "*broken*"}, answer: {tokens: 6}, fault: {after_tokens: 3, end: true}}
      - {when: {prompt: "*reset*"}, answer: {tokens: 6}, fault: {after_tokens: 3, reset: true}}
      - {when: {prompt: "*silent*"}, answer: {tokens: 6}, fault: {no_answer: true}}
      - {when: {prompt: "*thrown*"}, answer: {tokens: 6}, fault: {after_tokens: 3, exception: throttlingException}}
      - answer: {tokens: 6}
  amazon.nova-micro-*: {replies: [{answer: Hello, latency: 50ms}]}
  mistral.*: {replies: [throttle]}
)";

class BenchLoad : public testing::Test {
 protected:
  BenchLoad()
      : served_(kLoadModels),
        signer_(environment_, aws::AccessKey{"test", "test", "", std::nullopt}, "us-east-1") {
    environment_.time = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    target_.endpoint = *parse_endpoint(served_.url());
    target_.signer = &signer_;
    ask("converse-stream", "anthropic.claude-3-haiku-20240307-v1:0");
    settings_.warm_up = {};
    settings_.extent = {std::nullopt, 5};
    limit_cost(std::nullopt);
  }

  void ask(const char* operation, const char* model, const char* prompt = "Hi") {
    target_.operation = bench_operation(operation);
    target_.call.operation = target_.operation->name;
    target_.call.model = model;
    target_.call.prompt = prompt;
    target_.call.max_tokens = 100;
  }
  void limit_cost(std::optional<Money> limit) {
    const std::size_t body = bench_request(target_, 0, environment_.time).body.size();
    budget_ = std::make_unique<CostLimit>(shipped_prices().find(target_.call.model),
                                          worst_call(body, target_.call.max_tokens), limit);
    target_.budget = budget_.get();
  }
  StageResult run(const Stage& stage) {
    auto result = run_stage(target_, stage, settings_, interrupted_);
    EXPECT_TRUE(result);
    return *std::move(result);
  }
  std::uint64_t calls_served() { return next_entry(served_.stop().journal()) - 1; }

  FakeEnvironment environment_;
  ServedEmulator served_;
  Signer signer_;
  std::unique_ptr<CostLimit> budget_;
  Target target_;
  LoadSettings settings_;
  std::atomic<bool> interrupted_{false};
};

TEST_F(BenchLoad, AClosedLoopMeasuresEveryCall) {
  settings_.warm_up = {std::nullopt, 2};
  settings_.extent = {std::nullopt, 9};
  const StageResult result = run({3});
  EXPECT_EQ(result.calls.size(), 9U);
  EXPECT_EQ(result.warm_up_calls, 2U);
  EXPECT_EQ(result.workers, 3U);
  for (const CallSample& call : result.calls) {
    EXPECT_EQ(call.kind, kCompleteCall);
    EXPECT_EQ(call.output_tokens, 6);
    ASSERT_TRUE(call.first_token && call.gap && call.tokens_a_second);
    EXPECT_GE(*call.first_token, 20ms);
    EXPECT_GE(call.whole, 45ms);  // 20 ms and five times 5 ms
    EXPECT_LE(*call.first_token, call.whole);
  }
  EXPECT_EQ(result.gaps.size(), 9U * 5);
  EXPECT_EQ(calls_served(), 11U);
}

// One connection for calls that are due every 10 ms and take 50 ms: the k-th waits for those before
// it, and its time counts from when it was due. A closed loop's view of the same would be 50 ms.
TEST_F(BenchLoad, AnOpenLoopOmitsNobodysWait) {
  ask("converse", "amazon.nova-micro-v1:0");
  settings_.most_workers = 1;
  settings_.extent = {std::nullopt, 6};
  const StageResult result = run({1, 100.0, ArrivalPattern::kEven});
  ASSERT_EQ(result.calls.size(), 6U);
  for (std::size_t k = 0; k < result.calls.size(); ++k) {
    const CallSample& call = result.calls[k];
    const auto index = static_cast<int>(k);
    EXPECT_EQ(call.due, index * 10ms);
    EXPECT_GE(call.whole, 50ms + index * 40ms);
    EXPECT_GE(call.late, index * 40ms);
  }
  const StageSummary summary = summarise(result, {}, false, std::nullopt, kLatestTrusted);
  EXPECT_THAT(summary.invalid, HasSubstr("calls were made"));
  EXPECT_THAT(stage_text(summary), HasSubstr("INVALID"));
}

TEST_F(BenchLoad, AnOpenLoopTakesMoreWorkersWhereAnswersAreSlow) {
  ask("converse", "amazon.nova-micro-v1:0");
  settings_.extent = {std::nullopt, 12};
  const StageResult result = run({1, 200.0, ArrivalPattern::kPoisson});
  EXPECT_EQ(result.calls.size(), 12U);
  EXPECT_GT(result.workers, 1U);
  // The seed says when calls are due, whatever the answers did.
  Arrivals arrivals(ArrivalPattern::kPoisson, 200, Random(settings_.seed).derive("arrivals"));
  for (const CallSample& call : result.calls) EXPECT_EQ(call.due, arrivals.next());
}

TEST_F(BenchLoad, WhatGoesWrongIsNamed) {
  settings_.extent = {std::nullopt, 1};
  target_.options.read_timeout = 200ms;
  const auto kind_of = [this](const char* operation, const char* model, const char* prompt) {
    ask(operation, model, prompt);
    return run({1}).calls.at(0).kind;
  };
  constexpr const char* kHaiku = "anthropic.claude-3-haiku-20240307-v1:0";
  EXPECT_EQ(kind_of("converse-stream", kHaiku, "broken"), "partial: ended without its end");
  EXPECT_EQ(kind_of("invoke-stream", kHaiku, "reset"), "partial: connection broken");
  EXPECT_EQ(kind_of("converse-stream", kHaiku, "thrown"), "partial: throttlingException");
  EXPECT_EQ(kind_of("converse", kHaiku, "silent"), "read timeout");
  EXPECT_EQ(kind_of("invoke", "mistral.mistral-7b-instruct-v0:2", "Hi"), "ThrottlingException");
  served_.stop();
  EXPECT_EQ(kind_of("converse", kHaiku, "Hi"),
            "no connection: refused, unreachable, or no such host");
}

TEST_F(BenchLoad, AllFourOperationsCountTokens) {
  settings_.extent = {std::nullopt, 1};
  for (const char* operation : {"invoke", "invoke-stream", "converse", "converse-stream"}) {
    ask(operation, "anthropic.claude-3-haiku-20240307-v1:0");
    const CallSample call = run({1}).calls.at(0);
    EXPECT_EQ(call.kind, kCompleteCall) << operation;
    EXPECT_EQ(call.output_tokens, 6) << operation;
    EXPECT_GT(call.input_tokens.value_or(0), 0) << operation;
    EXPECT_EQ(call.first_token.has_value(), std::string_view(operation).ends_with("stream"));
  }
}

TEST_F(BenchLoad, StopsBeforeTheCallThatMightCostTooMuch) {
  const Money worst = budget_->worst();
  limit_cost(Money{worst.picos * 3 - 1});  // two at their worst, and no third one beside them
  settings_.extent = {std::nullopt, 100};
  const StageResult result = run({4});
  EXPECT_EQ(result.cut_short, CutShort::kMaxCost);
  EXPECT_GE(result.calls.size(), 2U);
  EXPECT_LT(result.calls.size(), 100U);
  EXPECT_LE(budget_->spent(), *budget_->limit());
  EXPECT_GT(budget_->spent(), Money{});
}

TEST_F(BenchLoad, AnInterruptedRunKeepsWhatItHas) {
  interrupted_ = true;
  const StageResult closed = run({2});
  EXPECT_EQ(closed.cut_short, CutShort::kInterrupted);
  EXPECT_TRUE(closed.calls.empty());
  EXPECT_EQ(run({1, 1.0, ArrivalPattern::kEven}).cut_short, CutShort::kInterrupted);
}

// A call that has no end ends with the grace; without that this test has none either.
TEST_F(BenchLoad, AnInterruptedRunEndsCallsThatDoNot) {
  ask("converse", "anthropic.claude-3-haiku-20240307-v1:0", "silent");
  settings_.grace = {};
  settings_.extent = {std::nullopt, 100};
  target_.options.read_timeout = 24h;
  auto running = std::async(std::launch::async, [this] { return run({2}); });
  while (served_.counts().requests == 0) std::this_thread::yield();
  interrupted_ = true;
  const StageResult result = running.get();
  EXPECT_EQ(result.cut_short, CutShort::kInterrupted);
  ASSERT_FALSE(result.calls.empty());
  EXPECT_EQ(result.calls[0].kind, "interrupted");
}

TEST_F(BenchLoad, AnEndpointWhereNobodyIsEndsTheStage) {
  served_.stop();
  settings_.extent = {std::nullopt, 100'000};
  const StageResult result = run({4});
  EXPECT_EQ(result.cut_short, CutShort::kNoAnswers);
  EXPECT_GE(result.calls.size(), kMostUnanswered);
  EXPECT_LT(result.calls.size(), kMostUnanswered + 4);
  EXPECT_EQ(summarise(result, {}, false, {}, 1h).invalid, "nobody answered any more");
}

TEST_F(BenchLoad, CredentialsThatEndEndTheStage) {
  Signer none(environment_, "", "us-east-1");  // the fake machine has none
  target_.signer = &none;
  settings_.extent = {std::nullopt, 100'000};
  const StageResult result = run({3});
  EXPECT_EQ(result.cut_short, CutShort::kNoCredentials);
  EXPECT_LE(result.calls.size(), 3U);
  EXPECT_EQ(summarise(result, {}, false, {}, 1h).invalid, result.calls.at(0).kind);
}

TEST_F(BenchLoad, TheDocumentIsReadAgainAndThePageHoldsIt) {
  const StageSummary summary = summarise(run({2}), {}, false, Stalls{1ms, 1ms}, 1h);
  EXPECT_EQ(summary.invalid, "");
  BenchFacts facts;
  facts.operation = "ConverseStream</script>";
  const Json document = bench_document(facts, {summary});
  const auto calls = calls_in(document["stages"][0]);
  ASSERT_TRUE(calls);
  ASSERT_EQ(calls->size(), 5U);
  for (std::size_t i = 0; i < calls->size(); ++i) {
    EXPECT_EQ((*calls)[i].whole, summary.result.calls[i].whole);
    EXPECT_EQ((*calls)[i].first_token, summary.result.calls[i].first_token);
  }
  const auto same = compare_runs(document, document, 1);
  ASSERT_TRUE(same);
  for (const Change& change : same->changes) {
    EXPECT_EQ(change.verdict, Change::Verdict::kNone) << change.metric;
  }
  const std::string page = bench_page(document);
  EXPECT_THAT(page, HasSubstr("ConverseStream\\u003c/script>"));
  EXPECT_EQ(page.find("/*DATA*/"), std::string::npos);
}

}  // namespace
}  // namespace bedlam::harness
