#include "harness/client/retry/legacy.h"

#include <algorithm>
#include <array>

namespace bedlam::harness {
namespace {

constexpr int kMaxAttempts = 5;                                        // _retry.json, max_attempts
constexpr std::array<int, 6> kStatuses{429, 500, 502, 503, 504, 509};  // _retry.json, policies
// Only with status 400; with any other, the status alone decides.
constexpr std::array<std::string_view, 5> kCodes{"Throttling", "ThrottlingException",
                                                 "ThrottledException", "RequestThrottledException",
                                                 "ProvisionedThroughputExceededException"};
constexpr int kMaxExponent = 31;  // 2^31 s is 68 years; nobody asks for as many attempts in earnest

}  // namespace

bool LegacyRetries::retries(const Trouble& trouble) const {
  if (trouble.kind != Trouble::Kind::kErrorAnswer) return true;
  if (std::find(kStatuses.begin(), kStatuses.end(), trouble.status) != kStatuses.end()) return true;
  return trouble.status == 400 &&
         std::find(kCodes.begin(), kCodes.end(), trouble.code) != kCodes.end();
}

int LegacyRetries::max_attempts() const {
  return kMaxAttempts;
}

Band LegacyRetries::backoff(int retry) const {
  return {Duration{}, std::chrono::seconds(1LL << std::min(retry, kMaxExponent))};
}

}  // namespace bedlam::harness
