// The retry X-ray: attempts to calls, calls to requests, and what they come to.
#include "harness/xray/xray.h"

#include <gtest/gtest.h>

#include <sstream>

#include "harness/report/report.h"
#include "harness/runner/observe.h"
#include "harness/runner/runner.h"
#include "tests/unit/harness/fake_model.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kEpoch{std::chrono::seconds(1'728'000'000)};

Xray xray_of(const rpc::Journal& journal) {
  std::vector<const rpc::JournalEntry*> entries;
  for (const rpc::JournalEntry& entry : journal.entries()) entries.push_back(&entry);
  return make_xray(entries, kEpoch);
}

TEST(Xrays, TellAnSdksRetriesFromTheCallersOwn) {
  ClientRig rig("standard");
  rig.model.replies = {error_reply(500, "InternalServerException", 100ms),
                       error_reply(500, "InternalServerException", 100ms),
                       error_reply(500, "InternalServerException", 100ms), converse_reply(200ms)};
  EXPECT_EQ(rig.call().attempts.size(), 3U);
  EXPECT_EQ(rig.call().outcome, "complete");
  const Xray xray = xray_of(rig.journal);
  ASSERT_EQ(xray.requests.size(), 1U);
  const XrayRequest& request = xray.requests[0];
  ASSERT_EQ(request.calls.size(), 2U);
  EXPECT_EQ(request.calls[0].attempts.size(), 3U);
  EXPECT_FALSE(request.calls[0].whole());
  EXPECT_TRUE(request.calls[1].whole());
  EXPECT_EQ(request.nested(), 1U) << "the SDK had retried, and then the caller did";
  EXPECT_EQ(xray.attempts(), 4U);
  EXPECT_TRUE(xray.worth_showing());
  const auto& attempts = request.calls[0].attempts;
  EXPECT_EQ(attempts[1].number, 2);
  EXPECT_EQ(attempts[1].max, 3);
  EXPECT_EQ(request.waited(),
            (attempts[1].began - attempts[0].ended) + (attempts[2].began - attempts[1].ended));
}

// Anthropic's SDK counts its attempts (X-Stainless-Retry-Count) and sends no invocation id.
TEST(Xrays, AttemptsThatAreOnlyCountedAreOneCall) {
  rpc::Journal journal;
  Instant now{};
  for (const int number : {1, 2, 3, 1, 2}) {
    rpc::Call call;
    call.service = "bedrock-runtime";
    call.operation = "InvokeModel";
    call.caller.origin = "connection 1";
    call.caller.attempt = number;
    call.body = "{}";
    rpc::JournalEntry& entry = journal.add(call, now);
    entry.status = 500;
    entry.ended = "complete";
    entry.ended_at = now + 100ms;
    now += 1s;
  }
  const Xray xray = xray_of(journal);
  ASSERT_EQ(xray.requests.size(), 1U);
  ASSERT_EQ(xray.requests[0].calls.size(), 2U);
  EXPECT_EQ(xray.requests[0].calls[0].attempts.size(), 3U);
  EXPECT_EQ(xray.requests[0].calls[1].attempts.size(), 2U);
  EXPECT_EQ(xray.requests[0].nested(), 1U);
  const std::vector<Attempts> calls = group_attempts(journal, 1, 6);
  ASSERT_EQ(calls.size(), 2U) << "gaps are judged call by call";
  EXPECT_EQ(calls[0].size(), 3U);
  EXPECT_EQ(calls[1].size(), 2U);
}

TEST(Xrays, AnotherPromptIsAnotherRequest) {
  ClientRig rig("none");
  rig.model.replies = {error_reply(500, "InternalServerException")};
  rig.call();
  rig.step.prompt = "Good morning";
  rig.call();
  const Xray xray = xray_of(rig.journal);
  EXPECT_EQ(xray.requests.size(), 2U);
  EXPECT_FALSE(xray.worth_showing());
  EXPECT_EQ(xray.nested_retries(), 0U);
}

TEST(Xrays, TheSameRequestAfterAWholeAnswerIsANewOne) {
  ClientRig rig("none");
  rig.model.replies = {converse_reply()};
  rig.call();
  rig.call();
  EXPECT_EQ(xray_of(rig.journal).requests.size(), 2U);
}

