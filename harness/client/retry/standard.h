// The SDKs' `standard` mode as botocore 1.43 has it without AWS_NEW_RETRIES_2026:
// rand(0,1)·min(2^i, 20) seconds, and a quota over all calls of a client (botocore
// retries/standard.py).
#pragma once

#include "harness/client/retry_policy.h"

namespace bedlam::harness {

class StandardRetries final : public RetryPolicy {
 public:
  std::string_view name() const override { return "standard"; }
  std::string_view description() const override {
    return "up to 3 attempts, rand(0,1)·min(2^i, 20) s between them, 500 tokens of retry quota";
  }
  int max_attempts() const override;
  bool retries(const Trouble& trouble) const override;
  Band backoff(int retry) const override;
  int quota_cost(const Trouble& trouble) const override;
};

}  // namespace bedlam::harness
