// boto3 and the AWS CLI: botocore 1.43 retries/standard.py, retries/adaptive.py, retryhandler.py
// and data/_retry.json, run with every condition (tests/clients/test_retries.py).
#include "harness/retry/catalog.h"
#include "harness/retry/families/aws_codes.h"

namespace bedlam::harness::families {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kBotocoreReadTimeout{60};  // Config.read_timeout, of each read of the socket
constexpr seconds kBotocoreCap{20};          // ExponentialBackoff._MAX_BACKOFF

RetryPolicy legacy_mode() {
  RetryPolicy policy;
  policy.name = "botocore-legacy";
  policy.short_name = "legacy";
  policy.summary = "boto3's default: rand(0,1)·2^i s without a cap, no retry quota";
  policy.source = "botocore 1.43 retryhandler.py, data/_retry.json; measured";
  policy.max_attempts = 5;
  policy.conditions.transient_statuses = {500, 502, 503, 504, 509};
  policy.conditions.throttling_statuses = {429};
  policy.conditions.throttling_codes = {"Throttling", "ThrottlingException", "ThrottledException",
                                        "RequestThrottledException",
                                        "ProvisionedThroughputExceededException"};
  policy.conditions.codes_only_with_400 = true;
  policy.transient = policy.throttling = {.base = seconds(1)};
  policy.read_timeout = kBotocoreReadTimeout;
  return policy;
}

RetryPolicy standard_mode() {
  RetryPolicy policy;
  policy.name = "botocore-standard";
  policy.short_name = "standard";
  policy.summary = "AWS_RETRY_MODE=standard: rand(0,1)·min(2^i, 20) s";
  policy.source = "botocore 1.43 retries/standard.py; measured";
  policy.max_attempts = 3;
  policy.conditions.throttling_codes = throttling_codes();
  policy.conditions.transient_statuses = transient_statuses();
  policy.conditions.transient_codes = {"RequestTimeout", "RequestTimeoutException", kModelNotReady};
  policy.transient = policy.throttling = {.base = seconds(1), .cap = kBotocoreCap};
  policy.quota = {.capacity = 500, .transient = 5, .throttling = 5, .read_timeout = 10};
  policy.read_timeout = kBotocoreReadTimeout;
  return policy;
}

RetryPolicy adaptive_mode() {
  RetryPolicy policy = standard_mode();
  policy.name = "botocore-adaptive";
  policy.short_name = "adaptive";
  policy.summary = "AWS_RETRY_MODE=adaptive: standard, and a rate limiter after the first throttle";
  policy.source = "botocore 1.43 retries/adaptive.py, throttling.py, bucket.py";
  policy.rate_limited = true;
  return policy;
}

// AWS_NEW_RETRIES_2026=true, which also makes it boto3's default mode.
RetryPolicy rules_of_2026() {
  RetryPolicy policy = standard_mode();
  policy.name = "botocore-2026";
  policy.short_name = "";
  policy.summary =
      "AWS_NEW_RETRIES_2026=true: rand(0,1)·min(50 ms·2^i, 20 s), throttled rand(0,1)·min(2^i, 20) "
      "s";
  policy.source = "botocore 1.43 retries/standard.py with NEW_RETRIES_ENABLED; measured";
  policy.transient.base = milliseconds(50);
  policy.hints = {.x_amz_retry_after = true, .at_most_above_backoff = seconds(5)};
  policy.quota = {.capacity = 500, .transient = 14, .throttling = 5, .long_polls = long_polls()};
  return policy;
}

}  // namespace

std::vector<RetryPolicy> botocore() {
  return {legacy_mode(), standard_mode(), adaptive_mode(), rules_of_2026()};
}

}  // namespace bedlam::harness::families
