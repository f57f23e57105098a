#include "harness/calibrate/kolmogorov.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace bedlam::harness {
namespace {

// Below it the second series of the same function converges faster.
constexpr double kSeriesBorder = 1.18;
constexpr int kTerms = 20;  // far more than doubles can hold of either series
constexpr double kPi = 3.14159265358979323846;

// The largest |i·m − j·n| over all places where the merged samples step, i of n values and j of m
// being at or below it: D·n·m as a whole number.
std::int64_t distance_in_pairs(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<std::int64_t>(a.size()), m = static_cast<std::int64_t>(b.size());
  std::size_t i = 0, j = 0;
  std::int64_t most = 0;
  while (i < a.size() || j < b.size()) {
    // A value that both have moves both at once.
    const double value = j == b.size() || (i < a.size() && a[i] <= b[j]) ? a[i] : b[j];
    while (i < a.size() && a[i] == value) ++i;
    while (j < b.size() && b[j] == value) ++j;
    most = std::max(most,
                    std::abs(static_cast<std::int64_t>(i) * m - static_cast<std::int64_t>(j) * n));
  }
  return most;
}

// All orders of n and m values are equally likely: paths from (0, 0) to (n, m). The share of those
// that stay nearer to the diagonal than `distance`, row by row; each number is a share of the paths
// to its own point, so that nothing overflows.
double share_inside(std::int64_t n, std::int64_t m, std::int64_t distance) {
  std::vector<double> share(static_cast<std::size_t>(m) + 1, 0.0);
  for (std::int64_t i = 0; i <= n; ++i) {
    for (std::int64_t j = 0; j <= m; ++j) {
      double& here = share[static_cast<std::size_t>(j)];
      if (std::abs(i * m - j * n) >= distance) {
        here = 0;
      } else if (i == 0 && j == 0) {
        here = 1;
      } else {
        const double from_before = i == 0 ? 0 : here * static_cast<double>(i);
        const double from_left =
            j == 0 ? 0 : share[static_cast<std::size_t>(j) - 1] * static_cast<double>(j);
        here = (from_before + from_left) / static_cast<double>(i + j);
      }
    }
  }
  return share.back();
}

double log_of_orders(std::size_t n, std::size_t k) {
  return std::lgamma(static_cast<double>(n) + 1) - std::lgamma(static_cast<double>(k) + 1) -
         std::lgamma(static_cast<double>(n - k) + 1);
}

}  // namespace

double distance_to(const std::vector<double>& sorted, const std::function<double(double)>& cdf) {
  const auto n = static_cast<double>(sorted.size());
  double most = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double expected = cdf(sorted[i]);
    most = std::max(
        {most, expected - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - expected});
  }
  return most;
}

double kolmogorov_tail(double lambda) {
  if (lambda <= 0) return 1;
  if (lambda < kSeriesBorder) {
    // 1 − √(2π)/λ · Σ e^(−(2k−1)²π²/(8λ²))
    double sum = 0;
    for (int k = 1; k <= kTerms; ++k) {
      const double odd = 2 * k - 1;
      sum += std::exp(-odd * odd * kPi * kPi / (8 * lambda * lambda));
    }
    return std::clamp(1 - std::sqrt(2 * kPi) / lambda * sum, 0.0, 1.0);
  }
  double sum = 0;
  for (int k = 1; k <= kTerms; ++k) {
    sum += (k % 2 == 1 ? 2 : -2) * std::exp(-2.0 * k * k * lambda * lambda);
  }
  return std::clamp(sum, 0.0, 1.0);
}

TwoSamples compare_samples(std::vector<double> a, std::vector<double> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  const auto n = static_cast<std::int64_t>(a.size()), m = static_cast<std::int64_t>(b.size());
  const std::int64_t distance = distance_in_pairs(a, b);
  const double pairs = static_cast<double>(n) * static_cast<double>(m);
  TwoSamples result;
  result.distance = static_cast<double>(distance) / pairs;
  result.exact = a.size() * b.size() <= kMaxExactPairs;
  if (result.exact) {
    result.p = std::clamp(1 - share_inside(n, m, distance), 0.0, 1.0);
  } else {
    result.p = kolmogorov_tail(result.distance * std::sqrt(pairs / static_cast<double>(n + m)));
  }
  return result;
}

TwoSamples compare_samples_but_for(double tolerance, std::vector<double> a, std::vector<double> b) {
  constexpr int kSteps = 20;  // to each side
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  std::vector<double> nearest = b, moved(b.size());
  std::int64_t least = distance_in_pairs(a, b);
  for (int step = -kSteps; step <= kSteps; ++step) {
    const double shift = tolerance * step / kSteps;
    std::transform(b.begin(), b.end(), moved.begin(), [&](double value) { return value + shift; });
    const std::int64_t distance = distance_in_pairs(a, moved);
    if (distance >= least) continue;
    least = distance;
    nearest = moved;
  }
  return compare_samples(std::move(a), std::move(nearest));
}

double smallest_p(std::size_t n, std::size_t m) {
  return std::min(1.0, 2 * std::exp(-log_of_orders(n + m, n)));
}

double fisher_p(std::size_t a, std::size_t of_a, std::size_t b, std::size_t of_b) {
  // Hypergeometric: of all that are so, how many fall to the first.
  const std::size_t so = a + b, all = of_a + of_b;
  const auto log_p = [&](std::size_t k) {
    return log_of_orders(of_a, k) + log_of_orders(of_b, so - k) - log_of_orders(all, so);
  };
  const std::size_t least = so > of_b ? so - of_b : 0, most = std::min(so, of_a);
  constexpr double kEqual = 1e-7;  // of logarithms that are the same but for rounding
  const double observed = log_p(a);
  double p = 0;
  for (std::size_t k = least; k <= most; ++k) {
    if (log_p(k) <= observed + kEqual) p += std::exp(log_p(k));
  }
  return std::min(p, 1.0);
}

std::vector<double> holm(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t x, std::size_t y) { return p[x] < p[y]; });
  std::vector<double> adjusted(p.size());
  double largest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double level = std::min(1.0, p[order[i]] * static_cast<double>(order.size() - i));
    largest = std::max(largest, level);
    adjusted[order[i]] = largest;
  }
  return adjusted;
}

}  // namespace bedlam::harness
