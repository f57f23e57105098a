// Which failure paths a run took: Amazon States Language, "Errors" and Choice.
#include "harness/coverage/coverage.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "harness/runner/runner.h"

namespace bedlam::harness {
namespace {

// What the run comes to is added to `coverage`.
RunOptions added_to(Coverage& coverage) {
  RunOptions options;
  options.evidence = [&coverage](const scenario::Scenario& of, const app::Emulator& emulator,
                                 const Bill& /*bill*/) {
    coverage.add(of, emulator);
    return Json();
  };
  return options;
}

// The paths that a scenario did not take: "Ask: Retry 2 (States.Timeout)".
std::vector<std::string> not_taken(const std::string& text) {
  const auto scenario = scenario::parse_scenario(text, "paths.yaml");
  EXPECT_TRUE(scenario.ok()) << (scenario ? "" : format(scenario.error().front()));
  if (!scenario) return {};
  Coverage coverage;
  const ScenarioResult result = run_scenario(*scenario, added_to(coverage));
  EXPECT_EQ(result.status, ScenarioResult::Status::kHeld);
  std::vector<std::string> paths;
  const Json said = coverage.json();
  for (const Json& path : said["missing"]) {
    paths.push_back(path["at"].get<std::string>() + ": " + path["what"].get<std::string>());
  }
  return paths;
}

constexpr std::string_view kWorkflow = R"(
workflows:
  order:
    definition:
      StartAt: Ask
      States:
        Ask:
          Type: Task
          Resource: arn:aws:states:::lambda:invoke
          Parameters: {FunctionName: ask, Payload: {}}
          TimeoutSeconds: 5
          Retry:
            - {ErrorEquals: [Busy]}
            - {ErrorEquals: [States.Timeout]}
          Catch:
            - {ErrorEquals: [Refused], Next: Apologise}
            - {ErrorEquals: [States.ALL], Next: Alarm}
          OutputPath: $.Payload
          Next: Which
        Which:
          Type: Choice
          Choices: [{Variable: $.size, StringEquals: large, Next: Large}]
          Default: Small
        Large: {Type: Succeed}
        Small: {Type: Succeed}
        Apologise: {Type: Succeed}
        Alarm: {Type: Fail, Error: Alarm}
)";

std::string order(const std::string& functions, const std::string& run) {
  return functions + std::string(kWorkflow) + run;
}

TEST(Paths, OfAWorkflowThatNothingRan) {
  EXPECT_EQ(not_taken(order("functions: {ask: {answer: {size: small}}}", "")).size(), 13U);
}

TEST(Paths, ThatAreTakenAreARetryAndTheDefault) {
  EXPECT_EQ(
      not_taken(
          order("functions: {ask: {script: [{error: {name: Busy}}, {answer: {size: small}}]}}",
                "run: [{start: order}]\n")),
      (std::vector<std::string>{
          "Ask: Retry 2 (States.Timeout)", "Ask: Catch 1 (Refused), to Apologise",
          "Ask: Catch 2 (States.ALL), to Alarm", "Ask: TimeoutSeconds", "Which: Choice 1, to Large",
          "Large: the state", "Apologise: the state", "Alarm: the state"}));
}

TEST(Paths, ThatAreTakenAreACatchATimeoutAndAChoice) {
  const std::string functions =
      "functions: {ask: {script: [{error: {name: Refused}}, {answer: {}, latency: 1h}, "
      "{answer: {size: large}}]}}";
  EXPECT_EQ(not_taken(order(functions, "run: [{start: order}, {start: order}]\n")),
            (std::vector<std::string>{"Ask: Retry 1 (Busy)", "Ask: Catch 2 (States.ALL), to Alarm",
                                      "Which: Default, to Small", "Small: the state",
                                      "Alarm: the state"}));
}

// The others of a Map go on while one is waiting for its retry or has been caught.
TEST(Paths, InsideAMapAreToldApartByTheirIteration) {
  EXPECT_EQ(not_taken(R"(
functions:
  f:
    replies:
      - {when: {event: {$.n: 1}}, script: [{error: {name: Busy}}, {answer: 1}]}
      - {when: {event: {$.n: 2}}, answer: 2, latency: 1s}
      - {when: {event: {$.n: 3}}, error: {name: Broken}, latency: 500ms}
workflows:
  w:
    definition:
      StartAt: M
      States:
        M:
          Type: Map
          ItemsPath: $.items
          End: true
          ItemProcessor:
            StartAt: T
            States:
              T:
                Type: Task
                Resource: arn:aws:states:::lambda:invoke
                Parameters: {FunctionName: f, "Payload.$": $}
                Retry: [{ErrorEquals: [Busy], IntervalSeconds: 5}]
                Catch: [{ErrorEquals: [Broken], Next: Sorry}]
                Next: Good
              Good: {Type: Succeed}
              Sorry: {Type: Succeed}
run:
  - {start: w, input: {items: [{n: 1}, {n: 2}, {n: 3}]}, expect: {takes: 5s}}
)"),
            std::vector<std::string>{});
}

TEST(Paths, OfLayersAreToldApart) {
  EXPECT_EQ(not_taken(R"(
functions: {f: {script: [{error: {name: Busy}}, {error: {name: Busy}}, {answer: 1}]}}
workflows:
  w:
    definition:
      StartAt: Outer
      States:
        Outer:
          Type: Parallel
          End: true
          Retry: [{ErrorEquals: [Never]}, {ErrorEquals: [Busy]}]
          Branches:
            - StartAt: Inner
              States:
                Inner:
                  Type: Parallel
                  End: true
                  Retry: [{ErrorEquals: [Busy], MaxAttempts: 1}]
                  Branches:
                    - StartAt: Ask
                      States:
                        Ask: {Type: Task, Resource: "arn:aws:states:::lambda:invoke", Parameters: {FunctionName: f}, End: true}
run: [{start: w}]
)"),
            (std::vector<std::string>{"Outer: Retry 1 (Never)"}));
}

TEST(Paths, OfOneDefinitionInTwoScenariosCountTogether) {
  const std::string text =
      order("functions: {ask: {answer: {size: small}}}", "run: [{start: order}]\n");
  const auto scenario = scenario::parse_scenario(text, "paths.yaml");
  ASSERT_TRUE(scenario.ok());
  Coverage coverage;
  run_scenario(*scenario, added_to(coverage));
  run_scenario(*scenario, added_to(coverage));
  EXPECT_EQ(coverage.json()["workflows"].size(), 1U);
}

// The history calls both a timeout.
TEST(Paths, OfAMissedHeartbeatAreNotThoseOfATimeout) {
  const std::string workflow = R"(
workflows:
  wait:
    definition:
      StartAt: Ask
      States:
        Ask:
          Type: Task
          Resource: arn:aws:states:::sqs:sendMessage.waitForTaskToken
          Parameters: {QueueUrl: q, MessageBody: {"token.$": $$.Task.Token}}
          HeartbeatSeconds: 5
          TimeoutSeconds: 60
          Catch:
            - {ErrorEquals: [States.HeartbeatTimeout], Next: Silent}
            - {ErrorEquals: [States.Timeout], Next: Late}
          End: true
        Silent: {Type: Succeed}
        Late: {Type: Succeed}
run: [{start: wait, expect: {takes: 5s}}]
)";
  const std::vector<std::string> expected{"Ask: Catch 2 (States.Timeout), to Late",
                                          "Ask: TimeoutSeconds", "Late: the state"};
  EXPECT_EQ(not_taken(workflow), expected);
}

