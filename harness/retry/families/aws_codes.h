// What the SDKs of AWS have in common: the error codes of throttling, word for word the same list
// in botocore (retries/standard.py), @smithy/core (retry/constants), Go v2 (aws/retry/standard.go)
// and Java v2 (AwsErrorCode), and the statuses of what may pass.
#pragma once

#include <string_view>
#include <vector>

namespace bedlam::harness::families {

inline std::vector<std::string_view> throttling_codes() {
  return {"Throttling",
          "ThrottlingException",
          "ThrottledException",
          "RequestThrottledException",
          "TooManyRequestsException",
          "ProvisionedThroughputExceededException",
          "TransactionInProgressException",
          "RequestLimitExceeded",
          "BandwidthLimitExceeded",
          "LimitExceededException",
          "RequestThrottled",
          "SlowDown",
          "PriorRequestNotComplete",
          "EC2ThrottledException"};
}

inline std::vector<int> transient_statuses() {
  return {500, 502, 503, 504};
}

// What the rules of 2026 take for long polls (botocore retries/standard.py,
// _LONG_POLLING_OPERATIONS: of SQS, Step Functions and SWF).
inline std::vector<std::string_view> long_polls() {
  return {"ReceiveMessage", "GetActivityTask", "PollForActivityTask", "PollForDecisionTask"};
}

// An error of Bedrock Runtime whose model has the trait `retryable` with `throttling: false`.
inline constexpr std::string_view kModelNotReady = "ModelNotReadyException";

}  // namespace bedlam::harness::families
