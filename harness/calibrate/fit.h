// From measured times to a distribution that a scenario can say: always the same, normal or
// lognormal, whichever the values are nearer to, perhaps growing with a size; and how well it fits.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "emulator/script/latency.h"

namespace bedlam::harness {

// A time, in seconds, and what it may grow with: tokens of a prompt, or of an answer.
struct Measurement {
  double size = 0;
  double seconds = 0;
};

// Below it there is nothing to choose by: the fit is the median.
inline constexpr std::size_t kLeastMeasurements = 8;
// A fit with a smaller p is called poor.
inline constexpr double kPoorFit = 0.01;

struct Fit {
  enum class Kind { kConstant, kNormal, kLognormal };
  Kind kind = Kind::kConstant;
  // The middle at a size is at_zero + per_size · size: a normal's mean, a lognormal's median.
  double at_zero = 0, per_size = 0;
  double spread = 0;  // a normal's standard deviation; a lognormal's, of the logarithms
  std::size_t measurements = 0;
  // The Kolmogorov–Smirnov distance of the values from the fit, and how often samples of the fit
  // itself, each fitted anew, are farther from their fits (simulated; Lilliefors 1967). Of a
  // constant the share of values that are not near it, and p is 1.
  double distance = 0, p = 1;

  bool poor() const { return p < kPoorFit; }
  // At that size, to the microsecond; never below zero.
  script::Distribution at(double size) const;
};

// `measured` is not empty. The simulation's seed is fixed: the same values give the same fit.
Fit fit(const std::vector<Measurement>& measured);

}  // namespace bedlam::harness