TEST(Errors, AreTakenAsRetryAndCatchTakeThem) {
  const auto takes = [](const char* list, const char* error) {
    return takes_error(*parse_json(list), error);
  };
  EXPECT_TRUE(takes(R"(["States.ALL"])", "States.Timeout"));
  EXPECT_TRUE(takes(R"(["States.TaskFailed"])", "Bedrock.ThrottlingException"));
  EXPECT_FALSE(takes(R"(["States.TaskFailed"])", "States.Timeout"));
  EXPECT_TRUE(takes(R"(["A", "B"])", "B"));
  EXPECT_FALSE(takes(R"(["A"])", "B"));
}

TEST(Faults, ThatACallNeverMetAreTold) {
  const auto scenario = scenario::parse_scenario(R"(
models:
  anthropic.claude-3-haiku-20240307-v1:0:
    replies: [{script: [throttle, {answer: Hello there, fault: {after_tokens: 1, stall: forever}}]}]
run:
  - call: ConverseStream
    prompt: Hi
    client: {retries: standard}
    expect: {outcome: partial}
)",
                                                 "faults.yaml");
  ASSERT_TRUE(scenario.ok());
  Coverage coverage;
  run_scenario(*scenario, added_to(coverage));
  const Json call = coverage.json()["calls"][0];
  EXPECT_EQ(call["call"], "ConverseStream anthropic.claude-3-haiku-20240307-v1:0");
  EXPECT_EQ(call["met"], Json::parse(R"(["stall", "throttle"])"));
  const Json& never = call["never_met"];
  EXPECT_NE(std::find(never.begin(), never.end(), "reset"), never.end());
  EXPECT_EQ(std::find(never.begin(), never.end(), "stall"), never.end());
}

}  // namespace
}  // namespace bedlam::harness
