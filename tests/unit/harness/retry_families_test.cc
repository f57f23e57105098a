// The named retry policies against what was measured of the SDKs and read in their sources (facts:
// sdk-retries.md, sections 1.1 to 1.4; docs/clients.md).
#include <gtest/gtest.h>

#include "emulator/scenario/scenario.h"
#include "harness/retry/catalog.h"
#include "harness/retry/quota.h"
#include "harness/retry/rate_limiter.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;

const RetryPolicy& policy_named(std::string_view name) {
  const RetryPolicy* policy = find_retry_policy(name);
  EXPECT_NE(policy, nullptr) << name;
  return *policy;
}

Trouble error_answer(int status, const std::string& code = "") {
  return {Trouble::Kind::kErrorAnswer, status, code};
}

struct Expected {
  std::string_view name;
  int attempts;
  std::vector<Duration> transient, throttled;  // the ends of the first bands
};

TEST(RetryFamilies, AttemptsAndBackOffs) {
  const std::vector<Expected> table{
      {"botocore-legacy", 5, {1s, 2s, 4s, 8s}, {1s, 2s, 4s, 8s}},
      {"botocore-standard", 3, {1s, 2s, 4s, 8s, 16s, 20s}, {1s, 2s}},
      {"botocore-adaptive", 3, {1s, 2s, 4s, 8s, 16s, 20s}, {1s, 2s}},
      {"botocore-2026", 3, {50ms, 100ms, 200ms}, {1s, 2s, 4s}},
      {"javascript-v3", 3, {50ms, 100ms, 200ms}, {1s, 2s, 4s}},
      {"javascript-v3-http1", 3, {50ms, 100ms, 200ms}, {1s, 2s, 4s}},
      {"java-v2", 4, {100ms, 200ms, 400ms}, {500ms, 1s, 2s}},
      {"java-v2-standard", 3, {100ms, 200ms}, {1s, 2s}},
      {"go-v2", 3, {2s, 4s, 8s, 16s, 20s, 20s}, {2s, 4s}},
      {"anthropic-sdk", 3, {500ms, 1s, 2s, 4s, 8s, 8s}, {500ms, 1s}},
      {"ai-sdk", 3, {2s, 4s}, {2s, 4s}},
      {"none", 1, {}, {}},
  };
  EXPECT_EQ(table.size(), retry_catalog().size()) << "every policy has its row";
  for (const Expected& row : table) {
    const RetryPolicy& policy = policy_named(row.name);
    EXPECT_EQ(policy.max_attempts, row.attempts) << row.name;
    for (std::size_t i = 0; i < row.transient.size(); ++i) {
      EXPECT_EQ(policy.backoff(static_cast<int>(i), Cause::kTransient).most, row.transient[i])
          << row.name << i;
    }
    for (std::size_t i = 0; i < row.throttled.size(); ++i) {
      EXPECT_EQ(policy.backoff(static_cast<int>(i), Cause::kThrottling).most, row.throttled[i])
          << row.name << i;
    }
  }
}

TEST(RetryFamilies, WhereBandsBegin) {
  EXPECT_EQ(policy_named("anthropic-sdk").backoff(1, Cause::kTransient).least, 750ms);
  EXPECT_EQ(policy_named("ai-sdk").backoff(1, Cause::kTransient).least, 4s) << "no jitter";
  EXPECT_EQ(policy_named("java-v2").backoff(1, Cause::kThrottling).least, 500ms) << "half jitter";
  EXPECT_EQ(policy_named("java-v2").backoff(1, Cause::kTransient).least, 0s);
  EXPECT_EQ(policy_named("go-v2").backoff(4, Cause::kTransient).least, 20s) << "flat";
  EXPECT_EQ(policy_named("go-v2").backoff(3, Cause::kTransient).least, 0s);
}

struct Row {
  Trouble trouble;
  std::string_view retried_by;  // first letters: l s 2 j h J G a i
};

