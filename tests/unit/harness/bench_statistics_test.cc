// Arrivals and statistics of a bench: values published by others, or computed another way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "harness/bench/arrivals.h"
#include "harness/bench/statistics.h"
#include "harness/calibrate/kolmogorov.h"

namespace bedlam::harness {
namespace {

using testing::DoubleNear;

TEST(BenchArrivals, EvenOnesDoNotDrift) {
  Arrivals arrivals(ArrivalPattern::kEven, 3, Random(1));
  Duration last{};
  for (int i = 0; i < 3'000'000; ++i) last = arrivals.next();
  EXPECT_EQ(last, from_seconds(2'999'999.0 / 3));
  Arrivals first(ArrivalPattern::kEven, 50, Random(1));
  EXPECT_EQ(first.next(), Duration{});
  EXPECT_EQ(first.next(), std::chrono::milliseconds(20));
}

TEST(BenchArrivals, PoissonOnesHaveExponentialPauses) {
  constexpr double kRate = 50;
  constexpr int kCount = 20'000;
  Arrivals arrivals(ArrivalPattern::kPoisson, kRate, Random(7));
  Values pauses;
  double before = 0;
  for (int i = 0; i < kCount; ++i) {
    const double at = seconds(arrivals.next());
    ASSERT_GE(at, before);
    pauses.push_back(at - before);
    before = at;
  }
  std::sort(pauses.begin(), pauses.end());
  // Kolmogorov and Smirnov: the largest distance to 1 − exp(−rate x) stays below 1.63 / √n in 99 of
  // 100 samples; this seed's is one.
  double distance = 0;
  for (int i = 0; i < kCount; ++i) {
    const double expected = 1 - std::exp(-kRate * pauses[static_cast<std::size_t>(i)]);
    distance = std::max({distance, std::abs(expected - i / double{kCount}),
                         std::abs(expected - (i + 1) / double{kCount})});
  }
  EXPECT_LT(distance, 1.63 / std::sqrt(kCount));
}

TEST(BenchArrivals, TheSameSeedIsTheSameLoad) {
  Arrivals one(ArrivalPattern::kPoisson, 10, Random(1)),
      same(ArrivalPattern::kPoisson, 10, Random(1)), other(ArrivalPattern::kPoisson, 10, Random(2));
  const Duration first = one.next();
  EXPECT_EQ(first, same.next());
  EXPECT_NE(first, other.next());
}

TEST(BenchArrivals, Rates) {
  EXPECT_EQ(parse_rate("50/s"), 50);
  EXPECT_EQ(parse_rate("3000/m"), 50);
  EXPECT_EQ(parse_rate("0.5/s"), 0.5);
  for (const char* text : {"50", "/s", "50/h", "-1/s", "0/s", "x/s", "1e9/s", "nan/s", "5 /s"}) {
    EXPECT_FALSE(parse_rate(text)) << text;
  }
}

// Python 3.11, statistics.quantiles(…, n=10, method="inclusive"): the same definition as numpy's.
TEST(BenchStatistics, QuantilesAreNumpys) {
  Values values{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5};
  std::sort(values.begin(), values.end());
  const Values expected{1, 2, 3, 3, 4, 5, 5, 5, 6};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_DOUBLE_EQ(quantile(values, static_cast<double>(i + 1) / 10), expected[i]);
  }
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3, 4}, 0.5), 2.5);  // numpy.quantile's documentation
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3, 4}, 1), 4);
  EXPECT_DOUBLE_EQ(quantile({}, 0.5), 0);
}

// The example of scipy.stats.mannwhitneyu's documentation, method="asymptotic".
TEST(BenchStatistics, TheRankTestIsScipys) {
  const RankTest test = mann_whitney({19, 22, 16, 29, 24}, {20, 11, 17, 12});
  EXPECT_DOUBLE_EQ(test.u, 17);
  EXPECT_THAT(test.p, DoubleNear(0.11134688653314041, 1e-12));
  EXPECT_DOUBLE_EQ(test.delta, 0.7);
}

