#include <algorithm>

#include "harness/client/retry/legacy.h"
#include "harness/client/retry/none.h"
#include "harness/client/retry/standard.h"
#include "harness/client/retry_policy.h"

namespace bedlam::harness {

const std::vector<const RetryPolicy*>& retry_catalog() {
  static const LegacyRetries legacy;
  static const StandardRetries standard;
  static const NoRetries none;
  static const std::vector<const RetryPolicy*> catalog{&legacy, &standard, &none};
  return catalog;
}

const RetryPolicy* find_retry_policy(std::string_view name) {
  for (const RetryPolicy* policy : retry_catalog()) {
    if (policy->name() == name) return policy;
  }
  return nullptr;
}

bool RetryQuota::acquire(int cost) {
  if (cost > available_) return false;
  available_ -= cost;
  return true;
}

void RetryQuota::release(int amount) {
  available_ = std::min(kCapacity, available_ + amount);
}

}  // namespace bedlam::harness
