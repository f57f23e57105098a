// `ai` 6.0 with @ai-sdk/amazon-bedrock 4.0 (util/retry-with-exponential-backoff); pauses and most
// conditions measured (docs/clients.md), the hints from its source.
#include "harness/retry/catalog.h"

namespace bedlam::harness::families {

std::vector<RetryPolicy> ai_sdk() {
  using namespace std::chrono_literals;
  RetryPolicy policy;
  policy.name = "ai-sdk";
  policy.summary = "Vercel's ai package: 2 s, 4 s, without jitter";
  policy.source = "ai 6.0 util/retry-with-exponential-backoff; measured";
  policy.max_attempts = 3;  // maxRetries: 2
  policy.conditions.transient_statuses = {408, 409};
  policy.conditions.throttling_statuses = {429};
  policy.conditions.transient_from = 500;
  policy.transient = policy.throttling = {.base = 2s, .least = 1};
  policy.hints = {.retry_after = true, .retry_after_ms = true, .ignored_from = 60s};
  policy.told_by = AttemptHeaders::kNone;
  return {policy};  // no timeout of its own: the caller's AbortSignal ends a call
}

}  // namespace bedlam::harness::families