TEST(Xrays, AnAnswerAfterTheTtlIsPastTheDeadline) {
  rpc::JournalEntry entry;
  entry.service = "bedrock-runtime";
  entry.caller.ttl = "20241004T000130Z";  // 90 s after the epoch
  entry.status = 200;
  entry.ended = "complete";
  for (const auto& [at, late] :
       {std::pair(Duration(90s), false), std::pair(Duration(90'900ms), false),
        std::pair(Duration(91s), true)}) {
    entry.sent = {};
    entry.sent.add(rpc::Head{200, {}}, Instant(at));
    entry.ended_at = Instant(at);
    EXPECT_EQ(make_xray({&entry}, kEpoch).past_deadline(), late ? 1U : 0U) << seconds(at);
  }
  entry.sent = {};
  entry.ended = "abandoned";
  EXPECT_EQ(make_xray({&entry}, kEpoch).past_deadline(), 0U) << "nothing was answered";
}

ScenarioResult run_yaml(const std::string& text) {
  const auto scenario = scenario::parse_scenario(text, "x.yaml");
  EXPECT_TRUE(scenario.ok()) << format(scenario.error().front(), text);
  ScenarioResult result = run_scenario(*scenario, RunOptions{});
  std::ostringstream report;
  const auto printed = terminal_report(report, false);
  printed->scenario_finished(result);
  EXPECT_EQ(result.status, ScenarioResult::Status::kHeld) << report.str();
  return result;
}

// A hidden retry of a read timeout: the model works five times, and five answers are paid.
TEST(Xrays, CountWhatIsPaidTwice) {
  const ScenarioResult result = run_yaml(R"(
models:
  anthropic.claude-3-haiku-20240307-v1:0: {replies: [{answer: {tokens: 50}, latency: 10m}]}
run:
  - call: Converse
    prompt: Hi
    client: {retries: legacy}
    expect: {outcome: timed out, attempts: 5, paid_twice: 4, nested_retries: 0, past_deadline: 0, waited: 0s..15s}
)");
  const std::string text = xray_text(result.steps[0].xray, result.steps[0].started);
  EXPECT_NE(text.find("attempt 1 at 0 s: the client left after 60 s, billed 50 tokens"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("gave up after 5 of 5 attempts"), std::string::npos) << text;
  EXPECT_NE(text.find("4 answers paid again"), std::string::npos) << text;
}

TEST(Xrays, HangCallsUnderTheirState) {
  const ScenarioResult result = run_yaml(R"(
models:
  anthropic.claude-3-haiku-*: {replies: [{script: [throttle, {answer: Hello}]}]}
workflows:
  patient:
    definition:
      StartAt: Ask
      States:
        Ask:
          Type: Task
          Resource: arn:aws:states:::bedrock:invokeModel
          Parameters:
            ModelId: anthropic.claude-3-haiku-20240307-v1:0
            Body: {anthropic_version: bedrock-2023-05-31, max_tokens: 100, messages: [{role: user, content: Hi}]}
          Retry: [{ErrorEquals: [States.ALL], IntervalSeconds: 3}]
          End: true
run:
  - {start: patient, expect: {attempts: 2, gaps: asl, waited: 3s, nested_retries: 0, paid_twice: 0}}
)");
  const Xray& xray = result.steps[0].xray;
  ASSERT_EQ(xray.requests.size(), 1U);
  EXPECT_EQ(xray.requests[0].state, "Ask");
  EXPECT_EQ(xray.requests[0].execution, "patient");
  const std::string text = xray_text(xray, result.steps[0].started);
  EXPECT_NE(text.find("workflow patient, state Ask"), std::string::npos) << text;
  EXPECT_NE(text.find("the Retry of Ask waits 3 s"), std::string::npos) << text;
  const Json json = to_json(xray, result.steps[0].started);
  EXPECT_EQ(json["waited"], 3.0);
  EXPECT_EQ(json["requests"][0]["calls"].size(), 2U);
  EXPECT_EQ(json["requests"][0]["calls"][0]["attempts"][0]["end"], "429 ThrottlingException");
}

// A workflow with one state T, which asks a model, inside a Parallel P.
std::string with_parallel(const std::string& replies, const std::string& of_parallel,
                          const std::string& behind, const std::string& expectation,
                          const std::string& others = "") {
  return R"(
models:
  anthropic.claude-3-haiku-20240307-v1:0: {latency: 1s, replies: [)" +
         replies + R"(]}
workflows:
  outer:
    definition:
      StartAt: P
      States:
        P:
          Type: Parallel
          )" +
         of_parallel + R"(
          Branches:
            - StartAt: T
              States:
                T:
                  Type: Task
                  Resource: arn:aws:states:::bedrock:invokeModel
                  ResultPath: null
                  Parameters:
                    ModelId: anthropic.claude-3-haiku-20240307-v1:0
                    Body: {anthropic_version: bedrock-2023-05-31, max_tokens: 9, messages: [{role: user, content: Hi}]}
                  Retry: [{ErrorEquals: [Bedrock.ThrottlingException], MaxAttempts: 1}]
                  Next: After
                )" +
         behind + others + R"(
run:
  - {start: outer, input: {}, expect: )" +
         expectation + "}\n";
}

constexpr const char* kTriedAgain =
    "Retry: [{ErrorEquals: [States.ALL], IntervalSeconds: 5, MaxAttempts: 1}]\n          End: true";

TEST(Xrays, ARetryAroundTheStateIsNotTheStates) {
  const ScenarioResult result =
      run_yaml(with_parallel("throttle", kTriedAgain, "After: {Type: Succeed}",
                             "{status: FAILED, attempts: 4, gaps: asl, nested_retries: 1}"));
  const std::string text = xray_text(result.steps[0].xray, result.steps[0].started);
  // 1 s for each call; T's own Retry waits 1 s, that of P 5 s.
  EXPECT_NE(text.find("the Retry of T waits 1 s"), std::string::npos) << text;
  EXPECT_NE(text.find("the Retry around T waits 5 s"), std::string::npos) << text;
}

TEST(Xrays, WhatARetryAroundTheStateAsksForAgainIsPaidTwice) {
  run_yaml(with_parallel("{answer: Hello}", kTriedAgain, "After: {Type: Fail, Error: Mine}",
                         "{status: FAILED, attempts: 2, paid_twice: 1, waited: 0s}"));
}

TEST(Xrays, ALoopThatComesByAgainTriesNothingAgain) {
  const ScenarioResult result =
      run_yaml(with_parallel("{answer: Hello}", "ResultPath: $.r\n          Next: C",
                             "After: {Type: Pass, Parameters: {id.$: States.UUID()}, End: true}",
                             "{attempts: 2, paid_twice: 0, waited: 0s, nested_retries: 0}", R"(
        C: {Type: Choice, Choices: [{Variable: $.first, IsPresent: true, Next: D}], Default: S}
        S: {Type: Pass, Parameters: {first.$: "$.r[0].id"}, Next: P}
        D:
          Type: Pass
          Parameters: {first.$: $.first, second.$: "$.r[0].id"}
          End: true)"));
  EXPECT_EQ(result.steps[0].xray.requests.size(), 2U);
}

// A call that no state made has no Retry to be judged by.
TEST(GapsOfAState, AreJudgedByItsRetry) {
  const auto scenario = scenario::parse_scenario(R"(
models:
  anthropic.claude-3-haiku-20240307-v1:0: {replies: [{script: [throttle, {answer: Hello}]}]}
run:
  - {call: Converse, prompt: Hi, client: {retries: standard}, expect: {gaps: asl}}
)",
                                                 "x.yaml");
  ASSERT_TRUE(scenario.ok());
  const ScenarioResult result = run_scenario(*scenario, RunOptions{});
  ASSERT_EQ(result.steps[0].failed.size(), 1U) << "no workflow made the call";
}

TEST(Gaps, NoRetryIsAllowedAfterWhatIsFinal) {
  const auto scenario = scenario::parse_scenario(R"(
models:
  anthropic.claude-3-haiku-20240307-v1:0:
    replies: [{script: [{error: ModelTimeoutException}, {answer: Hello}]}]
run:
  - {call: Converse, prompt: Hi, client: {retries: anthropic-sdk}, expect: {attempts: 2, gaps: standard}}
)",
                                                 "x.yaml");
  ASSERT_TRUE(scenario.ok());
  const ScenarioResult result = run_scenario(*scenario, RunOptions{});
  ASSERT_EQ(result.steps[0].failed.size(), 1U);
  EXPECT_EQ(result.steps[0].failed[0].expected,
            "standard, no retry after 408 ModelTimeoutException");
}

TEST(HandedBackFields, JudgeWhatACallHeard) {
  run_yaml(R"(
models:
  anthropic.claude-3-haiku-20240307-v1:0:
    replies:
      - {when: {prompt: "*broken*"}, answer: One two three four, fault: {after_tokens: 2, reset: true}}
      - {when: {prompt: "*early*"}, answer: One two three four, fault: {after_tokens: 2, end: true}}
      - {when: {prompt: "*tool*"}, answer: {tool: {name: weather, input: {city: Paris}}}}
      - {when: {prompt: "*half*"}, answer: {tool: {name: weather, input: {city: A long name of a city}}}, fault: {after_tokens: 6, close: true}}
      - answer: One two three four
run:
  - {call: ConverseStream, prompt: Hi, expect: {handed_back: complete}}
  - {call: ConverseStream, prompt: broken, expect: {outcome: partial, handed_back: honest partial}}
  - {call: InvokeModelWithResponseStream, prompt: early, expect: {outcome: partial, handed_back: {is: honest partial}}}
  - {call: Converse, prompt: tool, expect: {tool_input: '{"city":"Paris"}', handed_back: complete}}
  - {call: InvokeModel, prompt: tool, expect: {tool_input: '{"city":"Paris"}', handed_back: complete}}
  - {call: ConverseStream, prompt: tool, expect: {tool_input: '{"city":"Paris"}', handed_back: complete}}
  - {call: InvokeModelWithResponseStream, prompt: tool, expect: {tool_input: '{"city":"Paris"}', handed_back: complete}}
  - {call: ConverseStream, prompt: half of it, expect: {outcome: "*", tool_input: '/^\{"city"/', handed_back: honest partial}}
)");
}

ScenarioResult looked_at(const std::string& text) {
  const auto scenario = scenario::parse_scenario(text, "xray.yaml");
  EXPECT_TRUE(scenario.ok()) << (scenario ? "" : format(scenario.error().front()));
  return scenario ? run_scenario(*scenario, {}) : ScenarioResult{};
}

std::string xray_report(const ScenarioResult& result) {
  std::ostringstream out;
  terminal_report(out, false)->scenario_finished(result);
  return out.str();
}

// Three visits of two attempts each: 1 + 5 + 1 + 10 + 1 s.
TEST(Xrays, CountARetryAroundAStateThatHasRetried) {
  const ScenarioResult result = looked_at(R"(
models:
  "*": {replies: [{script: [throttle, throttle, throttle, throttle, throttle, {answer: Hello}]}]}
workflows:
  nested:
    definition:
      StartAt: All
      States:
        All:
          Type: Parallel
          End: true
          Retry: [{ErrorEquals: [States.ALL], IntervalSeconds: 5, MaxAttempts: 2}]
          Branches:
            - StartAt: Ask
              States:
                Ask:
                  Type: Task
                  Resource: arn:aws:states:::bedrock:invokeModel
                  Retry: [{ErrorEquals: [Bedrock.ThrottlingException], IntervalSeconds: 1, MaxAttempts: 1}]
                  Parameters:
                    ModelId: anthropic.claude-3-haiku-20240307-v1:0
                    Body: {anthropic_version: bedrock-2023-05-31, max_tokens: 9, messages: [{role: user, content: Hi}]}
                  End: true
run: [{start: nested, expect: {attempts: 6, nested_retries: 2, waited: 18s, takes: 18s}}]
)");
  EXPECT_EQ(result.status, ScenarioResult::Status::kHeld) << xray_report(result);
}

// A stream that ends with an exception is no whole answer: whoever asks again asks for the same,
// and pays for it again; of one that its reader left, all that the model wrote.
TEST(Xrays, KnowStreamsThatBrokeOffInOrder) {
  for (const std::string fault : {"exception: throttlingException", "error_frame: InternalFailure",
                                  "end: true", "at_frame: messageStop, drop: true"}) {
    const std::string place = fault.starts_with("at_frame") ? "" : "after_tokens: 5, ";
    const ScenarioResult result = looked_at(R"(
models:
  "*":
    replies:
      - {when: {call: 1}, answer: {tokens: 100}, fault: {)" +
                                            place + fault + R"(}}
      - {when: {call: 1}, answer: {tokens: 100}, fault: {after_tokens: 5, stall: forever}}
      - {answer: {tokens: 100}}
run:
  - {call: ConverseStream, model: anthropic.claude-3-haiku-20240307-v1:0, prompt: Hi, expect: {outcome: "*"}}
  - {call: ConverseStream, model: anthropic.claude-3-haiku-20240307-v1:0, prompt: Hi, expect: {outcome: partial}}
  - {call: ConverseStream, model: anthropic.claude-3-haiku-20240307-v1:0, prompt: Hi}
expect: {paid_twice: 2}
)");
    EXPECT_EQ(result.status, ScenarioResult::Status::kHeld) << fault << xray_report(result);
  }
}

// A function's error is an answer with status 200; the Retry of its state goes by its name.
TEST(Xrays, LinkTheRetriesOfAFunctionThatRaisedAnError) {
  const ScenarioResult result = looked_at(R"(
functions:
  parser: {script: [{error: {name: JSONDecodeError, message: bad}}, {answer: done}]}
workflows:
  parse:
    definition:
      StartAt: Parse
      States:
        Parse:
          Type: Task
          Resource: arn:aws:states:::lambda:invoke
          Parameters: {FunctionName: parser}
          Retry: [{ErrorEquals: [JSONDecodeError], IntervalSeconds: 2, MaxAttempts: 1}]
          End: true
run: [{start: parse, expect: {waited: 2s, paid_twice: 0, calls: [{attempts: 2, gaps: asl}]}}]
)");
  EXPECT_EQ(result.status, ScenarioResult::Status::kHeld) << xray_report(result);
}

}  // namespace
}  // namespace bedlam::harness
