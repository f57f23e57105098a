#include "harness/retry/budget.h"

#include <algorithm>

namespace bedlam::harness {
namespace {

// Retries are added up one by one as far as here; from then on in blocks of a thousandth of those
// before, each with the back-off in its middle. Exact where the back-off has come to its longest,
// as that of every SDK and of nearly every Retry has by then.
constexpr std::int64_t kExactRetries = 1000;

Duration times(Duration length, std::int64_t count) {
  if (length <= Duration{} || count <= 0) return {};
  if (count > kLongestDuration.count() / length.count()) return kLongestDuration;
  return length * count;
}

void add_stretch(Budget& budget, Duration back_off, std::int64_t count) {
  const Duration each = budget.each;
  budget.attempts += count;
  budget.back_off = saturating_sum(budget.back_off, times(back_off, count));
  budget.total = saturating_sum(budget.total, times(saturating_sum(back_off, each), count));
  budget.stretches.push_back({back_off, each, count});
}

// `longest(retry)`: the back-off before it, retries counted from 0.
template <typename Longest>
void add_retries(Budget& budget, std::int64_t retries, const Longest& longest) {
  for (std::int64_t retry = 0; retry < retries;) {
    const std::int64_t block =
        std::min(std::max<std::int64_t>(1, retry / kExactRetries), retries - retry);
    add_stretch(budget, longest(static_cast<int>(retry + block / 2)), block);
    retry += block;
  }
}

Budget budget_of(const RetryPolicy& policy, int attempts, Duration each, const Trouble& trouble) {
  Budget budget;
  budget.each = each;
  add_stretch(budget, {}, 1);
  if (!policy.retries(trouble)) return budget;
  add_retries(budget, attempts - 1, [&](int retry) { return policy.gap(retry, trouble).most; });
  return budget;
}

}  // namespace

Budget hanging_budget(const RetryPolicy& policy, int max_attempts, Duration each) {
  Budget budget = budget_of(policy, max_attempts, each, {Trouble::Kind::kReadTimeout});
  budget.billed_answers = budget.attempts;
  return budget;
}

Budget throttled_budget(const RetryPolicy& policy, int max_attempts) {
  return budget_of(policy, max_attempts, Duration{},
                   {Trouble::Kind::kErrorAnswer, 429, "ThrottlingException"});
}

Budget state_budget(const AslRetries& retries, Duration each, std::int64_t calls_each) {
  Budget budget;
  budget.each = each;
  add_stretch(budget, {}, 1);
  for (const AslRetrier& retrier : retries.retriers) {
    add_retries(budget, retrier.policy.max_attempts - 1,
                [&](int retry) { return retrier.policy.transient.band(retry).most; });
  }
  budget.billed_answers = saturating_product(budget.attempts, calls_each);
  return budget;
}

std::int64_t attempts_begun_by(const Budget& budget, Duration limit) {
  Duration at{};
  std::int64_t begun = 0;
  for (const Stretch& stretch : budget.stretches) {
    const Duration left = limit - saturating_sum(at, stretch.back_off);
    if (left <= Duration{}) break;
    const Duration period = saturating_sum(stretch.back_off, stretch.attempt);
    const bool none = period == Duration{};
    begun += none ? stretch.count : std::min(stretch.count, 1 + (left - Duration(1)) / period);
    at = saturating_sum(at, times(period, stretch.count));
  }
  return begun;
}

std::int64_t attempts_ended_by(const Budget& budget, Duration limit) {
  Duration at{};
  std::int64_t ended = 0;
  for (const Stretch& stretch : budget.stretches) {
    if (at > limit) break;
    const Duration period = saturating_sum(stretch.back_off, stretch.attempt);
    const bool none = period == Duration{};
    ended += none ? stretch.count : std::min(stretch.count, (limit - at) / period);
    at = saturating_sum(at, times(period, stretch.count));
  }
  return ended;
}

Duration saturating_sum(Duration a, Duration b) {
  return a >= kLongestDuration - std::min(b, kLongestDuration) ? kLongestDuration : a + b;
}

std::int64_t saturating_product(std::int64_t a, std::int64_t b) {
  return a > 0 && b > kMostCounted / a ? kMostCounted : a * b;
}

std::string format_sum(Duration sum) {
  return (sum >= kLongestDuration ? "more than " : "") + format_duration(sum);
}

}  // namespace bedlam::harness
