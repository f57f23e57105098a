// botocore's `legacy` mode, boto3's default: rand(0,1)·2^i seconds, no cap, no quota (botocore
// retryhandler.py and data/_retry.json).
#pragma once

#include "harness/client/retry_policy.h"

namespace bedlam::harness {

class LegacyRetries final : public RetryPolicy {
 public:
  std::string_view name() const override { return "legacy"; }
  std::string_view description() const override {
    return "boto3's default: up to 5 attempts, rand(0,1)·2^i s between them";
  }
  int max_attempts() const override;
  bool retries(const Trouble& trouble) const override;
  Band backoff(int retry) const override;
  int quota_cost(const Trouble& /*trouble*/) const override { return 0; }
};

}  // namespace bedlam::harness
