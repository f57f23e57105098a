#include "harness/client/retry/legacy.h"

#include <algorithm>
#include <array>

namespace bedlam::harness {
namespace {

constexpr int kLegacyAttempts = 5;  // _retry.json, max_attempts
constexpr std::array<int, 6> kLegacyStatuses{429, 500, 502,
                                             503, 504, 509};  // _retry.json, policies
// Only with status 400; with any other, the status alone decides.
constexpr std::array<std::string_view, 5> kLegacyCodes{
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
    "ProvisionedThroughputExceededException"};
constexpr int kMaxExponent = 31;  // 2^31 s is 68 years; nobody asks for as many attempts in earnest

}  // namespace

bool LegacyRetries::retries(const Trouble& trouble) const {
  if (trouble.kind != Trouble::Kind::kErrorAnswer) return true;
  const auto status = std::find(kLegacyStatuses.begin(), kLegacyStatuses.end(), trouble.status);
  if (status != kLegacyStatuses.end()) return true;
  return trouble.status == 400 &&
         std::find(kLegacyCodes.begin(), kLegacyCodes.end(), trouble.code) != kLegacyCodes.end();
}

int LegacyRetries::max_attempts() const {
  return kLegacyAttempts;
}

Band LegacyRetries::backoff(int retry) const {
  return {Duration{}, std::chrono::seconds(1LL << std::min(retry, kMaxExponent))};
}

}  // namespace bedlam::harness
