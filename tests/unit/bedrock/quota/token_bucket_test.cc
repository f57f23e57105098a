// The arithmetic of quotas, against numbers computed by hand.
#include "emulator/bedrock/quota/token_bucket.h"

#include <gtest/gtest.h>

#include "emulator/bedrock/quota/burndown.h"
#include "emulator/bedrock/quota/lane.h"

namespace bedlam::bedrock::quota {
namespace {

using namespace std::chrono_literals;
using script::Rate;
using script::Refill;

TokenBucket continuous(std::int64_t amount, Duration per = 1min) {
  return {Rate{amount, per}, Refill::kContinuous, 0s};
}

TEST(TokenBucket, IsFullAtFirstAndRefillsWithTime) {
  TokenBucket bucket = continuous(50);
  EXPECT_EQ(bucket.left(Instant{}), 50);
  bucket.take(50, Instant{});
  EXPECT_EQ(bucket.when(1, Instant{}), Instant(1'200ms));  // 60 s / 50
  EXPECT_EQ(bucket.when(50, Instant{}), Instant(60s));
  EXPECT_EQ(bucket.left(Instant(1'200ms - 1ns)), 0);
  EXPECT_EQ(bucket.left(Instant(1'200ms)), 1);
  EXPECT_EQ(bucket.left(Instant(1h)), 50);
}

// 60 s / 7 is 8.571428571428… s: a unit is there at the first whole nanosecond behind it, and
// asking in between loses nothing.
TEST(TokenBucket, DoesNotDrift) {
  TokenBucket bucket = continuous(7);
  bucket.take(7, Instant{});
  EXPECT_EQ(bucket.when(1, Instant{}), Instant(8'571'428'572ns));
  for (Instant now{}; now < Instant(60s); now += 7'000'003ns) bucket.left(now);
  EXPECT_EQ(bucket.left(Instant(60s - 1ns)), 6);
  EXPECT_EQ(bucket.left(Instant(60s)), 7);
}

TEST(TokenBucket, MayBeInDebt) {
  TokenBucket bucket = continuous(60);
  bucket.take(60, Instant{});
  bucket.give_back(-40, Instant{}, Instant{});
  EXPECT_EQ(bucket.left(Instant{}), -40);
  EXPECT_EQ(bucket.when(1, Instant{}), Instant(41s));
  EXPECT_EQ(bucket.left(Instant(41s)), 1);
}

TEST(TokenBucket, NeverHoldsMoreThanItsCapacity) {
  TokenBucket bucket = continuous(100'000);
  EXPECT_EQ(bucket.when(100'001, Instant{}), std::nullopt);
  bucket.take(64'000, Instant{});
  bucket.give_back(63'410, Instant{}, Instant(30s));  // 50,000 came by themselves
  EXPECT_EQ(bucket.left(Instant(30s)), 100'000);
}

// Windows begin with the calendar's minutes: here 20 s before the start.
TEST(TokenBucket, WindowsComeBackAllAtOnce) {
  TokenBucket bucket({400'000, 1min}, Refill::kWindow, 24h + 20s);
  bucket.take(400'000, Instant(1s));
  EXPECT_EQ(bucket.left(Instant(40s - 1ns)), 0);
  EXPECT_EQ(bucket.when(1, Instant(1s)), Instant(40s));
  EXPECT_EQ(bucket.left(Instant(40s)), 400'000);
  bucket.take(100'000, Instant(50s));
  bucket.give_back(390'000, Instant(1s), Instant(51s));  // of the window that has passed
  EXPECT_EQ(bucket.left(Instant(51s)), 300'000);
  bucket.give_back(60'000, Instant(50s), Instant(52s));
  EXPECT_EQ(bucket.left(Instant(52s)), 360'000);
}

TEST(TokenBucket, HoldsTheLargestNumbers) {
  TokenBucket bucket = continuous(script::kMaxQuotaAmount, 1s);
  bucket.take(script::kMaxQuotaAmount, Instant{});
  EXPECT_EQ(bucket.when(script::kMaxQuotaAmount, Instant{}), Instant(1s));
  EXPECT_EQ(bucket.left(Instant(kLongestDuration)), script::kMaxQuotaAmount);
  TokenBucket slow = continuous(1, 1h);
  slow.give_back(-128'000'000'000, Instant{}, Instant{});
  EXPECT_LT(*slow.when(1, Instant{}), Instant::max());
}

// "An answer of 590 tokens, and 64,000 were reserved for it": the model's maximum, since the
// request named no max_tokens. The model burns 5 for 1.
class LaneTest : public testing::Test {
 protected:
  static script::Quota quota() {
    script::Quota quota;
    quota.tokens = Rate{100'000, 1min};
    return quota;
  }
  static constexpr Wish kWish{10, 64'000};
};

TEST_F(LaneTest, SettlesAReservation) {
  Lane lane(quota(), 0s);
  const Lane::CallId call = lane.admit(kWish, Instant{});
  EXPECT_EQ(lane.standings(kWish, Instant{}).front().left, 35'990);
  EXPECT_TRUE(lane.standings(kWish, Instant{}).front().refuses());
  EXPECT_EQ(lane.admissible_max_tokens(kWish, Instant{}), 35'980);
  // 28,020 are missing and 5,000 come in 3 s.
  EXPECT_EQ(lane.forecast(kWish, Instant{}).at, Instant(16'812ms));
  lane.settle(call, 10 + 590 * 5, Instant(6s));  // 10,000 came, 61,050 go back: more than fit
  EXPECT_EQ(lane.standings(kWish, Instant(6s)).front().left, 100'000);
  EXPECT_TRUE(lane.idle(Instant(6s)));
}

TEST_F(LaneTest, ForecastsWithTheEndsOfCallsUnderWay) {
  Lane lane(quota(), 0s);
  const Lane::CallId call = lane.admit(kWish, Instant{});
  lane.expect(call, Instant(10s), 2'960);
  EXPECT_EQ(lane.forecast(kWish, Instant{}).at, Instant(10s));
  lane.expect(call, Instant(20s), 2'960);
  EXPECT_EQ(lane.forecast(kWish, Instant{}).at, Instant(16'812ms));
  const Forecast never = lane.forecast({1, 100'000}, Instant{});
  EXPECT_TRUE(never.never);
  EXPECT_EQ(never.at, std::nullopt);
}

// Output counts five times in the end, and was reserved once: the debt is paid off first.
TEST_F(LaneTest, AnAnswerMayUseMoreThanWasReserved) {
  Lane lane(quota(), 0s);
  const Lane::CallId call = lane.admit({0, 30'000}, Instant{});
  lane.settle(call, 30'000 * 5, Instant{});
  EXPECT_EQ(lane.standings({1, 0}, Instant{}).front().left, -50'000);
  EXPECT_EQ(lane.admissible_max_tokens({1, 10}, Instant{}), std::nullopt);
  EXPECT_EQ(lane.forecast({10'000, 0}, Instant{}).at, Instant(36s));
}

TEST_F(LaneTest, APlaceIsHeldToTheEnd) {
  script::Quota one;
  one.concurrent = 1;
  Lane lane(one, 0s);
  const Lane::CallId call = lane.admit(kWish, Instant{});
  EXPECT_EQ(lane.forecast(kWish, Instant(1s)).at, std::nullopt) << "its end is not known";
  EXPECT_FALSE(lane.forecast(kWish, Instant(1s)).never);
  lane.expect(call, Instant(5s), 0);
  EXPECT_EQ(lane.forecast(kWish, Instant(1s)).at, Instant(5s));
  EXPECT_TRUE(lane.standings(kWish, Instant(4s)).front().refuses());
  lane.settle(call, 0, Instant(5s));
  lane.settle(call, 0, Instant(5s));
  EXPECT_EQ(lane.standings(kWish, Instant(5s)).front().left, 1);
}

TEST_F(LaneTest, ADayBeginsAtMidnight) {
  script::Quota daily;
  daily.daily_tokens = 5'000;
  Lane lane(daily, 18h);  // it is six in the evening
  lane.admit({0, 4'000}, Instant{});
  EXPECT_EQ(lane.admissible_max_tokens({100, 2'000}, Instant{}), 900);
  EXPECT_EQ(lane.forecast({100, 2'000}, Instant{}).at, Instant(6h));
}

// "Claude 3.7 and later" (aws/agent-toolkit-for-aws, quota-health.md, read 2026-11-22).
TEST(Burndown, IsFiveForClaudeFrom37On) {
  for (const char* model :
       {"anthropic.claude-3-7-sonnet-20250219-v1:0", "anthropic.claude-opus-4-20250514-v1:0",
        "anthropic.claude-sonnet-4-20250514-v1:0", "anthropic.claude-haiku-4-5-20251001-v1:0"}) {
    EXPECT_EQ(burndown_rate(model), 5) << model;
  }
  for (const char* model :
       {"anthropic.claude-3-5-sonnet-20240620-v1:0", "anthropic.claude-3-haiku-20240307-v1:0",
        "anthropic.claude-v2:1", "anthropic.claude-instant-v1", "amazon.nova-pro-v1:0",
        "meta.llama3-1-70b-instruct-v1:0"}) {
    EXPECT_EQ(burndown_rate(model), 1) << model;
  }
}

}  // namespace
}  // namespace bedlam::bedrock::quota