// botocore-legacy, -standard, -2026, javascript-v3 (h2 and http1), Java, Go, anthropic, ai.
TEST(RetryFamilies, WhatIsRetried) {
  using Kind = Trouble::Kind;
  const std::vector<std::pair<char, std::string_view>> letters{
      {'l', "botocore-legacy"}, {'s', "botocore-standard"},   {'2', "botocore-2026"},
      {'j', "javascript-v3"},   {'h', "javascript-v3-http1"}, {'J', "java-v2"},
      {'G', "go-v2"},           {'a', "anthropic-sdk"},       {'i', "ai-sdk"}};
  const std::vector<Row> table{
      {error_answer(429, "ThrottlingException"), "ls2jhJGai"},
      {error_answer(400, "ThrottlingException"), "ls2jhJG"},
      {error_answer(429, "ModelNotReadyException"), "ls2jhJai"},
      {error_answer(500, "InternalServerException"), "ls2jhJGai"},
      {error_answer(502), "ls2jhJGai"},
      {error_answer(503, "ServiceUnavailableException"), "ls2jhJGai"},
      {error_answer(504), "ls2jhJGai"},
      {error_answer(509), "lai"},
      {error_answer(408, "ModelTimeoutException"), "ai"},
      {error_answer(409), "ai"},
      {error_answer(424, "ModelErrorException"), ""},
      {error_answer(400, "ServiceQuotaExceededException"), ""},
      {error_answer(400, "ValidationException"), ""},
      {error_answer(403, "AccessDeniedException"), ""},
      {error_answer(404, "ResourceNotFoundException"), ""},
      {{Kind::kReadTimeout}, "ls2jhJGai"},
      {{Kind::kConnectionClosed}, "ls2jhJGai"},
      {{Kind::kReset}, "ls2jhJGai"},
      {{Kind::kStreamReset}, "ls2hJGai"},
      {{Kind::kStreamRefused}, "ls2jhJGai"},
      {{Kind::kReadTimeout, 0, "", true}, "ls2hJGi"},
      {{Kind::kConnectionClosed, 0, "", true}, "ls2hJGi"},
  };
  for (const Row& row : table) {
    std::string retried;
    for (const auto& [letter, name] : letters) {
      if (policy_named(name).retries(row.trouble)) retried += letter;
    }
    EXPECT_EQ(retried, row.retried_by) << describe(row.trouble);
    EXPECT_FALSE(policy_named("none").retries(row.trouble));
  }
}

// The same status is a throttle to one and passes with another: their back-offs differ.
TEST(RetryFamilies, ModelNotReadyIsAThrottleOnlyByItsStatus) {
  const Trouble not_ready = error_answer(429, "ModelNotReadyException");
  EXPECT_EQ(policy_named("botocore-2026").classify(not_ready), Cause::kTransient);
  EXPECT_EQ(policy_named("javascript-v3").classify(not_ready), Cause::kThrottling);
}

