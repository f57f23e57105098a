// @anthropic-ai/bedrock-sdk 1.1 with @anthropic-ai/sdk 1.12 (client.js): it looks at the status
// alone, and at what the server asks for; run with most conditions (docs/clients.md).
#include "harness/retry/catalog.h"

namespace bedlam::harness::families {

std::vector<RetryPolicy> anthropic() {
  using namespace std::chrono_literals;
  RetryPolicy policy;
  policy.name = "anthropic-sdk";
  policy.summary = "Anthropic's SDK for Bedrock: rand(¾,1)·min(0.5·2^i, 8) s";
  policy.source = "@anthropic-ai/sdk 1.12 client.js; measured";
  policy.max_attempts = 3;  // maxRetries: 2
  policy.conditions.transient_statuses = {408, 409};
  policy.conditions.throttling_statuses = {429};
  policy.conditions.transient_from = 500;
  policy.conditions.inside_body = false;
  policy.conditions.should_retry = true;
  policy.transient = policy.throttling = {.base = 500ms, .cap = 8s, .least = 0.75};
  policy.hints = {.retry_after = true, .retry_after_ms = true};
  policy.read_timeout = 10min;  // client.js DEFAULT_TIMEOUT: it stops counting with the headers
  policy.timeout_ends_with_headers = true;
  policy.told_by = AttemptHeaders::kStainless;
  return {policy};
}

}  // namespace bedlam::harness::families
