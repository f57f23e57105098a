// Loads against an emulator behind a socket: how many calls, from when their times count, what they
// may cost. Nothing is asserted of the clock but what the emulator guarantees: never sooner than
// scripted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <limits>
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

TEST(BenchValidity, SeesStallsOfItsOwn) {
  int naps = 0;
  MachineTime woke;
  const http::Lateness seen = watch_naps([&] { return naps < 300; }, MachineTime{},
                                         [&](MachineTime due) {
                                           woke = due + (++naps == 100 ? 3s : 0s);
                                           return woke;
                                         });
  EXPECT_EQ(seen.count(), 300U);
  EXPECT_EQ(stalls_of(seen).longest, 3s);
  EXPECT_LT(stalls_of(seen).p99, 1ms);
  EXPECT_EQ(woke, MachineTime{} + 300ms + 3s);
  StageResult result;
  result.calls.emplace_back();
  EXPECT_EQ(summarise(result, {}, false, Stalls{}, kLatestTrusted).invalid, "");
  EXPECT_THAT(summarise(result, {}, false, Stalls{20ms, 20ms}, kLatestTrusted).invalid,
              HasSubstr("the emulator's own timers ran 20.0 ms late (p99)"));
  EXPECT_THAT(summarise(result, {}, false, Stalls{0ms, 101ms}, kLatestTrusted).invalid,
              HasSubstr("101 ms late (once), and 100 ms"));
  result.stalls = {11ms, 11ms};
  EXPECT_THAT(summarise(result, {}, false, {}, kLatestTrusted).invalid,
              HasSubstr("bench itself woke 11.0 ms late (p99)"));
  result.stalls = stalls_of(seen);
  EXPECT_THAT(summarise(result, {}, false, {}, kLatestTrusted).invalid,
              HasSubstr("bench itself woke 3.00 s late (once)"));
}

TEST(BenchValidity, AStageWithoutACallIsInvalidHoweverItEnded) {
  StageResult result;
  result.cut_short = CutShort::kMaxCost;
  EXPECT_EQ(summarise(result, {}, false, {}, 1h).invalid, "no call was made");
}

TEST(BenchValidity, FirstCallsAreNotLateAndDoNotCount) {
  StageResult result;
  result.calls.resize(10);
  result.calls[9].late = 5ms;
  EXPECT_EQ(summarise(result, {}, false, {}, 1h).late.sorted, Values{0.005});
}