TEST(RetryFamilies, WhatAServerAsksFor) {
  const WallTime now{std::chrono::seconds(1'728'032'400)};  // Fri, 04 Oct 2024 09:00:00 GMT
  Trouble throttled = error_answer(429, "ThrottlingException");
  throttled.hints = hints_of({{"Retry-After", "2"}}, now);
  const auto gap = [&](std::string_view name) { return policy_named(name).gap(0, throttled); };
  EXPECT_EQ(gap("botocore-standard").most, 1s) << "ignored";
  EXPECT_EQ(gap("botocore-2026").most, 1s) << "ignored";
  EXPECT_EQ(gap("javascript-v3").least, 2s);
  EXPECT_EQ(gap("javascript-v3").most, 2s);
  EXPECT_EQ(gap("anthropic-sdk").least, 2s);
  EXPECT_EQ(gap("ai-sdk").most, 2s);

  throttled.hints = hints_of({{"x-amz-retry-after", "2500"}}, now);
  EXPECT_EQ(gap("botocore-standard").most, 1s);
  EXPECT_EQ(gap("botocore-2026").least, 2500ms);
  EXPECT_EQ(gap("javascript-v3").most, 2500ms);

  throttled.hints = hints_of({{"Retry-After", "60"}}, now);
  EXPECT_EQ(gap("javascript-v3").least, 5s) << "five seconds above the back-off";
  EXPECT_EQ(gap("javascript-v3").most, 6s);
  EXPECT_EQ(gap("anthropic-sdk").least, 60s) << "no cap";
  EXPECT_EQ(gap("ai-sdk").most, 2s) << "from a minute on it trusts itself";

  throttled.hints = hints_of({{"Retry-After", "Fri, 04 Oct 2024 09:00:07 GMT"}}, now);
  EXPECT_EQ(gap("anthropic-sdk").least, 7s);
  throttled.hints = hints_of({{"x-amz-retry-after", "-5"}, {"Retry-After", "soon"}}, now);
  EXPECT_EQ(gap("javascript-v3").most, 1s) << "neither is of a form that anybody takes";

  Trouble bad = error_answer(400, "ValidationException");
  bad.hints = hints_of({{"x-should-retry", "true"}}, now);
  EXPECT_TRUE(policy_named("anthropic-sdk").retries(bad));
  EXPECT_FALSE(policy_named("botocore-standard").retries(bad));
  Trouble broken = error_answer(500);
  broken.hints = hints_of({{"x-should-retry", "false"}}, now);
  EXPECT_FALSE(policy_named("anthropic-sdk").retries(broken));
}

// Measured: old rules 100 retries of errors, new rules 35, since 500 / 14 = 35.
TEST(RetryFamilies, HowLongAQuotaLasts) {
  const auto retries_of = [](std::string_view name, const Trouble& trouble) {
    const RetryPolicy& policy = policy_named(name);
    RetryQuota quota(policy.quota);
    int retries = 0;
    while (retries < 1000 && quota.acquire(policy.quota_cost(trouble))) ++retries;
    return retries;
  };
  EXPECT_EQ(retries_of("botocore-standard", error_answer(500)), 100);
  EXPECT_EQ(retries_of("botocore-standard", {Trouble::Kind::kReadTimeout}), 50);
  EXPECT_EQ(retries_of("botocore-2026", error_answer(500)), 35);
  EXPECT_EQ(retries_of("botocore-2026", {Trouble::Kind::kReadTimeout}), 35);
  EXPECT_EQ(retries_of("javascript-v3", error_answer(429)), 100);
  EXPECT_EQ(retries_of("java-v2", error_answer(429)), 1000) << "throttling costs nothing";
  EXPECT_EQ(retries_of("botocore-legacy", error_answer(500)), 1000);
}

// botocore 1.43 retries/standard.py, RetryHandler.needs_retry with NEW_RETRIES_ENABLED;
// @smithy/core 3.41 StandardRetryStrategy.
TEST(RetryFamilies, ALongPollWaitsWhereTheQuotaRefuses) {
  const auto most = [](std::string_view name, std::string_view operation, int status) {
    const Trouble trouble = error_answer(status, status == 429 ? "ThrottlingException" : "");
    return seconds(policy_named(name).refused_wait(operation, 1, trouble).most);
  };
  for (const char* name : {"botocore-2026", "javascript-v3"}) {
    EXPECT_DOUBLE_EQ(most(name, "GetActivityTask", 500), 0.1) << name;  // 50 ms · 2
    EXPECT_DOUBLE_EQ(most(name, "GetActivityTask", 429), 2) << name;
    EXPECT_EQ(most(name, "Converse", 429), 0) << name;
  }
  EXPECT_EQ(most("botocore-standard", "GetActivityTask", 429), 0);
}

struct Sent {
  double pause, takes;  // seconds: before the attempt is due; until its answer
  bool throttled;
  double waits, rate;  // of botocore
};

// What botocore 1.43's ClientRateLimiter with its bucket, clocker and calculator makes of these
// attempts, run on a clock that stands still otherwise.
TEST(RateLimiters, FollowBotocore) {
  const std::vector<Sent> attempts{
      {0.013, 0.1, false, 0.000000000, 0.500000000}, {0.05, 0.1, false, 0.000000000, 0.500000000},
      {0.05, 0.1, false, 0.000000000, 0.500000000},  {0.1, 0.1, true, 0.000000000, 4.480000000},
      {0.31, 0.1, true, 0.000000000, 2.016000000},   {0.87, 0.1, true, 0.000000000, 1.411200000},
      {0, 0.2, false, 0.000000000, 1.675471595},     {0, 0.2, false, 0.298518937, 1.979734423},
      {0, 0.2, false, 0.335855998, 2.016259931},     {0.5, 0.2, false, 0.000000000, 2.210692263},
      {0, 0.2, true, 0.087154222, 1.400039424},      {0, 0.2, false, 0.398461313, 1.934853413},
      {4.0, 0.2, false, 0.000000000, 1.155560061},   {0, 0.2, false, 0.000000000, 1.155560061},
      {0, 0.2, false, 0.530762482, 6.631112012}};
  RateLimiter limiter{Instant{}};
  Instant now{};
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    const Sent& sent = attempts[i];
    now += from_seconds(sent.pause);
    const Duration wait = limiter.acquire(now);
    EXPECT_NEAR(seconds(wait), sent.waits, 1e-6) << i;
    now += wait + from_seconds(sent.takes);
    limiter.answered(now, sent.throttled);
    EXPECT_NEAR(limiter.fill_rate(), sent.rate, 1e-6) << i;
  }
}

TEST(RateLimiters, HoldALoneClientForTwoSecondsAtMost) {
  RateLimiter limiter{Instant{}};
  limiter.answered(Instant(10ms), true);  // measured: nothing yet
  EXPECT_DOUBLE_EQ(limiter.fill_rate(), 0.5);
  const Duration first = limiter.acquire(Instant(10ms));
  EXPECT_LE(first, 2s);
  EXPECT_GT(limiter.acquire(Instant(10ms)), first) << "the second waits behind it";
}

TEST(RetryFamilies, ScenariosKnowEveryPolicyByItsName) {
  for (const RetryPolicy* policy : retry_catalog()) {
    const std::string text =
        "models: {m: {replies: [{answer: x}]}}\nrun:\n  - {call: Converse, prompt: Hi, client: "
        "{retries: " +
        policy->name + "}}\n";
    EXPECT_TRUE(scenario::parse_scenario(text, "x.yaml")) << policy->name;
    EXPECT_EQ(find_retry_policy(policy->name), policy);
  }
}

}  // namespace
}  // namespace bedlam::harness
