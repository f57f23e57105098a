// Statistics of calibration and comparison, against published values, and fits that find the
// distribution again that values were drawn from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "emulator/base/random.h"
#include "harness/calibrate/fit.h"
#include "harness/calibrate/kolmogorov.h"

namespace bedlam::harness {
namespace {

using testing::DoubleNear;

std::vector<double> numbers(int from, int count) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(from + i);
  return values;
}

// N. Smirnov, "Table for estimating the goodness of fit of empirical distributions" (1948): the
// values of λ that are exceeded in 10, 5 and 1 of 100 cases, and L(0.50) and L(2.00).
TEST(Kolmogorov, TailIsSmirnovsTable) {
  EXPECT_NEAR(kolmogorov_tail(1.2238), 0.10, 5e-5);
  EXPECT_NEAR(kolmogorov_tail(1.3581), 0.05, 5e-5);
  EXPECT_NEAR(kolmogorov_tail(1.6276), 0.01, 5e-6);
  EXPECT_NEAR(1 - kolmogorov_tail(0.50), 0.036055, 5e-7);
  EXPECT_NEAR(1 - kolmogorov_tail(1.00), 0.730000, 5e-7);
  EXPECT_NEAR(1 - kolmogorov_tail(2.00), 0.999329, 5e-7);
  EXPECT_EQ(kolmogorov_tail(0), 1);
}

TEST(Kolmogorov, BothSeriesMeet) {
  EXPECT_NEAR(kolmogorov_tail(1.1799), kolmogorov_tail(1.1801), 1e-3);
  EXPECT_GT(kolmogorov_tail(1.1799), kolmogorov_tail(1.1801));
}

// Two samples that do not overlap are one of two orders among all (2n over n): 2/20, 2/70, 2/252.
TEST(Kolmogorov, SamplesThatDoNotOverlap) {
  for (const auto& [n, p] : std::vector<std::pair<int, double>>{
           {3, 2.0 / 20}, {4, 2.0 / 70}, {5, 2.0 / 252}, {10, 2.0 / 184756}}) {
    const TwoSamples found = compare_samples(numbers(0, n), numbers(100, n));
    EXPECT_EQ(found.distance, 1);
    EXPECT_TRUE(found.exact);
    EXPECT_NEAR(found.p, p, 1e-12);
    EXPECT_NEAR(smallest_p(static_cast<std::size_t>(n), static_cast<std::size_t>(n)), p, 1e-9);
  }
}

// F. J. Massey, "The distribution of the maximum deviation between two sample cumulative step
// functions" (1951), table 1: P(D ≤ k/n) for two samples of n: 0.920635 of 5 with k 3, 0.947552 and
// 0.987659 of 10 with k 5 and 6.
TEST(Kolmogorov, MasseysTable) {
  const TwoSamples five = compare_samples({1, 2, 3, 4, 6}, {5, 7, 8, 9, 10});
  EXPECT_NEAR(five.distance, 0.8, 1e-12);
  EXPECT_NEAR(five.p, 1 - 0.920635, 1e-6);
  const TwoSamples six =
      compare_samples(numbers(0, 10), {5.5, 6.5, 7.5, 8.5, 10, 11, 12, 13, 14, 15});
  EXPECT_NEAR(six.distance, 0.6, 1e-12);
  EXPECT_NEAR(six.p, 1 - 0.947552, 1e-6);
  const TwoSamples seven =
      compare_samples(numbers(0, 10), {6.5, 7.5, 8.5, 9.5, 10, 11, 12, 13, 14, 15});
  EXPECT_NEAR(seven.distance, 0.7, 1e-12);
  EXPECT_NEAR(seven.p, 1 - 0.987659, 1e-6);
}

TEST(Kolmogorov, SamplesOfDifferentSizesAndWithTies) {
  // By hand: of the 3 orders of one value and two, D = 1 in two (the one first, or last).
  EXPECT_NEAR(compare_samples({1}, {2, 3}).p, 2.0 / 3, 1e-12);
  EXPECT_EQ(compare_samples({1}, {2, 3}).distance, 1);
  EXPECT_EQ(compare_samples({1, 2, 2, 3}, {1, 2, 2, 3}).p, 1);
  EXPECT_NEAR(compare_samples({1, 1, 1, 1}, {1, 1, 2, 2}).distance, 0.5, 1e-12);
}

TEST(Kolmogorov, LargeSamplesNearTheExactCount) {
  Random random(5);
  std::vector<double> a, b;
  for (int i = 0; i < 2'100; ++i) {
    a.push_back(random.normal());
    b.push_back(random.normal() + 0.04);
  }
  const TwoSamples all = compare_samples(a, b);
  EXPECT_FALSE(all.exact);
  a.resize(1'990);
  b.resize(1'990);
  const TwoSamples exact = compare_samples(a, b);
  EXPECT_TRUE(exact.exact);
  EXPECT_NEAR(exact.p, kolmogorov_tail(exact.distance * std::sqrt(995.0)), 0.02);
}

TEST(Kolmogorov, AShiftWithinTheToleranceIsNoDifference) {
  const std::vector<double> a = numbers(0, 20),
                            near = {0.5,  1.5,  2.5,  3.5,  4.5,  5.5,  6.5,  7.5,  8.5,  9.5,
                                    10.5, 11.5, 12.5, 13.5, 14.5, 15.5, 16.5, 17.5, 18.5, 19.5};
  EXPECT_EQ(compare_samples_but_for(0.5, a, near).distance, 0);
  EXPECT_EQ(compare_samples_but_for(0.5, a, near).p, 1);
  // One that is larger is one still, less the tolerance: 10 of 20 values lie beside.
  EXPECT_NEAR(compare_samples_but_for(0.5, a, numbers(11, 20)).distance, 0.55, 1e-12);
  EXPECT_NEAR(compare_samples_but_for(1, a, numbers(11, 20)).distance, 0.5, 1e-12);
}

TEST(Kolmogorov, DistanceToADistribution) {
  const auto uniform = [](double x) { return x; };
  EXPECT_NEAR(distance_to({0.1, 0.2, 0.9}, uniform), 2.0 / 3 - 0.2, 1e-12);
  EXPECT_NEAR(distance_to({0.5}, uniform), 0.5, 1e-12);
}

// The lady tasting tea (R. A. Fisher, "The design of experiments", 1935): 3 of 4 against 1 of 4,
// one-sided 17/70, two-sided 34/70.
TEST(Fisher, TheLadyTastingTea) {
  EXPECT_NEAR(fisher_p(3, 4, 1, 4), 34.0 / 70, 1e-9);
  EXPECT_NEAR(fisher_p(4, 4, 0, 4), 2.0 / 70, 1e-9);
  EXPECT_NEAR(fisher_p(0, 4, 0, 9), 1, 1e-9);
}

// S. Holm, "A simple sequentially rejective multiple test procedure" (1979): p·(m − i + 1), never
// less than the one before.
TEST(Holm, StepsDown) {
  EXPECT_THAT(holm({0.04, 0.01, 0.03}),
              testing::ElementsAre(DoubleNear(0.06, 1e-12), DoubleNear(0.03, 1e-12),
                                   DoubleNear(0.06, 1e-12)));
  EXPECT_THAT(holm({0.9, 0.8}), testing::ElementsAre(1, 1));
  EXPECT_TRUE(holm({}).empty());
}

// ---- fits

std::vector<Measurement> drawn(const char* distribution, std::size_t count, double per_size = 0) {
  const auto from = script::parse_distribution(distribution);
  Random random(11);
  std::vector<Measurement> measured;
  for (std::size_t i = 0; i < count; ++i) {
    const auto size = static_cast<double>(100 * (i % 7));
    measured.push_back({size, seconds(script::draw(*from, random)) + per_size * size});
  }
  return measured;
}

// Bands are four standard errors wide on each side: σ/√n of a mean, σ/√(2n) of a deviation.
TEST(Fit, FindsANormalAgain) {
  constexpr std::size_t kCount = 400;
  const Fit found = fit(drawn("normal(mean 1s, sd 200ms)", kCount));
  EXPECT_EQ(found.kind, Fit::Kind::kNormal);
  EXPECT_EQ(found.per_size, 0);
  EXPECT_NEAR(found.at_zero, 1, 4 * 0.2 / std::sqrt(kCount));
  EXPECT_NEAR(found.spread, 0.2, 4 * 0.2 / std::sqrt(2 * kCount));
  EXPECT_FALSE(found.poor()) << found.p;
}

TEST(Fit, FindsALognormalAgain) {
  constexpr std::size_t kCount = 400;
  const double sigma = std::log(2.5 / 0.8) / 2.3263478740408408;
  const Fit found = fit(drawn("lognormal(median 800ms, p99 2.5s)", kCount));
  EXPECT_EQ(found.kind, Fit::Kind::kLognormal);
  EXPECT_NEAR(std::log(found.at_zero / 0.8), 0, 4 * sigma / std::sqrt(kCount));
  EXPECT_NEAR(found.spread, sigma, 4 * sigma / std::sqrt(2 * kCount));
  EXPECT_FALSE(found.poor()) << found.p;
  const auto at = std::get<script::Lognormal>(found.at(0));
  EXPECT_NEAR(seconds(at.p99) / seconds(at.median), std::exp(2.3263478740408408 * found.spread),
              1e-3);
}

TEST(Fit, FindsAConstantAgain) {
  const Fit found = fit(drawn("uniform(999800us, 1000200us)", 50));
  EXPECT_EQ(found.kind, Fit::Kind::kConstant);
  EXPECT_NEAR(found.at_zero, 1, 0.0002);
  EXPECT_TRUE(std::holds_alternative<script::Constant>(found.at(0)));
}

// A millisecond is much where a token takes two.
TEST(Fit, ShortTimesVaryToo) {
  const Fit found = fit(drawn("normal(mean 2300us, sd 400us)", 300));
  EXPECT_EQ(found.kind, Fit::Kind::kNormal);
  EXPECT_NEAR(found.spread, 0.0004, 4 * 0.0004 / std::sqrt(600.0));
}

TEST(Fit, FindsWhatGrowsWithThePrompt) {
  constexpr std::size_t kCount = 700;
  const Fit found = fit(drawn("normal(mean 1s, sd 50ms)", kCount, 0.0005));
  // The standard error of a slope: σ / (√n · the sizes' deviation, which is 200).
  EXPECT_NEAR(found.per_size, 0.0005, 4 * 0.05 / std::sqrt(kCount) / 200);
  EXPECT_NEAR(found.at_zero, 1,
              4 * 0.05 * std::sqrt(1.0 / kCount + 300.0 * 300 / (kCount * 40000.0)));
  EXPECT_NEAR(seconds(std::get<script::Normal>(found.at(1000)).mean), 1.5, 0.02);
}

TEST(Fit, SaysWhenNothingFits) {
  std::vector<Measurement> measured;
  for (int i = 0; i < 200; ++i) measured.push_back({0, i % 2 == 0 ? 0.1 : 1.0});
  const Fit found = fit(measured);
  EXPECT_TRUE(found.poor());
  EXPECT_GT(found.distance, 0.2);
}

TEST(Fit, FewValuesAreTheirMedian) {
  const Fit found = fit({{0, 1}, {0, 3}, {0, 2}});
  EXPECT_EQ(found.kind, Fit::Kind::kConstant);
  EXPECT_NEAR(found.at_zero, 2, 1e-9);
}

TEST(Fit, TheSameValuesGiveTheSameFit) {
  const auto measured = drawn("normal(mean 1s, sd 200ms)", 100);
  EXPECT_EQ(fit(measured).p, fit(measured).p);
}

// Of true hypotheses, one in a hundred is called poor: not more than chance allows of 60.
TEST(Fit, PoorFitsAreRareWhereTheFormIsRight) {
  int poor = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    std::vector<Measurement> measured;
    for (int i = 0; i < 60; ++i) measured.push_back({0, 1 + 0.1 * random.normal()});
    poor += fit(measured).poor() ? 1 : 0;
  }
  EXPECT_LE(poor, 4);  // binomial(60, 0.01): more than 4 in 3 of 10,000 cases
}

}  // namespace
}  // namespace bedlam::harness
