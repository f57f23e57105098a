// The AWS SDK for Java v2, from its source and not run: core/retries (DefaultRetryStrategy),
// AwsErrorCode, SdkDefaultRetrySetting.
#include "harness/retry/catalog.h"
#include "harness/retry/families/aws_codes.h"

namespace bedlam::harness::families {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

RetryPolicy java_legacy() {
  RetryPolicy policy;
  policy.name = "java-v2";
  policy.summary =
      "AWS SDK for Java v2, its default: rand(0,1)·min(100 ms·2^i, 20 s), throttled "
      "rand(½,1)·min(500 ms·2^i, 20 s)";
  policy.source = "aws-sdk-java-v2 core/retries DefaultRetryStrategy.java (source, not run)";
  policy.max_attempts = 4;
  policy.conditions.throttling_statuses = {429};
  policy.conditions.throttling_codes = throttling_codes();
  policy.conditions.transient_statuses = transient_statuses();
  policy.conditions.transient_codes = {"RequestTimeout", "RequestTimeoutException", "InternalError",
                                       kModelNotReady};
  policy.transient = {.base = milliseconds(100), .cap = seconds(20)};
  policy.throttling = {.base = milliseconds(500), .cap = seconds(20), .least = 0.5};
  policy.quota = {.capacity = 500, .transient = 5, .throttling = 0};
  policy.read_timeout = seconds(30);  // SdkHttpConfigurationOption.READ_TIMEOUT, of each read
  return policy;
}

RetryPolicy java_standard() {
  RetryPolicy policy = java_legacy();
  policy.name = "java-v2-standard";
  policy.summary =
      "the same in standard mode: rand(0,1)·min(100 ms·2^i, 20 s), throttled rand(0,1)·min(2^i, "
      "20) s";
  policy.max_attempts = 3;
  policy.throttling = {.base = seconds(1), .cap = seconds(20)};
  policy.quota.throttling = 5;
  return policy;
}

}  // namespace

std::vector<RetryPolicy> java() {
  return {java_legacy(), java_standard()};
}

}  // namespace bedlam::harness::families
