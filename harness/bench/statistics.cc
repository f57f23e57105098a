#include "harness/bench/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bedlam::harness {
namespace {

// Of more values the bootstrap takes every n-th of the sorted ones: its intervals grow a little
// wider, never narrower.
constexpr std::size_t kMostResampled = 2000;
// Fisher's test counts a table as no likelier than the one seen up to rounding (R and scipy do so
// too).
constexpr double kFisherSlack = 1 + 1e-7;

double log_choose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

Values thinned(const Values& sorted) {
  if (sorted.size() <= kMostResampled) return sorted;
  Values few;
  few.reserve(kMostResampled);
  for (std::size_t i = 0; i < kMostResampled; ++i) {
    few.push_back(sorted[i * (sorted.size() - 1) / (kMostResampled - 1)]);
  }
  return few;
}

// A resample's quantile. Its ranks are drawn and counted, so that nothing needs to be sorted.
double resampled_quantile(const Values& sorted, double share, Random& random,
                          std::vector<std::uint32_t>& counts) {
  counts.assign(sorted.size(), 0);
  for (std::size_t i = 0; i < sorted.size(); ++i) ++counts[random.below(sorted.size())];
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  std::size_t seen = 0, index = 0;
  while (seen + counts[index] <= below) seen += counts[index++];
  const double low = sorted[index];
  double high = low;
  if (seen + counts[index] == below + 1 && below + 1 < sorted.size()) {
    std::size_t next = index + 1;
    while (counts[next] == 0) ++next;
    high = sorted[next];
  }
  return low + (position - static_cast<double>(below)) * (high - low);
}

}  // namespace

double quantile(const Values& sorted, double share) {
  if (sorted.empty()) return 0;
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const double low = sorted[below];
  const double high = sorted[std::min(below + 1, sorted.size() - 1)];
  return low + (position - static_cast<double>(below)) * (high - low);
}

Histogram histogram(const Values& sorted, std::size_t bars) {
  Histogram shape;
  if (sorted.empty() || bars == 0) return shape;
  const double least = sorted.front(), most = sorted.back();
  if (least == most) {
    shape.bars.push_back({least, most, sorted.size()});
    return shape;
  }
  // A factor of three and more does not fit on an even scale.
  const bool by_factor = least > 0 && most / least > 3;
  const auto bound = [&](std::size_t i) {
    if (i == bars) return most;
    const double part = static_cast<double>(i) / static_cast<double>(bars);
    return by_factor ? least * std::pow(most / least, part) : least + (most - least) * part;
  };
  auto from = sorted.begin();
  for (std::size_t i = 0; i < bars; ++i) {
    const double end = bound(i + 1);
    const auto to = i + 1 == bars ? sorted.end() : std::lower_bound(from, sorted.end(), end);
    shape.bars.push_back({bound(i), end, static_cast<std::uint64_t>(to - from)});
    from = to;
  }
  return shape;
}

RankTest mann_whitney(const Values& a, const Values& b) {
  RankTest test;
  const auto n = static_cast<double>(a.size()), m = static_cast<double>(b.size());
  if (a.empty() || b.empty()) return test;
  std::vector<std::pair<double, bool>> all;  // whether it is of `a`
  all.reserve(a.size() + b.size());
  for (const double value : a) all.emplace_back(value, true);
  for (const double value : b) all.emplace_back(value, false);
  std::sort(all.begin(), all.end());
  double rank_sum = 0, ties = 0;
  for (std::size_t first = 0; first < all.size();) {
    std::size_t end = first;
    std::size_t of_a = 0;
    for (; end < all.size() && all[end].first == all[first].first; ++end) {
      of_a += all[end].second ? 1 : 0;
    }
    const auto size = static_cast<double>(end - first);
    const double rank = static_cast<double>(first) + (size + 1) / 2;
    rank_sum += rank * static_cast<double>(of_a);
    ties += size * size * size - size;
    first = end;
  }
  test.u = rank_sum - n * (n + 1) / 2;
  test.delta = 2 * test.u / (n * m) - 1;
  const double together = n + m;
  const double variance = n * m / 12 * (together + 1 - ties / (together * (together - 1)));
  if (variance <= 0) return test;
  const double larger = std::max(test.u, n * m - test.u);
  const double z = (larger - n * m / 2 - 0.5) / std::sqrt(variance);
  test.p = std::min(1.0, std::erfc(z / std::sqrt(2.0)));
  return test;
}

double fisher_exact(std::uint64_t hits_a, std::uint64_t all_a, std::uint64_t hits_b,
                    std::uint64_t all_b) {
  const auto n = static_cast<double>(all_a), m = static_cast<double>(all_b);
  const std::uint64_t hits = hits_a + hits_b;
  if (hits == 0 || hits == all_a + all_b || all_a == 0 || all_b == 0) return 1;
  const double whole = log_choose(n + m, static_cast<double>(hits));
  const auto log_chance = [&](std::uint64_t k) {
    return log_choose(n, static_cast<double>(k)) + log_choose(m, static_cast<double>(hits - k)) -
           whole;
  };
  const double seen = log_chance(hits_a) + std::log(kFisherSlack);
  double p = 0;
  for (std::uint64_t k = hits > all_b ? hits - all_b : 0; k <= std::min(hits, all_a); ++k) {
    const double chance = log_chance(k);
    if (chance <= seen) p += std::exp(chance);
  }
  return std::min(p, 1.0);
}

Interval quantile_difference(const Values& before, const Values& after, double share,
                             double confidence, Random random) {
  if (before.empty() || after.empty()) return {};
  const Values old_ones = thinned(before), new_ones = thinned(after);
  std::vector<std::uint32_t> counts;
  Values differences;
  differences.reserve(kResamples);
  for (int i = 0; i < kResamples; ++i) {
    const double then = resampled_quantile(old_ones, share, random, counts);
    differences.push_back(resampled_quantile(new_ones, share, random, counts) - then);
  }
  std::sort(differences.begin(), differences.end());
  return {quantile(differences, (1 - confidence) / 2), quantile(differences, (1 + confidence) / 2)};
}

std::vector<double> holm(const std::vector<double>& p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t i, std::size_t j) { return p_values[i] < p_values[j]; });
  std::vector<double> corrected(p_values.size());
  double largest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double scaled = p_values[order[i]] * static_cast<double>(order.size() - i);
    largest = std::max(largest, std::min(scaled, 1.0));
    corrected[order[i]] = largest;
  }
  return corrected;
}

}  // namespace bedlam::harness
