// The AWS SDK for Go v2, from its source and not run: aws/retry/standard.go, jitter_backoff.go and
// middleware.go. The middleware counts attempts from 1 where the back-off expects them from 0, so
// that the first pause is already drawn below 2 s.
#include "harness/retry/catalog.h"
#include "harness/retry/families/aws_codes.h"

namespace bedlam::harness::families {

std::vector<RetryPolicy> go() {
  using std::chrono::seconds;
  RetryPolicy policy;
  policy.name = "go-v2";
  policy.summary = "AWS SDK for Go v2: rand(0,1)·2·2^i s, and 20 s flat from the fifth retry on";
  policy.source = "aws-sdk-go-v2 aws/retry (source, not run)";
  policy.max_attempts = 3;
  policy.conditions.throttling_codes = throttling_codes();
  policy.conditions.transient_statuses = transient_statuses();
  policy.conditions.transient_codes = {"RequestTimeout", "RequestTimeoutException"};
  policy.transient = policy.throttling = {.base = seconds(2), .cap = seconds(20), .cap_from = 4};
  policy.quota = {.capacity = 500, .transient = 5, .throttling = 5, .read_timeout = 10};
  return {policy};  // no read timeout of its own: the caller's context ends a call
}

}  // namespace bedlam::harness::families
