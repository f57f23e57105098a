// Quotas as callers and the journal see them: a Bedrock Runtime behind a dispatcher.
#include "emulator/bedrock/quota/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/bedrock/quota/quota_fixture.h"

namespace bedlam::bedrock::test {
namespace {

using testing::HasSubstr;

TEST_F(QuotaTest, WithoutOneNothingIsSaid) {
  const Asking asking = hi();
  EXPECT_TRUE(quota(asking).is_null());
  EXPECT_EQ(to_json(entry(asking)).count("quota"), 0U);
}

TEST_F(QuotaTest, RequestsPerMinute) {
  script::Quota two;
  two.requests = Rate{2, 1min};
  limit(two);
  hi();
  hi();
  const Asking third = hi();
  EXPECT_EQ(message(third), "Too many requests, please wait before trying again.");
  EXPECT_EQ(quota(third)["refused_by"], "requests");
  EXPECT_EQ(quota(third)["admitted_at"], 30.0);
  EXPECT_THAT(quota(third)["because"].get<std::string>(),
              HasSubstr("us-east-1 has 0 of 2 requests left; it would be admitted in 30 s"));
  to(30s - 1ns);
  EXPECT_EQ(message(hi()), "Too many requests, please wait before trying again.");
  to(30s);
  EXPECT_EQ(quota(hi())["admitted"], true) << "a refused call counts nowhere";
  EXPECT_EQ(quota(hi())["admitted"], false);
}

// The article's case: no max_tokens, so the model's 64,000 are reserved for 590.
TEST_F(QuotaTest, TheReservationOfMaxTokensEatsTheQuota) {
  limit(tokens_a_minute(100'000));
  const Asking first = ask("Converse", converse_body("Hi"));
  EXPECT_EQ(quota(first)["reserved"], 64'001);
  EXPECT_EQ(quota(first)["max_tokens"], 64'000);
  EXPECT_EQ(quota(first)["burndown"], 5);
  const Asking second = ask("Converse", converse_body("Hi"));
  EXPECT_EQ(message(second), "Too many tokens, please wait before trying again.");
  EXPECT_EQ(quota(second)["to_reserve"], 64'001);
  EXPECT_EQ(quota(second)["limits"]["tokens"],
            (Json{{"quota", 100'000}, {"asked", 64'001}, {"left", 35'999}}));
  EXPECT_EQ(quota(second)["admitted_at"], 10.0) << "when the first gives back";
  EXPECT_EQ(quota(second)["admitted_max_tokens"], 35'998);
  EXPECT_EQ(quota(hi(35'998))["admitted"], true);
  to(10s);
  EXPECT_EQ(quota(first)["settled"], (Json{{"at", 10.0},
                                           {"output_tokens", 590},
                                           {"charged", 2'951},
                                           {"burned_down", 2'950},
                                           {"given_back", 61'050}}));
}

TEST_F(QuotaTest, MoreThanThereEverIs) {
  limit(tokens_a_minute(50'000));
  const Asking asking = ask("ConverseStream", converse_body("Hi"));
  EXPECT_EQ(message(asking), "Too many tokens, please wait before trying again.");
  EXPECT_THAT(asking.heard->heard, testing::SizeIs(3)) << "an HTTP error, before any stream";
  EXPECT_TRUE(quota(asking)["admitted_at"].is_null());
  EXPECT_EQ(quota(asking)["admitted_max_tokens"], 49'999);
  EXPECT_THAT(quota(asking)["because"].get<std::string>(), HasSubstr("never"));
}

TEST_F(QuotaTest, TokensOfADay) {
  script::Quota daily;
  daily.daily_tokens = 5'000;
  limit(daily);
  hi(4'000);
  to(10s);  // 2,951 used
  const Asking second = hi(3'000);
  EXPECT_EQ(message(second), "Too many tokens per day, please wait before trying again.");
  EXPECT_EQ(quota(second)["admitted_max_tokens"], 2'048);
  EXPECT_EQ(quota(second)["admitted_at"], 86'400.0);
}

// Its client left after a second; the model goes on until it has its answer.
TEST_F(QuotaTest, AnAbandonedCallKeepsItsPlaceUntilTheServiceNotices) {
  script::Quota one = tokens_a_minute(100'000);
  one.concurrent = 1;
  limit(one);
  const Asking first = hi();
  to(1s);
  first.exchange->abandon();
  EXPECT_EQ(entry(first).ended, "abandoned");
  EXPECT_EQ(quota(first)["settled"]["at"], 10.0);
  EXPECT_EQ(quota(first)["settled"]["charged"], 2'951);
  const Asking second = hi();
  EXPECT_EQ(message(second), "Too many connections, please wait before trying again.");
  EXPECT_EQ(quota(second)["admitted_at"], 10.0);
  to(10s);
  EXPECT_EQ(quota(hi())["admitted"], true);
}

TEST_F(QuotaTest, AProfileGoesOnInItsOtherRegions) {
  script::Quota spilling;
  spilling.requests = Rate{1, 1min};
  spilling.regions = {"us-east-1", "us-west-2"};
  limit(spilling, "us.anthropic.*");
  const std::string profile = "us." + std::string(kSonnet4);
  EXPECT_EQ(quota(hi(10, profile, "us-west-2"))["region"], "us-west-2") << "its own Region first";
  const Asking second = hi(10, profile, "us-west-2");
  EXPECT_EQ(quota(second)["region"], "us-east-1");
  EXPECT_EQ(quota(second)["other_regions"][0]["region"], "us-west-2");
  to(20s);
  const Asking third = hi(10, profile, "us-west-2");
  EXPECT_EQ(message(third), "Too many requests, please wait before trying again.");
  EXPECT_EQ(quota(third)["admitted_at"], 60.0);
  EXPECT_TRUE(quota(hi(10)).is_null()) << "the model itself has no quota";
}

// One Region's requests are used up, the other's tokens, which come back sooner: caller and journal
// are told of the same limit.
TEST_F(QuotaTest, TheCallerHearsWhatTheJournalSays) {
  script::Quota spilling = tokens_a_minute(60'000);
  spilling.requests = Rate{2, 1min};
  spilling.regions = {"us-east-1", "us-west-2"};
  limit(spilling, "us.anthropic.*");
  const std::string profile = "us." + std::string(kSonnet4);
  EXPECT_EQ(quota(hi(10, profile))["region"], "us-east-1");
  EXPECT_EQ(quota(hi(10, profile))["region"], "us-east-1");
  EXPECT_EQ(quota(hi(50'000, profile))["region"], "us-west-2");
  const Asking refused = hi(20'000, profile);
  EXPECT_EQ(quota(refused)["region"], "us-west-2");
  EXPECT_EQ(quota(refused)["refused_by"], "tokens");
  EXPECT_EQ(message(refused), "Too many tokens, please wait before trying again.");
}

// As AWS counts: in the Region that is called, whatever ran it.
TEST_F(QuotaTest, AProfileWithoutRegionsIsCountedWhereItIsCalled) {
  script::Quota one;
  one.requests = Rate{1, 1min};
  limit(one, "*anthropic.*");
  const std::string profile = "eu." + std::string(kSonnet4);
  EXPECT_EQ(quota(hi(10, profile, "eu-west-1"))["admitted"], true);
  EXPECT_EQ(quota(hi(10, profile, "eu-west-1"))["admitted"], false);
  EXPECT_EQ(quota(hi(10, profile, "eu-west-3"))["admitted"], true);
  EXPECT_EQ(quota(hi(10, kSonnet4, "eu-west-1"))["admitted"], true) << "on demand is another quota";
  const std::string arn = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/" + profile;
  EXPECT_EQ(quota(hi(10, arn, "eu-west-1"))["admitted"], false);
}

// 50 requests a minute are the most AWS gives of this model, whoever asks.
TEST_F(QuotaTest, AHardLimitHoldsUnderAWiderPattern) {
  script::Quota many;
  many.requests = Rate{1'000, 1min};
  limit(many);
  constexpr std::string_view kSonnet35 = "anthropic.claude-3-5-sonnet-20240620-v1:0";
  for (int i = 0; i < 50; ++i) EXPECT_EQ(quota(hi(10, kSonnet35))["admitted"], true);
  const Asking asking = hi(10, kSonnet35);
  EXPECT_EQ(quota(asking)["hard_limit"], true);
  EXPECT_THAT(quota(asking)["because"].get<std::string>(), HasSubstr("AWS does not raise"));
  EXPECT_EQ(quota(hi())["admitted"], true);
}

TEST_F(QuotaTest, ARefusedCallTakesNoOutcome) {
  script::Quota one;
  one.requests = Rate{1, 1min};
  script::Behaviour model{"*", {}, {{"test:1", {}, {answer("one"), answer("two")}}}, {}};
  model.quota = one;
  runtime.use(script::Script({model}));
  hi();
  hi();
  to(1min);
  EXPECT_THAT(entry(hi()).body, HasSubstr("two"));
}

TEST_F(QuotaTest, CountingAndRefusedRequestsAreFree) {
  script::Quota one;
  one.requests = Rate{1, 1min};
  limit(one);
  EXPECT_TRUE(quota(ask("Converse", "{}")).is_null());
  ask("CountTokens", R"({"input":{"converse":)" + converse_body("Hi") + "}}");
  EXPECT_EQ(quota(hi())["admitted"], true);
}

}  // namespace
}  // namespace bedlam::bedrock::test
