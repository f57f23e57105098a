// Retry modes against botocore's formulas and tables (facts: sdk-retries.md,
// sections 1.1, 1.3, 1.4).
#include <gtest/gtest.h>

#include <set>

#include "harness/retry/catalog.h"
#include "tests/unit/harness/fake_model.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;

const RetryPolicy& legacy() {
  return *find_retry_policy("legacy");
}
const RetryPolicy& standard() {
  return *find_retry_policy("standard");
}

Trouble answer(int status, const std::string& code) {
  return {Trouble::Kind::kErrorAnswer, status, code};
}

TEST(RetryPolicies, BandsFollowTheFormulas) {
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(legacy().backoff(i, Cause::kTransient).least, 0s);
    EXPECT_EQ(legacy().backoff(i, Cause::kTransient).most, std::chrono::seconds(1 << i))
        << "no cap";
    EXPECT_EQ(standard().backoff(i, Cause::kThrottling).most,
              std::chrono::seconds(std::min(1 << i, 20)));
  }
}

TEST(RetryPolicies, DefaultsCountTheFirstAttempt) {
  EXPECT_EQ(legacy().max_attempts, 5);
  EXPECT_EQ(standard().max_attempts, 3);
  EXPECT_EQ(find_retry_policy("none")->max_attempts, 1);
  EXPECT_EQ(find_retry_policy("exponential"), nullptr);
}

struct Condition {
  Trouble trouble;
  bool legacy, standard;
};

TEST(RetryPolicies, RetryWhatBotocoreRetries) {
  const std::vector<Condition> table{
      {answer(429, "ThrottlingException"), true, true},
      {answer(400, "ThrottlingException"), true, true},
      {answer(429, "ModelNotReadyException"), true, true},
      {answer(429, "SomethingElse"), true, false},
      {answer(500, "InternalServerException"), true, true},
      {answer(502, "BadGateway"), true, true},
      {answer(503, "ServiceUnavailableException"), true, true},
      {answer(504, "GatewayTimeout"), true, true},
      {answer(509, "BandwidthLimitExceeded"), true, true},
      {answer(509, "Unknown"), true, false},
      {answer(505, "Unknown"), false, false},
      {answer(408, "ModelTimeoutException"), false, false},
      {answer(424, "ModelErrorException"), false, false},
      {answer(400, "ServiceQuotaExceededException"), false, false},
      {answer(400, "ValidationException"), false, false},
      {answer(403, "AccessDeniedException"), false, false},
      {answer(404, "ResourceNotFoundException"), false, false},
      {answer(409, "ConflictException"), false, false},
      {{Trouble::Kind::kReadTimeout}, true, true},
      {{Trouble::Kind::kConnectionClosed}, true, true},
  };
  for (const Condition& row : table) {
    const std::string what = std::to_string(row.trouble.status) + " " + row.trouble.code;
    EXPECT_EQ(legacy().retries(row.trouble), row.legacy) << what;
    EXPECT_EQ(standard().retries(row.trouble), row.standard) << what;
  }
}

TEST(RetryPolicies, ATimeoutCostsTwiceTheQuota) {
  EXPECT_EQ(standard().quota_cost(answer(500, "")), 5);
  EXPECT_EQ(standard().quota_cost({Trouble::Kind::kReadTimeout}), 10);
  EXPECT_EQ(legacy().quota.capacity, 0);
}

class ThrottledClient : public testing::TestWithParam<std::pair<const char*, std::size_t>> {};

TEST_P(ThrottledClient, GivesUpAfterTheModesAttempts) {
  const auto [mode, attempts] = GetParam();
  ClientRig rig(mode);
  rig.model.replies.push_back(error_reply(429, "ThrottlingException", 100ms));
  const CallResult result = rig.call();
  EXPECT_EQ(result.outcome, "ThrottlingException");
  EXPECT_EQ(result.error.message, "said the model");
  ASSERT_EQ(result.attempts.size(), attempts);
  EXPECT_EQ(rig.model.requests.size(), attempts);
  for (std::size_t i = 0; i + 1 < attempts; ++i) {
    const Duration gap = result.attempts[i + 1].started - result.attempts[i].ended;
    EXPECT_EQ(gap, result.attempts[i].delay.value());
    EXPECT_LE(gap, find_retry_policy(mode)->backoff(static_cast<int>(i), Cause::kThrottling).most);
    EXPECT_EQ(result.attempts[i].ended - result.attempts[i].started, Duration(100ms));
    EXPECT_EQ(result.attempts[i].end, "429 ThrottlingException");
  }
  EXPECT_FALSE(result.attempts.back().delay.has_value());
}
INSTANTIATE_TEST_SUITE_P(Modes, ThrottledClient,
                         testing::Values(std::pair("legacy", 5U), std::pair("standard", 3U),
                                         std::pair("none", 1U)));

TEST(ThrottledClients, TotalAttemptsAreWhatMaxAttemptsCounts) {
  ClientRig rig("legacy");
  rig.step.client.max_attempts = 2;
  rig.model.replies.push_back(error_reply(429, "ThrottlingException"));
  EXPECT_EQ(rig.call().attempts.size(), 2U);
}

TEST(ThrottledClients, JitterSpreadsOverTheWholeBandAndRepeatsWithTheSeed) {
  std::set<Duration> delays;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    ClientRig rig("standard", seed), twin("standard", seed);
    rig.model.replies = twin.model.replies = {error_reply(500, "InternalServerException")};
    const CallResult result = rig.call();
    EXPECT_EQ(result.took(), twin.call().took());
    delays.insert(result.attempts[0].delay.value());
  }
  EXPECT_GT(delays.size(), 190U);
  EXPECT_LT(*delays.begin(), Duration(50ms));
  EXPECT_GT(*delays.rbegin(), Duration(950ms));
  EXPECT_LT(*delays.rbegin(), Duration(1s));
}

// Measured: 50 calls of 3 attempts, then one attempt a call for good (500 ÷ 5 = 100 retries).
TEST(RetryQuotas, OfStandardLastsFiftyCallsOfThreeAttempts) {
  ClientRig rig("standard");
  rig.model.replies.push_back(error_reply(500, "InternalServerException"));
  for (int call = 1; call <= 50; ++call) {
    const CallResult result = rig.call();
    ASSERT_EQ(result.attempts.size(), 3U) << "call " << call;
    ASSERT_FALSE(result.quota_reached);
  }
  for (int call = 51; call <= 60; ++call) {
    const CallResult result = rig.call();
    ASSERT_EQ(result.attempts.size(), 1U) << "call " << call;
    ASSERT_TRUE(result.quota_reached);
  }
}

TEST(RetryQuotas, ASuccessGivesBackWhatItsLastRetryCost) {
  ClientRig rig("standard");
  rig.model.replies = {error_reply(500, "InternalServerException"),
                       error_reply(500, "InternalServerException"), converse_reply()};
  EXPECT_EQ(rig.call().outcome, "complete");
  EXPECT_EQ(rig.client.quota().available(), 495) << "two retries at 5, the last one given back";
  EXPECT_EQ(rig.call().outcome, "complete");
  EXPECT_EQ(rig.client.quota().available(), 496) << "a clean success gives 1";
}

TEST(RetryQuotas, OfTimeoutsLastsHalfAsLong) {
  ClientRig rig("standard");
  rig.step.client.read_timeout = 1s;
  for (int call = 1; call <= 25; ++call) ASSERT_EQ(rig.call().attempts.size(), 3U);
  EXPECT_EQ(rig.call().attempts.size(), 1U);
}

}  // namespace
}  // namespace bedlam::harness
