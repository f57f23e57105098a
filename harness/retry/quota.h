// The budget that one client object spends on retries, over all its calls (botocore's
// retries/quota.py; the other SDKs of AWS have the same).
#pragma once

#include "harness/retry/policy.h"

namespace bedlam::harness {

class RetryQuota {
 public:
  explicit RetryQuota(const QuotaRules& rules) : rules_(rules), available_(rules.capacity) {}

  // False: not enough is left, nothing was taken. Always true where there is no quota.
  bool acquire(int cost);
  // A call succeeded whose last retry cost this much; 0: it was never retried.
  void succeeded(int last_cost);
  int available() const { return available_; }

 private:
  QuotaRules rules_;
  int available_;
};

}  // namespace bedlam::harness
