#include "harness/client/retry/standard.h"

#include <algorithm>
#include <array>

namespace bedlam::harness {
namespace {

constexpr int kStandardAttempts = 3;  // standard.py, DEFAULT_MAX_ATTEMPTS
constexpr int kCapSeconds = 20;       // ExponentialBackoff._MAX_BACKOFF
constexpr int kCapExponent = 5;       // 2^5 is above the cap
constexpr int kRetryCost = 5;         // RetryQuotaChecker._RETRY_COST
constexpr int kTimeoutCost = 10;      // RetryQuotaChecker._TIMEOUT_RETRY_REQUEST
// TransientRetryableChecker._TRANSIENT_STATUS_CODES
constexpr std::array<int, 4> kTransientStatuses{500, 502, 503, 504};
// ThrottledRetryableChecker, TransientRetryableChecker, and the one error of Bedrock Runtime whose
// model carries the `retryable` trait.
constexpr std::array<std::string_view, 17> kRetriedCodes{"Throttling",
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
                                                         "EC2ThrottledException",
                                                         "RequestTimeout",
                                                         "RequestTimeoutException",
                                                         "ModelNotReadyException"};

}  // namespace

bool StandardRetries::retries(const Trouble& trouble) const {
  if (trouble.kind != Trouble::Kind::kErrorAnswer) return true;
  return std::find(kRetriedCodes.begin(), kRetriedCodes.end(), trouble.code) !=
             kRetriedCodes.end() ||
         std::find(kTransientStatuses.begin(), kTransientStatuses.end(), trouble.status) !=
             kTransientStatuses.end();
}

int StandardRetries::max_attempts() const {
  return kStandardAttempts;
}

Band StandardRetries::backoff(int retry) const {
  const int seconds = std::min(1 << std::min(retry, kCapExponent), kCapSeconds);
  return {Duration{}, std::chrono::seconds(seconds)};
}

int StandardRetries::quota_cost(const Trouble& trouble) const {
  return trouble.kind == Trouble::Kind::kReadTimeout ? kTimeoutCost : kRetryCost;
}

}  // namespace bedlam::harness
