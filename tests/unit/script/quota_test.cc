// Amounts and rates as people write them.
#include "emulator/script/quota.h"

#include <gtest/gtest.h>

namespace bedlam::script {
namespace {

using namespace std::chrono_literals;

TEST(Quota, IsAboveAnotherInTheSameTime) {
  EXPECT_TRUE(is_above({10, 1s}, {50, 1min}));
  EXPECT_FALSE(is_above({50, 1min}, {50, 1min}));
  EXPECT_FALSE(is_above({3'000, 1h}, {50, 1min}));
  EXPECT_TRUE(is_above({3'001, 1h}, {50, 1min}));
}

TEST(Quota, Amounts) {
  EXPECT_EQ(parse_amount("50"), 50);
  EXPECT_EQ(parse_amount("400k"), 400'000);
  EXPECT_EQ(parse_amount("1.5M"), 1'500'000);
  EXPECT_EQ(parse_amount("0.001k"), 1);
  EXPECT_EQ(parse_amount("1000G"), kMaxQuotaAmount);
  for (const char* wrong : {"", "k", "0", "-5", "1.5", ".5k", "5.k", "1.2.3M", "400K", "1001G",
                            "5 k", "0.0001k", "99999999999999999999"}) {
    EXPECT_EQ(parse_amount(wrong), std::nullopt) << wrong;
  }
}

TEST(Quota, Rates) {
  EXPECT_EQ(parse_rate("50/min"), (Rate{50, 1min}));
  EXPECT_EQ(parse_rate("400k/min"), (Rate{400'000, 1min}));
  EXPECT_EQ(parse_rate("10/s"), (Rate{10, 1s}));
  EXPECT_EQ(parse_rate("2/h"), (Rate{2, 1h}));
  for (const char* wrong : {"50", "50/", "/min", "50/minute", "50 /min", "50/min/min", "0/min"}) {
    EXPECT_EQ(parse_rate(wrong), std::nullopt) << wrong;
  }
}

TEST(Quota, AsText) {
  EXPECT_EQ(format_amount(0), "0");
  EXPECT_EQ(format_amount(999), "999");
  EXPECT_EQ(format_amount(64'001), "64,001");
  EXPECT_EQ(format_amount(-1'234'567), "-1,234,567");
  EXPECT_EQ(format_rate({400'000, 1min}), "400,000/min");
}

// re:Post 2024: "50 RPM, 400,000 TPM", not adjustable; on demand.
TEST(Quota, HardLimits) {
  const HardLimit* limit = find_hard_limit("anthropic.claude-3-5-sonnet-20240620-v1:0");
  ASSERT_NE(limit, nullptr);
  EXPECT_EQ(limit->requests, 50);
  EXPECT_EQ(limit->tokens, 400'000);
  EXPECT_EQ(find_hard_limit("arn:aws:bedrock:us-east-1::foundation-model/"
                            "anthropic.claude-3-5-sonnet-20240620-v1:0"),
            limit);
  EXPECT_EQ(find_hard_limit("us.anthropic.claude-3-5-sonnet-20240620-v1:0"), nullptr);
  EXPECT_EQ(find_hard_limit("anthropic.claude-3-5-sonnet-20241022-v2:0"), nullptr);
}

}  // namespace
}  // namespace bedlam::script