// The formula with ties, computed in Python.
TEST(BenchStatistics, TheRankTestWithTies) {
  const RankTest test = mann_whitney({1, 2, 2, 3, 5}, {2, 4, 5, 5, 6, 7});
  EXPECT_DOUBLE_EQ(test.u, 5);
  EXPECT_THAT(test.p, DoubleNear(0.07724878165472983, 1e-12));
  EXPECT_THAT(test.delta, DoubleNear(-2.0 / 3, 1e-12));
  EXPECT_DOUBLE_EQ(mann_whitney({1, 1}, {1, 1}).p, 1);
  EXPECT_DOUBLE_EQ(mann_whitney({}, {1}).p, 1);
}

// The example of scipy.stats.fisher_exact's documentation; the second with Python's math.comb.
TEST(BenchStatistics, TheExactTestIsScipys) {
  EXPECT_THAT(fisher_p(6, 8, 1, 5), DoubleNear(0.10256410256410257, 1e-12));
  EXPECT_THAT(fisher_p(3, 200, 15, 210), DoubleNear(0.006617860604375072, 1e-12));
  EXPECT_DOUBLE_EQ(fisher_p(0, 100, 0, 100), 1);
}

Values normal_values(std::size_t count, double mean, Random random) {
  Values values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(mean + random.normal());
  std::sort(values.begin(), values.end());
  return values;
}

// Of a normal distribution the median's standard error is 1.2533 / √n (Kenney and Keeping), so of
// the difference of two medians of 400 values 0.0886, and 95 % lie within 1.96 of those.
TEST(BenchStatistics, TheBootstrapIntervalIsAsWideAsTheorySays) {
  double width = 0;
  int held = 0;
  constexpr int kRuns = 40;
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    const Values before = normal_values(400, 10, Random(run).derive("before"));
    const Values after = normal_values(400, 10.5, Random(run).derive("after"));
    const Interval interval = quantile_difference(before, after, 0.5, 0.95, Random(run));
    width += (interval.high - interval.low) / kRuns;
    held += interval.low <= 0.5 && 0.5 <= interval.high ? 1 : 0;
  }
  EXPECT_THAT(width, DoubleNear(2 * 1.96 * 0.0886, 0.04));
  EXPECT_GE(held, 34);  // of 40 at 95 %: fewer come once in a hundred times
}

TEST(BenchStatistics, ABootstrapOfTheSameSeedIsTheSame) {
  const Values values = normal_values(50, 1, Random(1));
  const Interval one = quantile_difference(values, values, 0.99, 0.95, Random(5));
  const Interval same = quantile_difference(values, values, 0.99, 0.95, Random(5));
  EXPECT_EQ(one.low, same.low);
  EXPECT_EQ(one.high, same.high);
  EXPECT_LE(one.low, 0);
  EXPECT_GE(one.high, 0);
}

TEST(BenchStatistics, AHistogramHoldsEveryValueOnce) {
  for (const auto& [least, most] :
       {std::pair(1.0, 2.0), std::pair(0.001, 5.0), std::pair(0.0, 9.0)}) {
    Values values;
    for (int i = 0; i <= 1000; ++i) values.push_back(least + (most - least) * i / 1000);
    const Histogram shape = histogram(values, 12);
    ASSERT_EQ(shape.bars.size(), 12U);
    std::uint64_t counted = 0;
    for (std::size_t i = 0; i < shape.bars.size(); ++i) {
      counted += shape.bars[i].count;
      if (i == 0) continue;
      EXPECT_DOUBLE_EQ(shape.bars[i].from, shape.bars[i - 1].to);
    }
    EXPECT_EQ(counted, values.size());
    EXPECT_DOUBLE_EQ(shape.bars.front().from, least);
    EXPECT_DOUBLE_EQ(shape.bars.back().to, most);
  }
  EXPECT_EQ(histogram({7, 7}, 12).bars.size(), 1U);
  EXPECT_TRUE(histogram({}, 12).bars.empty());
}

}  // namespace
}  // namespace bedlam::harness
