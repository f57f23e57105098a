// What changed between two runs, beyond noise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "emulator/base/random.h"
#include "harness/bench/compare.h"
#include "harness/bench/document.h"
#include "harness/bench/summary.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

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
