#include "emulator/script/latency.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace bedlam::script {
namespace {

using namespace std::chrono_literals;

Distribution parsed(std::string_view text) {
  const auto distribution = parse_distribution(text);
  EXPECT_TRUE(distribution) << text;
  return distribution.value_or(Constant{});
}

std::vector<Duration> sorted_draws(std::string_view text, int count = 20'000) {
  Random random(20'241'004);
  const Distribution distribution = parsed(text);
  std::vector<Duration> draws;
  for (int i = 0; i < count; ++i) draws.push_back(draw(distribution, random));
  std::sort(draws.begin(), draws.end());
  return draws;
}

TEST(ParseDistribution, ReadsEveryForm) {
  EXPECT_EQ(std::get<Constant>(parsed("800ms")).value, 800ms);
  EXPECT_EQ(std::get<Constant>(parsed(" 7.2s ")).value, 7'200ms);
  const auto uniform = std::get<Uniform>(parsed("uniform(1s, 2s)"));
  EXPECT_EQ(uniform.from, 1s);
  EXPECT_EQ(uniform.to, 2s);
  const auto normal = std::get<Normal>(parsed("normal(mean 1s, sd 200ms)"));
  EXPECT_EQ(normal.mean, 1s);
  EXPECT_EQ(normal.deviation, 200ms);
  const auto lognormal = std::get<Lognormal>(parsed("lognormal(median 800ms, p99 2.5s)"));
  EXPECT_EQ(lognormal.median, 800ms);
  EXPECT_EQ(lognormal.p99, 2'500ms);
  EXPECT_EQ(*std::get<Measured>(parsed("measured(1.1s, 700ms,820ms)")).values,
            (std::vector<Duration>{700ms, 820ms, 1'100ms}));
  EXPECT_EQ(std::get<Measured>(parsed("measured(1s)")).values->size(), 1U);
  const auto ramp = std::get<Ramp>(parsed("ramp(from 1s to 4s at 20 concurrent)"));
  EXPECT_EQ(ramp.from, 1s);
  EXPECT_EQ(ramp.to, 4s);
  EXPECT_EQ(ramp.full, 20);
  EXPECT_TRUE(parse_distribution("ramp( from 1 s  to 4 s at 20 concurrent )"));
  EXPECT_TRUE(parse_distribution("lognormal ( median 800ms , p99 2.5s )"));
  EXPECT_TRUE(parse_distribution("uniform(1s,1s)"));
}

TEST(ParseDistribution, RefusesEverythingElse) {
  for (const std::string_view text : {"",
                                      "fast",
                                      "800",
                                      "uniform",
                                      "uniform(",
                                      "uniform()",
                                      "uniform)",
                                      "uniform(1s)",
                                      "uniform(1s, 2s",
                                      "uniform(2s, 1s)",
                                      "uniform(1s, 2s, 3s)",
                                      "uniform(1s, 2s) ms",
                                      "normal(1s, 200ms)",
                                      "normal(sd 1s, mean 200ms)",
                                      "normal(mean 1s, sd -1s)",
                                      "lognormal(median 0s, p99 1s)",
                                      "lognormal(median 2s, p99 1s)",
                                      "lognormal(median 2s)",
                                      "gamma(1s, 2s)",
                                      "measured()",
                                      "measured(1s,)",
                                      "measured(1s, fast)",
                                      "measured 1s",
                                      "ramp(1s to 4s at 20 concurrent)",
                                      "ramp(from 4s to 1s at 20 concurrent)",
                                      "ramp(from 1s to 4s at 1 concurrent)",
                                      "ramp(from 1s to 4s at 20)",
                                      "ramp(from 1s to 4s)",
                                      "ramp(from 1s at 20 concurrent to 4s)",
                                      "ramp(from 1s to 4s at 20 calls)",
                                      "ramp(from 1s to 4s at -2 concurrent)",
                                      "ramp(from 1s to 4s at 99999999999 concurrent)"}) {
    EXPECT_EQ(parse_distribution(text), std::nullopt) << text;
  }
}

TEST(Draw, LognormalHasItsMedianAndItsP99) {
  const auto draws = sorted_draws("lognormal(median 800ms, p99 2.5s)");
  EXPECT_NEAR(seconds(draws[10'000]), 0.8, 0.8 * 0.03);
  EXPECT_NEAR(seconds(draws[19'800]), 2.5, 2.5 * 0.03);
  EXPECT_GT(draws.front(), 0s);
}

TEST(Draw, NormalHasItsMeanAndDeviation) {
  const auto draws = sorted_draws("normal(mean 1s, sd 200ms)");
  EXPECT_NEAR(seconds(draws[10'000]), 1.0, 0.01);
  EXPECT_NEAR(seconds(draws[16'827]), 1.2, 0.02);  // 84.13 % lie below one deviation
}

TEST(Draw, NegativeDrawsCountAsZero) {
  const auto draws = sorted_draws("normal(mean 0s, sd 1s)");
  EXPECT_EQ(draws.front(), 0s);
  EXPECT_EQ(draws[9'800], 0s);
  EXPECT_GT(draws[10'200], 0s);
}

TEST(Draw, UniformFillsItsInterval) {
  const auto draws = sorted_draws("uniform(1s, 2s)");
  EXPECT_GE(draws.front(), 1s);
  EXPECT_LE(draws.back(), 2s);
  EXPECT_NEAR(seconds(draws[5'000]), 1.25, 0.02);
  EXPECT_NEAR(seconds(draws[15'000]), 1.75, 0.02);
}

// The inverse of a step function: each value on a share of the draws that is its share of the
// values.
TEST(Draw, MeasuredValuesComeAsOftenAsTheyWereMeasured) {
  const auto draws = sorted_draws("measured(3s, 1s, 2s, 2s)");
  const auto share = [&](Duration value) {
    return static_cast<double>(std::count(draws.begin(), draws.end(), value)) / 20'000;
  };
  EXPECT_NEAR(share(1s), 0.25, 0.01);
  EXPECT_NEAR(share(2s), 0.5, 0.01);
  EXPECT_NEAR(share(3s), 0.25, 0.01);
  EXPECT_EQ(draws[4'000], 1s);
  EXPECT_EQ(draws[10'000], 2s);
  EXPECT_EQ(draws[16'000], 3s);
}

// A larger uniform number never draws a smaller value, as with every inverse.
TEST(Draw, MeasuredValuesFollowTheUniformNumber) {
  const Distribution values = parsed("measured(5s, 1s, 4s, 2s, 3s)");
  Random drawn(3), twin(3);
  for (int i = 0; i < 100; ++i) {
    const auto at = static_cast<int>(twin.uniform() * 5);
    EXPECT_EQ(draw(values, drawn), std::chrono::seconds(at + 1));
  }
}

Duration at(std::string_view ramp, int in_flight) {
  return std::get<Constant>(*at_load({parsed(ramp), {}, {}}, in_flight).total).value;
}

// from + (to - from) × (n - 1) / (full - 1), and no more beyond.
TEST(AtLoad, ARampGrowsWithTheCallsInFlight) {
  EXPECT_EQ(at("ramp(from 1s to 4s at 20 concurrent)", 1), 1s);
  EXPECT_EQ(at("ramp(from 1s to 4s at 20 concurrent)", 2), 1'157'894'736ns);  // 1 s + 3 s / 19
  EXPECT_EQ(at("ramp(from 1s to 4s at 4 concurrent)", 3), 3s);
  EXPECT_EQ(at("ramp(from 1s to 4s at 20 concurrent)", 20), 4s);
  EXPECT_EQ(at("ramp(from 1s to 4s at 20 concurrent)", 5'000), 4s);
  EXPECT_EQ(at("ramp(from 1s to 4s at 20 concurrent)", 0), 1s);
  EXPECT_EQ(at("ramp(from 0s to 36500d at 1000000 concurrent)", 1'000'000), kLongestDuration);
}

TEST(AtLoad, EitherPartMayHaveARamp) {
  Random random(1);
  const Latency latency{{},
                        parsed("ramp(from 1s to 2s at 2 concurrent)"),
                        parsed("ramp(from 1ms to 5ms at 2 concurrent)")};
  EXPECT_EQ(token_times(at_load(latency, 1), 3, random),
            (std::vector<Duration>{1s, 1'001ms, 1'002ms}));
  EXPECT_EQ(token_times(at_load(latency, 2), 3, random),
            (std::vector<Duration>{2s, 2'005ms, 2'010ms}));
}

TEST(AtLoad, OtherDistributionsStayAsTheyAre) {
  const Latency latency = at_load({{}, parsed("uniform(1s, 2s)"), {}}, 50);
  EXPECT_EQ(std::get<Uniform>(*latency.first_token).to, 2s);
  EXPECT_FALSE(latency.total || latency.per_token);
}

TEST(Draw, AConstantDrawsNothing) {
  Random drawn(1), untouched(1);
  EXPECT_EQ(draw(Constant{7'200ms}, drawn), 7'200ms);
  EXPECT_EQ(drawn.next(), untouched.next());
}

TEST(Draw, TheSameSeedDrawsTheSame) {
  EXPECT_EQ(sorted_draws("lognormal(median 800ms, p99 2.5s)", 100),
            sorted_draws("lognormal(median 800ms, p99 2.5s)", 100));
}

TEST(Draw, ExtremesStayInsideADuration) {
  Random random(1);
  const Distribution wide = parsed("lognormal(median 1ns, p99 36500d)");
  const Distribution far = parsed("normal(mean 36500d, sd 36500d)");
  for (int i = 0; i < 10'000; ++i) {
    for (const Distribution& distribution : {wide, far}) {
      const Duration value = draw(distribution, random);
      ASSERT_GE(value, 0s);
      ASSERT_LE(value, kLongestDuration);
    }
  }
}

std::vector<Duration> times(const Latency& latency, int tokens) {
  Random random(1);
  return token_times(latency, tokens, random);
}

TEST(TokenTimes, ATotalEndsExactlyWithItsLastToken) {
  const auto at = times({Constant{7'200ms}, {}, {}}, 300);
  ASSERT_EQ(at.size(), 300U);
  EXPECT_EQ(at.front(), 24ms);
  EXPECT_EQ(at[149], 3'600ms);
  EXPECT_EQ(at.back(), 7'200ms);
}

TEST(TokenTimes, ATotalThatDoesNotDivideIsSpreadWithoutDrift) {
  for (const int tokens : {1, 3, 7, 90, 299, 700, 99'991}) {
    const auto at = times({Constant{5'200'000'001ns}, {}, {}}, tokens);
    EXPECT_EQ(at.back(), 5'200'000'001ns) << tokens;
    const Duration step = 5'200'000'001ns / tokens;
    for (std::size_t i = 1; i < at.size(); ++i) {
      ASSERT_GE(at[i] - at[i - 1], step);
      ASSERT_LE(at[i] - at[i - 1], step + 1ns);
    }
  }
}

TEST(TokenTimes, LongTotalsOverManyTokensDoNotOverflow) {
  const auto at = times({Constant{kLongestDuration}, {}, {}}, 1'000'000);
  EXPECT_EQ(at.back(), kLongestDuration);
  EXPECT_TRUE(std::is_sorted(at.begin(), at.end()));
}

// 900 ms + 119 × 25 ms: the 120th token of the design's stalled stream.
TEST(TokenTimes, PartsAddUpAbsolutely) {
  const auto at = times({{}, Constant{900ms}, Constant{25ms}}, 400);
  EXPECT_EQ(at.front(), 900ms);
  EXPECT_EQ(at[119], 3'875ms);
  EXPECT_EQ(at.back(), 900ms + 399 * 25ms);
}

TEST(TokenTimes, EitherPartMayBeMissing) {
  EXPECT_EQ(times({{}, {}, Constant{10ms}}, 3), (std::vector<Duration>{0ms, 10ms, 20ms}));
  EXPECT_EQ(times({{}, Constant{1s}, {}}, 3), (std::vector<Duration>{1s, 1s, 1s}));
  EXPECT_EQ(times({}, 2), (std::vector<Duration>{0s, 0s}));
}

TEST(TokenTimes, EveryGapIsDrawnAnew) {
  const auto at = times({{}, {}, parsed("uniform(10ms, 30ms)")}, 200);
  std::vector<Duration> gaps;
  for (std::size_t i = 1; i < at.size(); ++i) {
    gaps.push_back(at[i] - at[i - 1]);
    ASSERT_GE(gaps.back(), 10ms);
    ASSERT_LE(gaps.back(), 30ms);
  }
  std::sort(gaps.begin(), gaps.end());
  EXPECT_GT(std::unique(gaps.begin(), gaps.end()) - gaps.begin(), 190);
}

TEST(TokenTimes, SumsEndAtTheLongestDuration) {
  const auto at = times({{}, Constant{kLongestDuration}, Constant{kLongestDuration}}, 5);
  EXPECT_EQ(at.back(), kLongestDuration);
}

TEST(TokenTimes, AnAnswerHasAtLeastOneToken) {
  EXPECT_EQ(times({Constant{1s}, {}, {}}, 0), (std::vector<Duration>{1s}));
  EXPECT_EQ(times({Constant{1s}, {}, {}}, -3), (std::vector<Duration>{1s}));
}

}  // namespace
}  // namespace bedlam::script
