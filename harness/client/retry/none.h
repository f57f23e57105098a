// One attempt and no more: what a program that does its own retries asks its SDK for.
#pragma once

#include "harness/client/retry_policy.h"

namespace bedlam::harness {

class NoRetries final : public RetryPolicy {
 public:
  std::string_view name() const override { return "none"; }
  std::string_view description() const override { return "one attempt"; }
  int max_attempts() const override { return 1; }
  bool retries(const Trouble& /*trouble*/) const override { return false; }
  Band backoff(int /*retry*/) const override { return {}; }
  int quota_cost(const Trouble& /*trouble*/) const override { return 0; }
};

}  // namespace bedlam::harness
