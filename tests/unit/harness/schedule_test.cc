// The worst case of a policy and of a Retry, and how it reads. Sums by hand from the facts
// (sdk-retries.md, sections 1.1 and 2): boto3's defaults make 5 × 60 s + 1 + 2 + 4 + 8 s.
#include "harness/retry/schedule.h"

#include <gtest/gtest.h>

#include "harness/retry/budget.h"
#include "harness/retry/catalog.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;

TEST(Budgets, OfDefaultsThatNobodyAnswers) {
  const Budget legacy = hanging_budget(*find_retry_policy("legacy"), 5, 60s);
  EXPECT_EQ(legacy.attempts, 5);
  EXPECT_EQ(legacy.back_off, Duration(15s));
  EXPECT_EQ(legacy.total, Duration(315s));
  EXPECT_EQ(legacy.billed_answers, 5);
  EXPECT_EQ(attempts_begun_by(legacy, 120s), 2);
  EXPECT_EQ(attempts_ended_by(legacy, 120s), 1);
  EXPECT_EQ(attempts_ended_by(legacy, 315s), 5);
  // Measured: 901 s.
  const Budget javascript = hanging_budget(*find_retry_policy("javascript-v3"), 3, 300s);
  EXPECT_EQ(javascript.total, Duration(900s + 150ms));
  EXPECT_EQ(hanging_budget(*find_retry_policy("none"), 1, 60s).total, Duration(60s));
}

TEST(Budgets, OfThrottles) {
  EXPECT_EQ(throttled_budget(*find_retry_policy("javascript-v3"), 3).total, Duration(3s));
  EXPECT_EQ(throttled_budget(*find_retry_policy("ai-sdk"), 3).total, Duration(6s));
  EXPECT_EQ(throttled_budget(*find_retry_policy("ai-sdk"), 3).billed_answers, 0);
}

Json machine() {
  return Json::parse(R"({"StartAt":"All","States":{"All":{"Type":"Parallel","End":true,"Branches":[
    {"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::bedrock:invokeModel",
      "TimeoutSeconds":90,"End":true,"Retry":[
        {"ErrorEquals":["Bedrock.ThrottlingException"],"IntervalSeconds":2,"MaxAttempts":4,
         "BackoffRate":3,"MaxDelaySeconds":10,"JitterStrategy":"FULL"},
        {"ErrorEquals":["States.TaskFailed"]}]}}}]}}})");
}

// Defaults: IntervalSeconds 1, MaxAttempts 3, BackoffRate 2.0 (developer guide, "Retrying").
TEST(AslRetriers, AreReadWithTheirDefaults) {
  const auto retries = asl_retries(machine(), "Ask");
  ASSERT_TRUE(retries.has_value());
  ASSERT_EQ(retries->retriers.size(), 2U);
  const RetryPolicy& throttles = retries->retriers[0].policy;
  EXPECT_EQ(throttles.max_attempts, 5);
  const std::vector<Duration> most{2s, 6s, 10s, 10s};
  for (std::size_t i = 0; i < most.size(); ++i) {
    EXPECT_EQ(throttles.transient.band(static_cast<int>(i)).most, most[i]);
    EXPECT_EQ(throttles.transient.band(static_cast<int>(i)).least, Duration{}) << "full jitter";
  }
  const RetryPolicy& others = retries->retriers[1].policy;
  EXPECT_EQ(others.max_attempts, 4);
  EXPECT_EQ(others.transient.band(2).least, Duration(4s)) << "no jitter";
  EXPECT_EQ(others.transient.band(2).most, Duration(4s));
  EXPECT_EQ(retries->timeout, std::optional<Duration>(90s));
  EXPECT_EQ(retries->max_attempts(), 8);
  EXPECT_FALSE(asl_retries(machine(), "Nowhere").has_value());
}

TEST(AslRetriers, AreFoundByTheError) {
  const auto retries = asl_retries(machine(), "Ask");
  EXPECT_EQ(retrier_for(*retries, "ThrottlingException"), retries->retriers.data());
  EXPECT_EQ(retrier_for(*retries, "InternalServerException"), &retries->retriers[1]);
  EXPECT_EQ(retrier_for(*retries, "States.Timeout"), nullptr) << "TaskFailed is not a timeout";
}

TEST(Budgets, OfAState) {
  const auto retries = asl_retries(machine(), "Ask");
  const Budget budget = state_budget(*retries, 90s, 1);
  EXPECT_EQ(budget.attempts, 8);
  EXPECT_EQ(budget.back_off, Duration(28s + 7s));
  EXPECT_EQ(budget.total, Duration(8 * 90s + 35s));
  const Json nested = schedule_json(*retries, find_retry_policy("standard"), {});
  EXPECT_EQ(nested["no_answer"]["billed_answers"], 24) << "three attempts in each of eight";
  EXPECT_EQ(nested["no_answer"]["each"], 90.0) << "its TimeoutSeconds ends the SDK's 183 s";
}

Json retried(const std::string& retry) {
  return Json::parse(
      R"({"StartAt":"T","States":{"T":{"Type":"Task","TimeoutSeconds":10,"Resource":"r",
    "End":true,"Retry":[)" +
      retry + "]}}}");
}

