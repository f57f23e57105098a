#include "harness/calibrate/fit.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "emulator/base/random.h"
#include "harness/calibrate/kolmogorov.h"

namespace bedlam::harness {
namespace {

// Values are the same where nine in ten are within a hundredth of the median; or within a
// millisecond, which is what a network and two programs add, unless that is more than a tenth.
constexpr double kSameShare = 0.9, kSameRelative = 0.01, kSameSeconds = 0.001, kSameMost = 0.1;
// A slope counts where it is that many standard errors from zero, over that many different sizes.
constexpr double kSlopeErrors = 3;
constexpr std::size_t kSlopeSizes = 3;
// Of the simulation of p. D·√n hardly depends on n beyond a thousand values.
constexpr int kSimulations = 999;
constexpr std::size_t kMaxSimulated = 1'000;
constexpr double kZ99 = 2.3263478740408408;  // 99th percentile of the standard normal distribution

double normal_cdf(double z) {
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation_of(const std::vector<double>& values, double mean) {
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(std::max<std::size_t>(values.size(), 2) - 1));
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

struct Line {
  double at_zero = 0, per_size = 0;
  double at(double size) const { return at_zero + per_size * size; }
};

// Least squares, where times grow with the size beyond doubt; else the mean at every size.
Line line_through(const std::vector<Measurement>& measured) {
  const auto n = static_cast<double>(measured.size());
  std::set<double> sizes;
  double mean_size = 0, mean = 0;
  for (const Measurement& one : measured) {
    sizes.insert(one.size);
    mean_size += one.size / n;
    mean += one.seconds / n;
  }
  double size_squares = 0, products = 0;
  for (const Measurement& one : measured) {
    size_squares += (one.size - mean_size) * (one.size - mean_size);
    products += (one.size - mean_size) * (one.seconds - mean);
  }
  const Line flat{mean, 0};
  if (sizes.size() < kSlopeSizes || measured.size() < kLeastMeasurements) return flat;
  const double slope = products / size_squares;
  const Line line{mean - slope * mean_size, slope};
  double squares = 0;
  for (const Measurement& one : measured) {
    squares += std::pow(one.seconds - line.at(one.size), 2);
  }
  const double error = std::sqrt(squares / (n - 2) / size_squares);
  // A line that begins below zero says nothing about short prompts.
  return slope > kSlopeErrors * error && line.at_zero > 0 ? line : flat;
}

// How far values in units of their own mean and deviation are from the standard normal ones.
double distance_from_normal(std::vector<double> values) {
  const double mean = mean_of(values);
  const double deviation = deviation_of(values, mean);
  for (double& value : values) value = deviation > 0 ? (value - mean) / deviation : 0;
  std::sort(values.begin(), values.end());
  return distance_to(values, normal_cdf);
}

// How often values that are normal are that far or farther, their mean and deviation being taken
// from themselves: independent of both, so that standard normal ones tell it.
double simulated_p(double distance, std::size_t count) {
  const std::size_t drawn = std::min(count, kMaxSimulated);
  const double scaled =
      distance * std::sqrt(static_cast<double>(count) / static_cast<double>(drawn));
  Random random = Random(1).derive("goodness of fit", drawn);
  int farther = 0;
  for (int i = 0; i < kSimulations; ++i) {
    std::vector<double> values(drawn);
    for (double& value : values) value = random.normal();
    if (distance_from_normal(std::move(values)) >= scaled) ++farther;
  }
  return (farther + 1.0) / (kSimulations + 1.0);
}

// Whether the values are the same at every size, but for what nobody can time; the share of those
// that are not.
double share_apart(const std::vector<Measurement>& measured, const Line& line, double shift) {
  std::size_t apart = 0;
  for (const Measurement& one : measured) {
    const double middle = line.at(one.size) + shift;
    const double near =
        std::max(kSameRelative * middle, std::min(kSameSeconds, kSameMost * middle));
    apart += std::abs(one.seconds - middle) > near ? 1 : 0;
  }
  return static_cast<double>(apart) / static_cast<double>(measured.size());
}

Fit normal_fit(const Line& line, const std::vector<double>& residuals) {
  Fit fit;
  fit.kind = Fit::Kind::kNormal;
  fit.at_zero = line.at_zero + mean_of(residuals);
  fit.per_size = line.per_size;
  fit.spread = deviation_of(residuals, mean_of(residuals));
  return fit;
}

Fit lognormal_fit(const Line& line, const std::vector<double>& logs) {
  Fit fit;
  fit.kind = Fit::Kind::kLognormal;
  const double mean = mean_of(logs);
  fit.at_zero = line.at_zero * std::exp(mean);
  fit.per_size = line.per_size * std::exp(mean);
  fit.spread = deviation_of(logs, mean);
  return fit;
}

Duration to_duration(double value) {
  return std::chrono::round<std::chrono::microseconds>(from_seconds(std::max(value, 0.0)));
}

}  // namespace

script::Distribution Fit::at(double size) const {
  const double middle = at_zero + per_size * size;
  if (kind == Kind::kNormal) return script::Normal{to_duration(middle), to_duration(spread)};
  if (kind == Kind::kConstant) return script::Constant{to_duration(middle)};
  // A lognormal's median is above zero.
  const Duration median = std::max(to_duration(middle), Duration(std::chrono::microseconds(1)));
  return script::Lognormal{median, std::max(median, to_duration(middle * std::exp(kZ99 * spread)))};
}

Fit fit(const std::vector<Measurement>& measured) {
  const Line line = line_through(measured);
  std::vector<double> residuals, logs;
  bool all_above_zero = true;
  for (const Measurement& one : measured) {
    const double middle = line.at(one.size);
    residuals.push_back(one.seconds - middle);
    all_above_zero = all_above_zero && one.seconds > 0 && middle > 0;
    if (all_above_zero) logs.push_back(std::log(one.seconds / middle));
  }
  Fit constant;
  constant.at_zero = line.at_zero + median_of(residuals);
  constant.per_size = line.per_size;
  constant.distance = share_apart(measured, line, median_of(residuals));
  constant.measurements = measured.size();
  const bool few = measured.size() < kLeastMeasurements;
  if (few || constant.distance <= 1 - kSameShare) return constant;

  Fit chosen = normal_fit(line, residuals);
  chosen.distance = distance_from_normal(residuals);
  if (all_above_zero) {
    Fit lognormal = lognormal_fit(line, logs);
    lognormal.distance = distance_from_normal(logs);
    if (lognormal.distance < chosen.distance) chosen = lognormal;
  }
  chosen.measurements = measured.size();
  chosen.p = simulated_p(chosen.distance, measured.size());
  return chosen;
}

}  // namespace bedlam::harness
