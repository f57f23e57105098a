// The Kolmogorov–Smirnov statistic: how far two distributions are apart, and how often chance alone
// puts them that far. W. J. Conover, "Practical Nonparametric Statistics", chapter 6; J. L. Hodges,
// "The significance probability of the Smirnov two-sample test" (1958), for the exact count.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace bedlam::harness {

// Above this many pairs of values the asymptotic distribution takes the place of the exact one.
inline constexpr std::size_t kMaxExactPairs = 4'000'000;

// The largest distance between the sample's cumulative distribution and `cdf`. The sample is not
// empty, and sorted.
double distance_to(const std::vector<double>& sorted, const std::function<double(double)>& cdf);

// Q(λ) = 2 Σ (−1)^(k−1) e^(−2k²λ²): how often D·√n is larger than λ, for large n.
double kolmogorov_tail(double lambda);

struct TwoSamples {
  double distance = 0;
  double p = 1;        // how often chance alone gives that distance or a larger one
  bool exact = false;  // counted over all orders of the values; with ties it errs to the safe side
};
// Neither sample is empty.
TwoSamples compare_samples(std::vector<double> a, std::vector<double> b);
// The same, but for a shift of all of `b` by at most `tolerance`: that which brings them nearest.
// So a difference that small is none, and p is never too small.
TwoSamples compare_samples_but_for(double tolerance, std::vector<double> a, std::vector<double> b);

// The smallest p that two samples of these sizes can have: 2 / (n+m over n).
double smallest_p(std::size_t n, std::size_t m);

// Whether two shares, `a` of `of_a` and `b` of `of_b`, differ: Fisher's exact test, two-sided.
double fisher_p(std::size_t a, std::size_t of_a, std::size_t b, std::size_t of_b);

// Holm's step-down rule: for each p the smallest level at which it is rejected among all of them.
std::vector<double> holm(const std::vector<double>& p);

}  // namespace bedlam::harness
