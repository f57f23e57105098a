// What a run may cost and is said to cost beforehand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <limits>
#include <thread>

#include "harness/bench/estimate.h"
#include "harness/bench/load.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(BenchBudget, CountsWhatIsInFlightAtItsWorst) {
  ModelPrice price;
  price.input = 1;  // USD for 1,000 tokens
  price.output = 2;
  CostLimit budget(&price, {1000, 1000}, Money::from_usd(7));  // 3 USD each at worst
  EXPECT_EQ(budget.worst(), Money::from_usd(3));
  EXPECT_TRUE(budget.reserve(true));
  EXPECT_TRUE(budget.reserve(true));
  CallSample cheap;
  cheap.input_tokens = 100;
  cheap.output_tokens = 200;
  EXPECT_FALSE(budget.reserve(false));
  // A third beside two that may take 6 USD waits for what one of them takes.
  auto third = std::async(std::launch::async, [&budget] { return budget.reserve(true); });
  budget.settle(cheap, false);
  EXPECT_TRUE(third.get());  // 0.5 and two at their worst
  EXPECT_EQ(budget.spent(), Money::from_usd(0.5));
  CallSample broken;
  broken.kind = "partial: connection broken";
  budget.settle(broken, false);
  EXPECT_EQ(budget.spent(), Money::from_usd(3.5));
  CallSample throttled;
  throttled.kind = "ThrottlingException";
  budget.settle(throttled, true);
  EXPECT_EQ(budget.spent(), Money::from_usd(3.5));
  EXPECT_TRUE(budget.reserve(true));
  budget.settle(broken, false);
  EXPECT_FALSE(budget.reserve(true));  // 6.5 and 3 are more than 7, whatever else is under way
}

// Writing to the prompt cache is dearer than input, and its tokens are not among the input's.
TEST(BenchBudget, CountsThePromptCache) {
  ModelPrice price;
  price.input = 1;  // USD for 1,000 tokens
  price.output = 2;
  price.cache_read = 0.1;
  price.cache_write = 1.25;
  CostLimit budget(&price, {1000, 1000}, std::nullopt);
  EXPECT_EQ(budget.worst(), Money::from_usd(3.25));
  CallSample written;
  written.input_tokens = 10;
  written.output_tokens = 100;
  written.cache_read_tokens = 1000;
  written.cache_written_tokens = 2000;
  budget.settle(written, false);
  EXPECT_EQ(budget.spent(), Money::from_usd(0.01 + 0.2 + 0.1 + 2.5));
}

TEST(BenchEstimate, SaysWhatARunCanCost) {
  LoadSettings settings;
  settings.warm_up = {std::nullopt, 10};
  settings.extent = {std::nullopt, 90};
  EXPECT_EQ(calls_planned({{1}, {4}}, settings), 200U);
  settings = {};
  settings.extent = {10s, std::nullopt};
  EXPECT_EQ(calls_planned({{4}}, settings), std::nullopt);
  EXPECT_EQ(calls_planned({{1, 10.0}}, settings), 130U);  // 100 and three times its root
}

std::optional<int> limit_in(const char* body, const char* operation, const char* model) {
  return max_tokens_in(*parse_json(body), *bench_operation(operation), model);
}

// What another family or operation calls its limit is none: the service passes it over.
TEST(BenchEstimate, ALimitCountsWhereTheOperationAndTheFamilyHaveIt) {
  constexpr const char* kHaiku = "anthropic.claude-3-haiku-20240307-v1:0";
  constexpr const char* kBoth = R"({"max_tokens":5,"inferenceConfig":{"maxTokens":7}})";
  EXPECT_EQ(limit_in(kBoth, "converse", kHaiku), 7);
  EXPECT_EQ(limit_in(kBoth, "invoke", kHaiku), 5);
  EXPECT_EQ(limit_in(kBoth, "invoke", "eu.amazon.nova-micro-v1:0"), 7);
  EXPECT_EQ(limit_in(R"({"max_tokens":5})", "converse-stream", kHaiku), std::nullopt);
  EXPECT_EQ(limit_in(R"({"max_gen_len":9,"max_tokens":1})", "invoke", "meta.llama3-8b-v1:0"), 9);
  EXPECT_EQ(limit_in(R"({"max_gen_len":9,"max_tokens":1})", "invoke", "some-profile"), 9);
  EXPECT_EQ(limit_in(R"({"messages":[]})", "converse", kHaiku), std::nullopt);
  EXPECT_EQ(limit_in("[]", "invoke", kHaiku), std::nullopt);
  EXPECT_EQ(limit_in(R"({"max_tokens":-5})", "invoke", kHaiku), std::nullopt);
  EXPECT_EQ(limit_in(R"({"max_tokens":99999999999})", "invoke", kHaiku), 2147483647);
}

TEST(BenchEstimate, SeveralAnswersCostSeveralTimes) {
  EXPECT_EQ(answers_in(*parse_json(R"({"imageGenerationConfig":{"numberOfImages":5}})")), 5);
  EXPECT_EQ(answers_in(*parse_json(R"({"n":3})")), 3);
  EXPECT_EQ(answers_in(*parse_json(R"({"numResults":2})")), 2);
  EXPECT_EQ(answers_in(*parse_json(R"({"num_generations":4})")), 4);
  EXPECT_EQ(answers_in(*parse_json(R"({"additionalModelRequestFields":{"n":6}})")), 6);
  EXPECT_EQ(answers_in(*parse_json(R"({"n":-3})")), 1);
  EXPECT_EQ(answers_in(Json()), 1);
  EXPECT_EQ(worst_call(10, 100, 3).output_tokens, 300);
  EXPECT_EQ(worst_call(10, 2'000'000'000, 3).output_tokens, 2147483647);
  ModelPrice canvas;
  canvas.image = 0.04;
  EXPECT_EQ(CostLimit(&canvas, worst_call(10, 256, 5), std::nullopt).worst(), Money::from_usd(0.2));
}

TEST(BenchEstimate, NoSumOverflows) {
  ModelPrice dear;
  dear.input = dear.output = 1e6;
  CostLimit budget(&dear, {2'000'000'000, 2'000'000'000}, std::nullopt);
  Target target;
  target.endpoint = *parse_endpoint("http://example.com");
  EXPECT_THAT(estimate_text(target, budget, 1'000'000'000'000, "d"), HasSubstr("or more together"));
  for (int i = 0; i < 30; ++i) EXPECT_TRUE(budget.reserve(true));
  for (int i = 0; i < 30; ++i) budget.settle({}, false);
  EXPECT_GT(budget.spent(), Money::from_usd(1e6));
  LoadSettings settings;
  settings.extent = {std::nullopt, std::numeric_limits<std::uint64_t>::max()};
  EXPECT_GT(*calls_planned({{1}, {2}, {3}}, settings), 1'000'000'000'000U);
}

}  // namespace
}  // namespace bedlam::harness