// MaxAttempts may be 99,999,999 (Amazon States Language); a second each, and the task's 10.
TEST(Budgets, OfAsManyAttemptsAsAwsTakes) {
  const auto steady = asl_retries(
      retried(R"({"ErrorEquals":["States.ALL"],"MaxAttempts":99999999,"BackoffRate":1})"), "T");
  const Budget budget = state_budget(*steady, 10s, 100'000'000);
  EXPECT_EQ(budget.attempts, 100'000'000);
  EXPECT_EQ(budget.back_off, Duration(99'999'999s));
  EXPECT_EQ(budget.total, Duration(1'000'000'000s + 99'999'999s));
  EXPECT_EQ(budget.billed_answers, 10'000'000'000'000'000);
  // They begin at 0, 11, 22, … and end at 10, 21, 32, …
  EXPECT_EQ(attempts_begun_by(budget, 110s), 10);
  EXPECT_EQ(attempts_begun_by(budget, 111s), 11);
  EXPECT_EQ(attempts_ended_by(budget, 109s), 10);
  EXPECT_EQ(attempts_begun_by(budget, 110'000'000s), 10'000'000);
  EXPECT_EQ(attempts_ended_by(budget, 110'000'000s), 10'000'000);
}

// 1 + 2 + … + 2^33 s are 544 years.
TEST(Budgets, StopAtTheLongestDuration) {
  const auto doubling =
      asl_retries(retried(R"({"ErrorEquals":["States.ALL"],"MaxAttempts":34})"), "T");
  EXPECT_EQ(state_budget(*doubling, 10s, 1).total, kLongestDuration);
  EXPECT_EQ(attempts_begun_by(state_budget(*doubling, 10s, 1), 1h), 12);
  const Budget hanging = hanging_budget(*find_retry_policy("legacy"), 1'000'000'000, 60s);
  EXPECT_EQ(hanging.attempts, 1'000'000'000);
  EXPECT_EQ(hanging.total, kLongestDuration);
  ScheduleOptions options;
  options.max_attempts = 1'000'000'000;
  options.limit = 1h;
  const std::string text = schedule_text(*find_retry_policy("legacy"), options);
  EXPECT_NE(text.find("= more than 36500 d: longer than the limit of 1 h, in which 12 attempts "
                      "begin and 12 end; up to 1000000000 billed answers"),
            std::string::npos)
      << text;
}

TEST(Schedules, SayTheSumInOneLine) {
  ScheduleOptions options;
  options.read_timeout = 60s;
  options.limit = 120s;
  const std::string text = schedule_text(*find_retry_policy("legacy"), options);
  EXPECT_NE(text.find("5 attempts × 60 s + up to 15 s of back-off = 315 s: longer than the limit "
                      "of 120 s, in which 2 attempts begin and 1 ends; up to 5 billed answers"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("^ limit 120 s"), std::string::npos) << text;
  options.limit = 400s;
  EXPECT_NE(schedule_text(*find_retry_policy("legacy"), options)
                .find("= 315 s: within the limit of 400 s; up to 5 billed answers"),
            std::string::npos);
}

// Facts, section 2: Go has no timeout of its own, Anthropic's ends with the headers.
TEST(Schedules, SayWhoWaitsWithoutEnd) {
  ScheduleOptions options;
  options.limit = 120s;
  const std::string go = schedule_text(*find_retry_policy("go-v2"), options);
  EXPECT_NE(go.find("no read timeout of its own: only what stands around a call ends it\n"),
            std::string::npos)
      << go;
  EXPECT_NE(go.find("No answer at all: the first attempt waits without end, until the limit of 120 "
                    "s; --read-timeout says how long a client waits that has one\n"),
            std::string::npos)
      << go;
  EXPECT_TRUE(schedule_json(*find_retry_policy("go-v2"), {})["read_timeout"].is_null());
  EXPECT_EQ(schedule_json(*find_retry_policy("java-v2"), {})["read_timeout"], 30.0);
  const std::string anthropic = schedule_text(*find_retry_policy("anthropic-sdk"), {});
  EXPECT_NE(anthropic.find("read timeout: 600 s, until the headers are there; for a body that "
                           "stalls it waits without end\n"),
            std::string::npos)
      << anthropic;
  const auto unlimited = asl_retries(retried(R"({"ErrorEquals":["States.ALL"]})"), "T");
  EXPECT_NE(schedule_text(*unlimited, find_retry_policy("go-v2"), {})
                .find("each task: go-v2 has no read timeout and waits without end\n"
                      "each task ends at its TimeoutSeconds of 10 s\n"),
            std::string::npos);
}

TEST(Schedules, AsJsonHaveEveryPauseAndCondition) {
  const Json json = schedule_json(*find_retry_policy("javascript-v3"), {});
  EXPECT_EQ(json["max_attempts"], 3);
  EXPECT_EQ(json["pauses"][1]["transient"], Json::array({0.0, 0.1}));
  EXPECT_EQ(json["pauses"][1]["throttled"], Json::array({0.0, 2.0}));
  EXPECT_EQ(json["retried"]["429 ThrottlingException"], "throttled");
  // Facts, table 3.2: a TCP reset makes 3 requests, RST_STREAM one.
  EXPECT_EQ(json["retried"]["a reset"], "transient");
  EXPECT_EQ(json["retried"]["a reset of the stream"], "no");
  EXPECT_EQ(json["retried"]["408 ModelTimeoutException"], "no");
  EXPECT_EQ(json["retried"].size(), known_troubles().size());
}

}  // namespace
}  // namespace bedlam::harness
