// What is computed of measured values, and whether two sets of them differ by more than chance.
// Pure functions of numbers; the bootstrap draws from a seeded generator.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "emulator/base/random.h"

namespace bedlam::harness {

using Values = std::vector<double>;

// Of sorted values, linear between neighbours: numpy's default, type 7 of Hyndman and Fan (1996).
// 0 where there are none.
double quantile(const Values& sorted, double share);

// Counts between bounds that grow by a constant factor, or evenly where all values are close: what
// people see as a shape. The bounds cover all values.
struct Histogram {
  struct Bar {
    double from, to;  // [from, to); of the last both ends belong to it
    std::uint64_t count;
  };
  std::vector<Bar> bars;
};
Histogram histogram(const Values& sorted, std::size_t bars);

// The test of Mann and Whitney (1947), two-sided: the normal approximation with the correction for
// ties and for continuity. `u` counts the pairs in which the value of `a` is the larger one, ties
// as half.
struct RankTest {
  double u = 0, p = 1;
  // Cliff's delta, 2u/(nm) − 1: 1 where every `b` is below every `a`, 0 where neither leads.
  double delta = 0;
};
RankTest mann_whitney(const Values& a, const Values& b);

// An interval for the difference of a quantile, after − before: the percentile bootstrap (Efron
// 1979) with kResamples resamples of each side.
struct Interval {
  double low = 0, high = 0;
};
inline constexpr int kResamples = 1000;
Interval quantile_difference(const Values& before, const Values& after, double share,
                             double confidence, Random random);

}  // namespace bedlam::harness
