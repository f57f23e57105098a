#include "harness/retry/budget.h"

namespace bedlam::harness {
namespace {

void add_attempt(Budget& budget, Duration each) {
  ++budget.attempts;
  budget.total += each;
  budget.stretches.push_back({true, each});
}

void add_back_off(Budget& budget, Duration longest) {
  budget.back_off += longest;
  budget.total += longest;
  budget.stretches.push_back({false, longest});
}

Budget budget_of(const RetryPolicy& policy, int attempts, Duration each, const Trouble& trouble) {
  Budget budget;
  budget.each = each;
  for (int attempt = 1; attempt <= attempts; ++attempt) {
    if (attempt > 1) {
      if (!policy.retries(trouble)) break;
      add_back_off(budget, policy.gap(attempt - 2, trouble).most);
    }
    add_attempt(budget, each);
  }
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

Budget state_budget(const AslRetries& retries, Duration each, int calls_each) {
  Budget budget;
  budget.each = each;
  add_attempt(budget, each);
  for (const AslRetrier& retrier : retries.retriers) {
    for (int use = 0; use + 1 < retrier.policy.max_attempts; ++use) {
      add_back_off(budget, retrier.policy.transient.band(use).most);
      add_attempt(budget, each);
    }
  }
  budget.billed_answers = budget.attempts * calls_each;
  return budget;
}

int attempts_begun_by(const Budget& budget, Duration limit) {
  Duration at{};
  int begun = 0;
  for (const Stretch& stretch : budget.stretches) {
    if (stretch.attempt && at < limit) ++begun;
    at += stretch.length;
  }
  return begun;
}

int attempts_ended_by(const Budget& budget, Duration limit) {
  Duration at{};
  int ended = 0;
  for (const Stretch& stretch : budget.stretches) {
    at += stretch.length;
    if (stretch.attempt && at <= limit) ++ended;
  }
  return ended;
}

}  // namespace bedlam::harness
