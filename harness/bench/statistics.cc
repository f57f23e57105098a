#include "harness/bench/statistics.h"

#include <algorithm>
#include <cmath>

namespace bedlam::harness {
namespace {

// Of more values the bootstrap takes every n-th of the sorted ones: its intervals grow a little
// wider, never narrower.
constexpr std::size_t kMostResampled = 2000;

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

}  // namespace bedlam::harness
