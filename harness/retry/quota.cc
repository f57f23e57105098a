#include "harness/retry/quota.h"

#include <algorithm>

namespace bedlam::harness {

bool RetryQuota::acquire(int cost) {
  if (rules_.capacity == 0) return true;
  if (cost > available_) return false;
  available_ -= cost;
  return true;
}

void RetryQuota::succeeded(int last_cost) {
  const int back = last_cost > 0 ? last_cost : rules_.clean_success;
  available_ = std::min(rules_.capacity, available_ + back);
}

}  // namespace bedlam::harness
