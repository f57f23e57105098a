// Bills: prices from third-party copies of AWS's tables (harness/money/prices.json names them),
// sums worked out by hand from those.
#include "harness/money/money.h"

#include <gtest/gtest.h>

#include "harness/money/prices.h"
#include "harness/report/money_table.h"
#include "harness/runner/runner.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;

ScenarioResult billed(const std::string& text, const Prices* prices = nullptr) {
  const auto scenario = scenario::parse_scenario(text, "bill.yaml");
  EXPECT_TRUE(scenario.ok()) << (scenario ? "" : format(scenario.error().front()));
  RunOptions options;
  options.prices = prices;
  return scenario ? run_scenario(*scenario, options) : ScenarioResult{};
}

std::string total(const ScenarioResult& result) {
  return format_money(result.bill.total());
}

TEST(Money, IsReadAndWritten) {
  EXPECT_EQ(format_money(*parse_money("0.02 USD")), "0.02 USD");
  EXPECT_EQ(parse_money("$0.02"), parse_money("0.02USD"));
  EXPECT_EQ(format_money(Money{}), "0 USD");
  EXPECT_EQ(format_money({35'000}), "0.000000035 USD");
  EXPECT_EQ(format_money(Money::from_usd(1234.5)), "1234.5 USD");
  for (const char* wrong : {"0.02", "USD", "-1 USD", "two USD", "1 EUR", "nan USD", "1e300 USD"}) {
    EXPECT_FALSE(parse_money(wrong)) << wrong;
  }
}

TEST(ShippedPrices, NameTheirDateAndModelsByIdProfileAndArn) {
  const Prices& prices = shipped_prices();
  EXPECT_EQ(prices.date, "2026-11-22");
  const auto input = [&](std::string_view model) {
    const ModelPrice* price = prices.find(model);
    return price == nullptr ? -1 : price->input;
  };
  EXPECT_EQ(input("anthropic.claude-3-haiku-20240307-v1:0"), 0.00025);
  EXPECT_EQ(input("us.anthropic.claude-3-haiku-20240307-v1:0"), 0.00025);
  EXPECT_EQ(input("arn:aws:bedrock:us-east-1:111122223333:inference-profile/"
                  "us.anthropic.claude-3-5-sonnet-20240620-v1:0"),
            0.003);
  EXPECT_EQ(input("amazon.nova-2-lite-v1:0"), 0.0003);
  EXPECT_EQ(input("us.amazon.nova-2-lite-v1:0"), 0.00033);  // regional profiles cost 10 % more
  EXPECT_EQ(input("meta.llama3-8b-instruct-v1:0"), -1);
  EXPECT_EQ(prices.transitions_1000_of("us-east-1"), 0.025);
  EXPECT_EQ(prices.transitions_1000_of("sa-east-1"), 0.0375);
}

TEST(Prices, OfAFileSayWhereItIsWrong) {
  const auto error = [](std::string_view text) {
    const auto prices = parse_prices(text, "mine.json");
    return prices ? std::string() : prices.error();
  };
  EXPECT_EQ(error("{"), error("{"));
  EXPECT_NE(error("{").find("mine.json: no JSON"), std::string::npos);
  std::string text(shipped_prices_text());
  EXPECT_EQ(error(text), "");
  text.replace(text.find("\"input\": 0.00025"), 16, "\"input\": -1     ");
  EXPECT_EQ(error(text), "mine.json: models[0].input: expected a price in US dollars, from 0 on");
  text = shipped_prices_text();
  text.replace(text.find("\"gb_second\""), 11, "\"gb_secnod\"");
  EXPECT_EQ(error(text),
            "mine.json: lambda.gb_secnod: nothing here is called that, did you mean 'gb_second'?");
}

constexpr std::string_view kSonnet = R"(
models:
  anthropic.claude-3-sonnet-*:
    replies:
      - {when: {attempt: 1, prompt: "*twice*"}, answer: {tokens: 1000}, input_tokens: 2000, latency: 75s}
      - {answer: {tokens: 1000}, input_tokens: 2000, latency: 20s}
)";

std::string with(std::string_view models, std::string_view rest) {
  return std::string(models) + std::string(rest);
}

// 2,000 × 0.003 / 1,000 + 1,000 × 0.015 / 1,000 = 0.021.
TEST(Bill, OfACallIsItsTokens) {
  const ScenarioResult result = billed(with(kSonnet, R"(
run:
  - {call: Converse, model: anthropic.claude-3-sonnet-20240229-v1:0, prompt: Hi, expect: {cost: 0.021 USD}}
)"));
  EXPECT_EQ(result.status, ScenarioResult::Status::kHeld);
  EXPECT_EQ(total(result), "0.021 USD");
  EXPECT_EQ(result.bill.wasted, Money{});
}

TEST(Bill, OfAnAbandonedAnswerIsPaidWholeAndCountsAsWasted) {
  const ScenarioResult twice = billed(with(kSonnet, R"(
run:
  - call: Converse
    model: anthropic.claude-3-sonnet-20240229-v1:0
    prompt: twice
    client: {read_timeout: 60s, retries: legacy}
    expect: {attempts: 2}
)"));
  EXPECT_EQ(total(twice), "0.042 USD");
  EXPECT_EQ(format_money(twice.bill.wasted), "0.021 USD");
  EXPECT_EQ(twice.bill.wasted_tokens, 3000);
  ASSERT_EQ(twice.bill.calls.size(), 2U);
  EXPECT_EQ(twice.bill.calls[0].waste, Charge::Waste::kDuplicated);
  EXPECT_EQ(twice.bill.calls[1].waste, Charge::Waste::kNone);

  const ScenarioResult never = billed(with(kSonnet, R"(
run:
  - call: Converse
    model: anthropic.claude-3-sonnet-20240229-v1:0
    prompt: once
    client: {read_timeout: 5s, retries: none}
    expect: {outcome: timed out}
)"));
  ASSERT_EQ(never.bill.calls.size(), 1U);
  EXPECT_EQ(never.bill.calls[0].waste, Charge::Waste::kAbandoned);
  EXPECT_EQ(total(never), "0.021 USD");
}

TEST(Bill, OfErrorsAndThrottlesIsNothing) {
  const ScenarioResult result = billed(R"(
models:
  anthropic.claude-3-sonnet-*:
    replies: [{script: [throttle, {error: ServiceUnavailableException}, {answer: {tokens: 1}, input_tokens: 1}]}]
run:
  - call: Converse
    model: anthropic.claude-3-sonnet-20240229-v1:0
    prompt: Hi
    client: {retries: standard}
    expect: {attempts: 3, cost: 0.000018 USD}
)");
  EXPECT_EQ(result.status, ScenarioResult::Status::kHeld) << total(result);
}

// An entry is a transition, a retry one more: 0.025 for 1,000.
TEST(Bill, OfAStandardWorkflowIsItsTransitions) {
  const ScenarioResult result = billed(R"(
functions:
  flaky: {script: [{error: {name: Busy}}, {error: {name: Busy}}, {answer: done}]}
workflows:
  three:
    definition:
      StartAt: One
      States:
        One: {Type: Pass, Next: Two}
        Two: {Type: Wait, Seconds: 86400, Next: Three}
        Three: {Type: Succeed}
  retried:
    definition:
      StartAt: Try
      States:
        Try:
          Type: Task
          Resource: arn:aws:lambda:us-east-1:123456789012:function:flaky
          Retry: [{ErrorEquals: [Busy]}]
          End: true
run:
  - {start: three, expect: {cost: 0.000075 USD}}
  - {start: retried}
)");
  EXPECT_EQ(result.status, ScenarioResult::Status::kHeld);
  EXPECT_EQ(result.steps[1].bill.transitions, 3U);
  EXPECT_EQ(result.steps[1].bill.invocations, 3U);
}

// 20.04 s are 20.1 s at 100 ms a unit; 64 MB at 0.00001667 for a GB-second, and 1 USD a million.
TEST(Bill, OfAnExpressWorkflowIsItsTime) {
  const ScenarioResult result = billed(with(kSonnet, R"(
workflows:
  quick:
    type: EXPRESS
    definition:
      QueryLanguage: JSONata
      StartAt: Rest
      States: {Rest: {Type: Wait, Seconds: 20, End: true}}
run:
  - {start: quick}
)"));
  EXPECT_EQ(result.bill.express_requests, 1U);
  EXPECT_EQ(result.bill.express_time, 20s);
  EXPECT_EQ(result.bill.states.picos, 1'000'000 + 20'837'500);
}

// 12 s of 1 GB: 0.0000166667 for each second, and 0.20 for a million requests.
TEST(Bill, OfAFunctionIsItsTimeAndMemory) {
  const ScenarioResult result = billed(R"(
models:
  anthropic.claude-3-haiku-20240307-v1:0:
    replies: [{answer: {tokens: 1}, input_tokens: 1, latency: 12s}]
functions:
  slow: {answer: done, latency: 12s, memory: 1GB}
workflows:
  call:
    definition:
      StartAt: Slow
      States:
        Slow:
          Type: Task
          Resource: arn:aws:states:::lambda:invoke
          Parameters: {FunctionName: slow}
          End: true
run:
  - {start: call}
  - {call: Converse, prompt: Hi, in_function: 1024MB}
)");
  const std::int64_t a_second = 16'666'700;
  EXPECT_EQ(result.steps[0].bill.functions.picos, 12 * a_second + 200'000);
  EXPECT_EQ(result.steps[0].bill.function_waited, 0s);
  EXPECT_EQ(result.steps[1].bill.functions.picos, 12 * a_second + 200'000);
  EXPECT_EQ(result.steps[1].bill.function_waited, 12s);
  EXPECT_EQ(result.bill.function_time, 24s);
}

TEST(Bill, TakesTheUsersPrices) {
  Prices mine = shipped_prices();
  mine.models.insert(mine.models.begin(), {"anthropic.*", 1, 2, {}, {}, 0});
  EXPECT_EQ(total(billed(with(kSonnet, R"(
run:
  - {call: Converse, model: anthropic.claude-3-sonnet-20240229-v1:0, prompt: Hi}
)"),
                         &mine)),
            "4 USD");
}

TEST(Bill, SaysWhichModelsHaveNoPrice) {
  const ScenarioResult result = billed(R"(
models:
  meta.llama3-8b-instruct-v1:0: {replies: [{answer: Hi}]}
run:
  - {call: Converse, prompt: Hi}
)");
  EXPECT_EQ(result.bill.unpriced, std::vector<std::string>{"meta.llama3-8b-instruct-v1:0"});
  EXPECT_NE(money_table(result).find("do not name meta.llama3-8b-instruct-v1:0"),
            std::string::npos);
}

TEST(Cost, ThatIsTooHighSaysWhatItIsMadeOf) {
  const ScenarioResult result = billed(with(kSonnet, R"(
run:
  - {call: Converse, model: anthropic.claude-3-sonnet-20240229-v1:0, prompt: Hi, as: first}
  - call: Converse
    model: anthropic.claude-3-sonnet-20240229-v1:0
    prompt: Hi
    expect: {cost: ["<= 0.02 USD", 10% less than first]}
expect: {cost: "> 0.04 USD", calls: [{cost: 0.021 USD}, {cost: "< 0.02 USD"}]}
)"));
  ASSERT_EQ(result.steps.size(), 3U);
  const auto& failed = result.steps[1].failed;
  ASSERT_EQ(failed.size(), 2U);
  EXPECT_EQ(failed[0].expected, "<= 0.02 USD");
  EXPECT_EQ(failed[0].actual, "it cost 0.021 USD");
  EXPECT_EQ(failed[0].notes.back(), "cost: models 0.021 USD (2,000 tokens in, 1,000 out)");
  EXPECT_EQ(failed[1].actual, "it cost 0.021 USD, 0 % less than first (0.021 USD)");
  ASSERT_EQ(result.steps[2].failed.size(), 1U);
  EXPECT_EQ(result.steps[2].failed[0].field, "calls[1].cost");
}

TEST(Cost, WithoutAUnitIsAMistake) {
  const auto scenario = scenario::parse_scenario(R"(
models: {anthropic.claude-3-haiku-20240307-v1:0: {replies: [{answer: Hi}]}}
run:
  - {call: Converse, prompt: Hi, expect: {cost: "<= 0.02"}}
)",
                                                 "bill.yaml");
  ASSERT_TRUE(scenario.ok());
  const ScenarioResult result = run_scenario(*scenario, {});
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(result.diagnostics[0].message, "'0.02' has no unit");
  EXPECT_EQ(result.diagnostics[0].hint, "write 0.02 USD");
}

constexpr std::string_view kHaikuThatBreaks = R"(
models:
  anthropic.claude-3-haiku-*:
    replies:
      - when: {prompt: "*exception*"}
        answer: {tokens: 1000}
        input_tokens: 1000
        fault: {after_tokens: 10, exception: throttlingException}
      - when: {prompt: "*error frame*"}
        answer: {tokens: 1000}
        input_tokens: 1000
        fault: {after_tokens: 10, error_frame: InternalFailure}
      - {answer: {tokens: 1000}, input_tokens: 1000, fault: {no_answer: true}}
)";

// 1,000 × 0.00025 / 1,000 + 1,000 × 0.00125 / 1,000 = 0.0015; of 10 tokens 0.0002625.
TEST(Bill, OfAnExceptionInAStreamEndsWithItAndIsWasted) {
  const ScenarioResult result = billed(with(kHaikuThatBreaks, R"(
run:
  - call: Converse
    model: anthropic.claude-3-haiku-20240307-v1:0
    prompt: no frame that the exception could strike
    expect: {cost: 0.0015 USD}
  - call: ConverseStream
    model: anthropic.claude-3-haiku-20240307-v1:0
    prompt: an exception
    expect: {outcome: partial, cost: 0.0002625 USD}
  - call: ConverseStream
    as: told by an error
    model: anthropic.claude-3-haiku-20240307-v1:0
    prompt: an error frame
    expect: {outcome: partial, error: InternalFailure, cost: 0.0002625 USD}
)"));
  EXPECT_EQ(result.status, ScenarioResult::Status::kHeld) << to_text(to_json(result.bill));
  EXPECT_EQ(format_money(result.bill.wasted), "0.000525 USD");
}

TEST(Bill, OfAFunctionThatWaitsForNothingHasItsWaiting) {
  const ScenarioResult result = billed(with(kHaikuThatBreaks, R"(
run:
  - call: Converse
    model: anthropic.claude-3-haiku-20240307-v1:0
    prompt: nothing
    client: {read_timeout: 5s, retries: none}
    in_function: 128MB
    expect: {outcome: timed out}
)"));
  EXPECT_EQ(result.bill.function_time, Duration(5s));
  EXPECT_EQ(result.bill.function_waited, Duration(5s));
}

// Pricing page of AWS Step Functions: rounded up to the next 100 ms, in 64 MB. No execution takes
// no time; a request and 0.1 s × 64 / 1,024 GB × 0.00001667.
TEST(Bill, OfAnExpressWorkflowIsATenthOfASecondAtLeast) {
  const ScenarioResult result = billed(R"(
workflows:
  short: {type: EXPRESS, definition: {StartAt: A, States: {A: {Type: Pass, End: true}}}}
run: [{start: short}]
)");
  EXPECT_EQ(result.bill.express_time, Duration(100ms));
  EXPECT_EQ(result.bill.states.picos, 1'000'000 + 104'188);
}

// Developer guide of AWS Lambda: an invocation goes on to its own timeout, whoever has left.
TEST(Bill, OfAFunctionWhoseStateGaveUpIsPaidToItsTimeout) {
  const auto run = [](const std::string& reply) {
    return billed("functions:\n  slow: {timeout: 10s, replies: [" + reply + "]}\n" + R"(
workflows:
  impatient:
    definition:
      StartAt: Call
      States:
        Call:
          Type: Task
          Resource: arn:aws:states:::lambda:invoke
          Parameters: {FunctionName: slow}
          TimeoutSeconds: 5
          Retry: [{ErrorEquals: [States.Timeout], MaxAttempts: 1}]
          End: true
run: [{start: impatient, expect: {status: FAILED, paid_twice: 0}}]
)");
  };
  for (const char* reply :
       {"{answer: done, latency: 20s}", "{answer: done, fault: {no_answer: true}}"}) {
    const ScenarioResult result = run(reply);
    EXPECT_EQ(result.status, ScenarioResult::Status::kHeld) << reply;
    EXPECT_EQ(result.bill.invocations, 2U) << reply;
    EXPECT_EQ(result.bill.function_time, Duration(20s)) << reply;
  }
  EXPECT_EQ(run("{answer: done, latency: 7s}").bill.function_time, Duration(14s));
  EXPECT_EQ(run("{throttle: true}").bill.invocations, 0U);
}

// API reference: a clientRequestToken makes the call complete no more than one time.
TEST(Bill, OfAJobIsPaidOnceForItsToken) {
  const std::string start = R"(
  - call: StartAsyncInvoke
    body:
      clientRequestToken: once
      modelId: amazon.nova-reel-v1:1
      modelInput: {taskType: TEXT_VIDEO, textToVideoParams: {text: A road}}
      outputDataConfig: {s3OutputDataConfig: {s3Uri: "s3://films"}})";
  const ScenarioResult result =
      billed("run:" + start + start + "\n  - {call: GetAsyncInvoke}\nexpect: {paid_twice: 0}\n");
  EXPECT_EQ(result.status, ScenarioResult::Status::kHeld);
  EXPECT_EQ(result.bill.calls.size(), 1U);
  EXPECT_EQ(result.bill.unpriced, std::vector<std::string>{"amazon.nova-reel-v1:1"});
}

}  // namespace
}  // namespace bedlam::harness