TEST(BenchText, ControlCharactersAreShownAndNotSent) {
  EXPECT_EQ(printable("A\x1b[31mB\x07\nl\x7f\xc2\x9bx\xc3\xa9"),
            "A\\x1b[31mB\\x07\\x0al\\x7f\\x9bx\xc3\xa9");
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

TEST(BenchBudget, CountsWhatIsInFlightAtItsWorst) {
  ModelPrice price;
  price.input = 1;  // USD for 1,000 tokens
  price.output = 2;
  CostLimit budget(&price, {1000, 1000}, Money::from_usd(7));  // 3 USD each at worst
  EXPECT_EQ(budget.worst(), Money::from_usd(3));
  EXPECT_TRUE(budget.reserve(true));
  EXPECT_TRUE(budget.reserve(true));
  CallSample cheap;
  cheap.input_tokens = 100;
  cheap.output_tokens = 200;
  EXPECT_FALSE(budget.reserve(false));
  // A third beside two that may take 6 USD waits for what one of them takes.
  auto third = std::async(std::launch::async, [&budget] { return budget.reserve(true); });
  budget.settle(cheap, false);
  EXPECT_TRUE(third.get());  // 0.5 and two at their worst
  EXPECT_EQ(budget.spent(), Money::from_usd(0.5));
  CallSample broken;
  broken.kind = "partial: connection broken";
  budget.settle(broken, false);
  EXPECT_EQ(budget.spent(), Money::from_usd(3.5));
  CallSample throttled;
  throttled.kind = "ThrottlingException";
  budget.settle(throttled, true);
  EXPECT_EQ(budget.spent(), Money::from_usd(3.5));
  EXPECT_TRUE(budget.reserve(true));
  budget.settle(broken, false);
  EXPECT_FALSE(budget.reserve(true));  // 6.5 and 3 are more than 7, whatever else is under way
}

// Writing to the prompt cache is dearer than input, and its tokens are not among the input's.
TEST(BenchBudget, CountsThePromptCache) {
  ModelPrice price;
  price.input = 1;  // USD for 1,000 tokens
  price.output = 2;
  price.cache_read = 0.1;
  price.cache_write = 1.25;
  CostLimit budget(&price, {1000, 1000}, std::nullopt);
  EXPECT_EQ(budget.worst(), Money::from_usd(3.25));
  CallSample written;
  written.input_tokens = 10;
  written.output_tokens = 100;
  written.cache_read_tokens = 1000;
  written.cache_written_tokens = 2000;
  budget.settle(written, false);
  EXPECT_EQ(budget.spent(), Money::from_usd(0.01 + 0.2 + 0.1 + 2.5));
}

TEST(BenchEstimate, SaysWhatARunCanCost) {
  LoadSettings settings;
  settings.warm_up = {std::nullopt, 10};
  settings.extent = {std::nullopt, 90};
  EXPECT_EQ(calls_planned({{1}, {4}}, settings), 200U);
  settings = {};
  settings.extent = {10s, std::nullopt};
  EXPECT_EQ(calls_planned({{4}}, settings), std::nullopt);
  EXPECT_EQ(calls_planned({{1, 10.0}}, settings), 130U);  // 100 and three times its root
}

std::optional<int> limit_in(const char* body, const char* operation, const char* model) {
  return max_tokens_in(*parse_json(body), *bench_operation(operation), model);
}

// What another family or operation calls its limit is none: the service passes it over.
TEST(BenchEstimate, ALimitCountsWhereTheOperationAndTheFamilyHaveIt) {
  constexpr const char* kHaiku = "anthropic.claude-3-haiku-20240307-v1:0";
  constexpr const char* kBoth = R"({"max_tokens":5,"inferenceConfig":{"maxTokens":7}})";
  EXPECT_EQ(limit_in(kBoth, "converse", kHaiku), 7);
  EXPECT_EQ(limit_in(kBoth, "invoke", kHaiku), 5);
  EXPECT_EQ(limit_in(kBoth, "invoke", "eu.amazon.nova-micro-v1:0"), 7);
  EXPECT_EQ(limit_in(R"({"max_tokens":5})", "converse-stream", kHaiku), std::nullopt);
  EXPECT_EQ(limit_in(R"({"max_gen_len":9,"max_tokens":1})", "invoke", "meta.llama3-8b-v1:0"), 9);
  EXPECT_EQ(limit_in(R"({"max_gen_len":9,"max_tokens":1})", "invoke", "some-profile"), 9);
  EXPECT_EQ(limit_in(R"({"messages":[]})", "converse", kHaiku), std::nullopt);
  EXPECT_EQ(limit_in("[]", "invoke", kHaiku), std::nullopt);
  EXPECT_EQ(limit_in(R"({"max_tokens":-5})", "invoke", kHaiku), std::nullopt);
  EXPECT_EQ(limit_in(R"({"max_tokens":99999999999})", "invoke", kHaiku), 2147483647);
}

TEST(BenchEstimate, SeveralAnswersCostSeveralTimes) {
  EXPECT_EQ(answers_in(*parse_json(R"({"imageGenerationConfig":{"numberOfImages":5}})")), 5);
  EXPECT_EQ(answers_in(*parse_json(R"({"n":3})")), 3);
  EXPECT_EQ(answers_in(*parse_json(R"({"numResults":2})")), 2);
  EXPECT_EQ(answers_in(*parse_json(R"({"num_generations":4})")), 4);
  EXPECT_EQ(answers_in(*parse_json(R"({"additionalModelRequestFields":{"n":6}})")), 6);
  EXPECT_EQ(answers_in(*parse_json(R"({"n":-3})")), 1);
  EXPECT_EQ(answers_in(Json()), 1);
  EXPECT_EQ(worst_call(10, 100, 3).output_tokens, 300);
  EXPECT_EQ(worst_call(10, 2'000'000'000, 3).output_tokens, 2147483647);
  ModelPrice canvas;
  canvas.image = 0.04;
  EXPECT_EQ(CostLimit(&canvas, worst_call(10, 256, 5), std::nullopt).worst(), Money::from_usd(0.2));
}

TEST(BenchEstimate, NoSumOverflows) {
  ModelPrice dear;
  dear.input = dear.output = 1e6;
  CostLimit budget(&dear, {2'000'000'000, 2'000'000'000}, std::nullopt);
  Target target;
  target.endpoint = *parse_endpoint("http://example.com");
  EXPECT_THAT(estimate_text(target, budget, 1'000'000'000'000, "d"), HasSubstr("or more together"));
  for (int i = 0; i < 30; ++i) EXPECT_TRUE(budget.reserve(true));
  for (int i = 0; i < 30; ++i) budget.settle({}, false);
  EXPECT_GT(budget.spent(), Money::from_usd(1e6));
  LoadSettings settings;
  settings.extent = {std::nullopt, std::numeric_limits<std::uint64_t>::max()};
  EXPECT_GT(*calls_planned({{1}, {2}, {3}}, settings), 1'000'000'000'000U);
}

Json run_with(std::uint64_t seed, double first_token_s, int failures) {
  Random random(seed);
  StageResult result;
  for (int i = 0; i < 300; ++i) {
    CallSample call;
    const double first = first_token_s * (1 + 0.1 * random.normal());
    call.first_token = from_seconds(first);
    call.whole = from_seconds(first + 1 + 0.05 * random.normal());
    if (i < failures) call.kind = "ThrottlingException";
    result.calls.push_back(call);
  }
  return bench_document({}, {summarise(result, {}, false, std::nullopt, 1h)});
}

const Change& change_in(const Comparison& comparison, const std::string& metric) {
  for (const Change& change : comparison.changes) {
    if (change.metric == metric) return change;
  }
  throw std::out_of_range(metric);
}

TEST(BenchCompare, NoiseIsNoChangeAndAChangeIsOne) {
  const Json before = run_with(1, 0.5, 2);
  const auto noise = compare_runs(before, run_with(2, 0.5, 4), 1);
  ASSERT_TRUE(noise);
  EXPECT_FALSE(noise->worse());
  for (const Change& change : noise->changes) {
    EXPECT_EQ(change.verdict, Change::Verdict::kNone) << change.metric;
  }
  const auto slower = compare_runs(before, run_with(2, 0.55, 40), 1);
  ASSERT_TRUE(slower);
  EXPECT_TRUE(slower->worse());
  const Change& first = change_in(*slower, "first_token");
  EXPECT_EQ(first.verdict, Change::Verdict::kWorse);
  EXPECT_EQ(first.quantiles.at(0).name, std::string("p50"));
  EXPECT_LE(first.quantiles.at(0).difference.low, 0.05);
  EXPECT_GE(first.quantiles.at(0).difference.high, 0.05);
  EXPECT_EQ(change_in(*slower, "errors").verdict, Change::Verdict::kWorse);
  const auto faster = compare_runs(run_with(1, 0.55, 40), run_with(2, 0.5, 2), 1);
  EXPECT_EQ(change_in(*faster, "first_token").verdict, Change::Verdict::kBetter);
  EXPECT_EQ(change_in(*faster, "errors").verdict, Change::Verdict::kBetter);
  EXPECT_FALSE(faster->worse());
  EXPECT_THAT(comparison_text(*slower), HasSubstr("time to first token: SLOWER"));
}

// A difference that any test notices in enough calls, and that nobody would.
TEST(BenchCompare, ANegligibleDifferenceIsNone) {
  const auto comparison = compare_runs(run_with(1, 0.5, 0), run_with(2, 0.503, 0), 1);
  ASSERT_TRUE(comparison);
  EXPECT_EQ(change_in(*comparison, "first_token").verdict, Change::Verdict::kNone);
}

// Calls of one run share what the machine does just then: here all of them are up to 1 % off
// together, which any test that takes them for independent sees.
TEST(BenchCompare, EqualRunsWithCallsThatDependOnEachOtherAreEqual) {
  const auto run_of = [](std::uint64_t seed) {
    Random random(seed);
    StageResult result;
    const double shared = 1 + 0.01 * (2 * random.uniform() - 1);
    for (int i = 0; i < 400; ++i) {
      CallSample call;
      call.whole = from_seconds(0.02 * shared * (1 + 0.002 * random.normal()));
      call.tokens_a_second = 10 / seconds(call.whole);
      result.calls.push_back(call);
    }
    return bench_document({}, {summarise(result, {}, false, std::nullopt, 1h)});
  };
  bool noticed = false;
  for (std::uint64_t seed = 1; seed < 9; ++seed) {
    const auto comparison = compare_runs(run_of(1), run_of(seed + 1), 1);
    ASSERT_TRUE(comparison);
    for (const Change& change : comparison->changes) {
      noticed = noticed || (change.p < kSignificance && std::abs(change.delta) > kLeastDelta);
      EXPECT_EQ(change.verdict, Change::Verdict::kNone) << change.metric << " " << seed;
    }
  }
  EXPECT_TRUE(noticed);
}

// 10 % of half a second, by runs that were 100 ms late themselves.
TEST(BenchCompare, WhatTheRunsOwnLatenessCouldHaveMadeIsNoChange) {
  Json before = run_with(1, 0.5, 0), after = run_with(2, 0.55, 0);
  EXPECT_TRUE(compare_runs(before, after, 1)->worse());
  after["stages"][0]["late"]["p99"] = 0.1;
  EXPECT_FALSE(compare_runs(before, after, 1)->worse());
}

TEST(BenchCompare, NotesSayWhatWasNotComparedOrSaysLittle) {
  Json before = run_with(1, 0.5, 0), after = before;
  before["request_sha256"] = "ab";
  before["stages"][0]["valid"] = false;
  before["stages"][0]["invalid"] = "it slept";
  before["stages"].push_back(before["stages"][0]);
  before["stages"][1]["label"] = "9 at a time";
  before["stages"][0]["arrivals"] = "even";
  after["stages"][0]["arrivals"] = "poisson";
  after["stages"][0]["cut_short"] = "max cost";
  const auto comparison = compare_runs(before, after, 1);
  ASSERT_TRUE(comparison);
  const std::string text = comparison_text(*comparison);
  EXPECT_THAT(text, HasSubstr("the runs differ in request_sha256"));
  EXPECT_THAT(text, HasSubstr("'1 at a time' of the run before was invalid: it slept"));
  EXPECT_THAT(text, HasSubstr("this run has no stage '9 at a time'"));
  EXPECT_THAT(text, HasSubstr("differ in arrivals of '1 at a time': even and poisson"));
  EXPECT_THAT(text, HasSubstr("'1 at a time' of this run ended early: max cost"));
}

TEST(BenchCompare, StagesAskedForTwiceHaveNamesOfTheirOwn) {
  std::vector<Stage> stages{{4}, {1, 50.0}, {4}, {1, 50.0}, {4}};
  number_stages(stages);
  EXPECT_EQ(stages[0].label(), "4 at a time");
  EXPECT_EQ(stages[2].label(), "4 at a time (2)");
  EXPECT_EQ(stages[3].label(), "50 a second (2)");
  EXPECT_EQ(stages[4].label(), "4 at a time (3)");
}

TEST(BenchCompare, WhatIsNoDocumentIsSaid) {
  const Json after = run_with(1, 0.5, 0);
  for (const char* text : {"{}", "[]", R"({"bench":2,"stages":[]})", R"({"bench":1})",
                           R"({"bench":1,"stages":[{"label":"x","calls":[[1]]}]})"}) {
    EXPECT_FALSE(compare_runs(*parse_json(text), after, 1)) << text;
  }
  const auto other = compare_runs(
      *parse_json(R"({"bench":1,"model":"m","stages":[{"label":"64 at a time","calls":[]}]})"),
      after, 1);
  ASSERT_TRUE(other);
  EXPECT_TRUE(other->changes.empty());
  EXPECT_EQ(other->notes.size(), 3U);  // the model, and each run's stage
}

}  // namespace
}  // namespace bedlam::harness
