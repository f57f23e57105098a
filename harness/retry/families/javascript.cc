// The AWS SDK for JavaScript v3: @smithy/core 3.41 (dist-es/submodules/retry), where the rules of
// 2026 are on for good; run with every condition (tests/clients/test_retries.py).
#include "harness/retry/catalog.h"
#include "harness/retry/families/aws_codes.h"

namespace bedlam::harness::families {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Its default handler for Bedrock Runtime speaks HTTP/2: a stream that is reset is not tried again,
// nor is a body that breaks off; a connection that is reset is.
RetryPolicy javascript_v3() {
  RetryPolicy policy;
  policy.name = "javascript-v3";
  policy.summary =
      "AWS SDK for JavaScript v3 over HTTP/2: rand(0,1)·min(50 ms·2^i, 20 s), throttled "
      "rand(0,1)·min(2^i, 20) s";
  policy.source = "@smithy/core 3.41 submodules/retry; measured";
  policy.max_attempts = 3;
  policy.conditions.throttling_statuses = {429};
  policy.conditions.throttling_codes = throttling_codes();
  policy.conditions.transient_statuses = transient_statuses();
  policy.conditions.transient_codes = {"TimeoutError", "RequestTimeout", "RequestTimeoutException",
                                       kModelNotReady};
  policy.http2 = true;
  policy.conditions.stream_resets = false;
  policy.conditions.inside_body = false;
  policy.transient = {.base = milliseconds(50), .cap = seconds(20)};
  policy.throttling = {.base = seconds(1), .cap = seconds(20)};
  policy.hints = {
      .retry_after = true, .x_amz_retry_after = true, .at_most_above_backoff = seconds(5)};
  policy.quota = {.capacity = 500, .transient = 14, .throttling = 5, .long_polls = long_polls()};
  policy.read_timeout = seconds(300);  // NodeHttp2ConnectionManager: a session without traffic,
                                       // where requestTimeout and sessionTimeout are unset
  return policy;
}

RetryPolicy javascript_v3_http1() {
  RetryPolicy policy = javascript_v3();
  policy.name = "javascript-v3-http1";
  policy.summary =
      "the same with NodeHttpHandler, over HTTP/1.1: a body that breaks off is retried";
  policy.http2 = false;
  policy.conditions.stream_resets = true;
  policy.conditions.inside_body = true;
  policy.read_timeout.reset();  // NodeHttpHandler: requestTimeout and socketTimeout are unset
  return policy;
}

}  // namespace

std::vector<RetryPolicy> javascript() {
  return {javascript_v3(), javascript_v3_http1()};
}

}  // namespace bedlam::harness::families
