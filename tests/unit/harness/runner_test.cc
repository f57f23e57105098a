// Whole scenarios, from text to verdicts, on the real emulator; and the text that a reader gets of
// those that fail. tests/cases/harness/*.yaml are scenarios, the .txt beside each is its report;
// BEDLAM_UPDATE_CASES=1 rewrites them.
#include "harness/runner/runner.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/report/report.h"
#include "harness/runner/files.h"

namespace bedlam::harness {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const fs::path kCases = fs::path(BEDLAM_SOURCE_DIR) / "tests/cases/harness";

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

ScenarioResult run_text(const std::string& text, const RunOptions& options = {}) {
  const auto scenario = scenario::parse_scenario(text, "case.yaml");
  if (scenario) return run_scenario(*scenario, options);
  ScenarioResult result;
  result.status = ScenarioResult::Status::kInvalid;
  result.diagnostics = scenario.error();
  return result;
}

std::string report_text(const ScenarioResult& result) {
  std::ostringstream out;
  const auto report = terminal_report(out, false);
  report->scenario_finished(result);
  return out.str();
}

constexpr std::string_view kStall = R"(
models:
  anthropic.claude-3-sonnet-*:
    latency: {first_token: 900ms, per_token: 25ms}
    replies:
      - answer: {tokens: 400}
        fault: {after_tokens: 120, stall: forever}
run:
  - call: InvokeModelWithResponseStream
    model: anthropic.claude-3-sonnet-20240229-v1:0
    prompt: Create a 500 word car advert
    client: {read_timeout: 90s, retries: standard}
    deadline: 120s
    expect: {outcome: partial, tokens: 120, attempts: 1, takes: 93.875s}
)";

constexpr std::string_view kThrottled = R"(
models:
  anthropic.claude-3-haiku-*:
    replies:
      - script: [throttle, throttle, {answer: Hello}]
run:
  - call: Converse
    model: anthropic.claude-3-haiku-20240307-v1:0
    prompt: Hi
    client: {retries: standard}
    expect: {outcome: complete, text: Hello, attempts: 3, gaps: standard, calls: [{attempts: 3}]}
  - wait: 3h
)";

TEST(Scenarios, LeaveThePartialAnswerOfAStall) {
  const ScenarioResult result = run_text(std::string(kStall));
  EXPECT_EQ(result.status, ScenarioResult::Status::kHeld) << report_text(result);
  EXPECT_EQ(result.took, Duration(93875ms));
}

// Measured (docs/clients.md): over HTTP/2 the SDK for JavaScript tries again what was refused or
// went away without an error, and a reset of the connection; what speaks HTTP/1.1 sees that in all
// of them and tries them all again.
TEST(Scenarios, TellStreamsThatAreResetFromConnections) {
  const std::string models = R"(
models:
  "*":
    replies:
      - {when: {prompt: "*refused*"}, answer: Hi, fault: {rst_stream: REFUSED_STREAM}}
      - {when: {prompt: "*canceled*"}, answer: Hi, fault: {rst_stream: CANCEL}}
      - {when: {prompt: "*going*"}, answer: Hi, fault: {goaway: NO_ERROR}}
      - {when: {prompt: "*reset*"}, answer: Hi, fault: {reset: true}}
      - {answer: Hi, fault: {goaway: INTERNAL_ERROR}}
run:)";
  const auto step = [](const std::string& prompt, const std::string& retries, int attempts,
                       const std::string& gaps) {
    return "\n  - call: Converse\n    model: amazon.nova-lite-v1:0\n    prompt: " + prompt +
           "\n    client: {retries: " + retries +
           "}\n    expect: {outcome: ConnectionClosedError, attempts: " + std::to_string(attempts) +
           ", calls: [{gaps: " + gaps + "}]}";
  };
  const ScenarioResult held =
      run_text(models + step("refused", "javascript-v3", 3, "javascript-v3") +
               step("canceled", "javascript-v3", 1, "javascript-v3") +
               step("going", "javascript-v3", 3, "javascript-v3") +
               step("reset", "javascript-v3", 3, "javascript-v3") +
               step("gone", "javascript-v3", 1, "javascript-v3") +
               step("refused", "standard", 3, "standard") +
               step("canceled", "standard", 3, "standard") + step("gone", "none", 1, "none"));
  EXPECT_EQ(held.status, ScenarioResult::Status::kHeld) << report_text(held);
  for (const char* prompt : {"canceled", "gone"}) {
    const std::string report =
        report_text(run_text(models + step(prompt, "standard", 3, "javascript-v3")));
    EXPECT_NE(report.find("javascript-v3, no retry after a reset of the stream"), std::string::npos)
        << report;
  }
}

// The Go SDK has no read timeout (facts, section 2): without a deadline nothing ends the call.
TEST(Scenarios, SayWhatWouldEndACallThatWaitsWithoutEnd) {
  std::string text = R"(
models:
  "*": {replies: [{answer: Hello, fault: {no_answer: true}}]}
run:
  - call: Converse
    model: amazon.nova-lite-v1:0
    prompt: Hi
    client: {retries: go-v2}
    expect: {outcome: timed out, attempts: 1, takes: 2h}
)";
  const std::string report = report_text(run_text(text));
  EXPECT_NE(report.find("it is still running, nothing is pending"), std::string::npos) << report;
  EXPECT_NE(report.find("nothing ends the call: the read timeout of go-v2 is none; set a deadline, "
                        "or read_timeout under client"),
            std::string::npos)
      << report;
  const ScenarioResult ended = run_text(text + "    deadline: 2h\n");
  EXPECT_EQ(ended.status, ScenarioResult::Status::kHeld) << report_text(ended);
}

// Five tokens a chunk: what is counted are tokens, of a whole answer as of one that broke off.
TEST(Scenarios, CountTheTokensOfStreamsWhateverTheirChunks) {
  const ScenarioResult result = run_text(R"(
models:
  "*":
    chunks: {tokens: 5}
    replies:
      - {when: {call: 1}, answer: {tokens: 40}}
      - {when: {call: 1}, answer: {tokens: 40}}
      - {when: {prompt: broken}, answer: {tokens: 40}, fault: {after_tokens: 15, corrupt: message_crc}}
      - {answer: {tokens: 40}, fault: {after_tokens: 20, stall: forever}}
run:
  - {call: ConverseStream, model: amazon.nova-lite-v1:0, prompt: Hi, expect: {tokens: 40}}
  - {call: InvokeModelWithResponseStream, model: meta.llama3-1-70b-instruct-v1:0, prompt: Hi, expect: {tokens: 40}}
  - call: ConverseStream
    model: amazon.nova-lite-v1:0
    prompt: Hi
    expect: {outcome: partial, tokens: 20}
  - call: ConverseStream
    model: amazon.nova-lite-v1:0
    prompt: broken
    expect: {outcome: partial, tokens: 15}
)");
  EXPECT_EQ(result.status, ScenarioResult::Status::kHeld) << report_text(result);
}

TEST(Scenarios, CallEveryOperation) {
  const ScenarioResult result = run_text(R"(
models:
  amazon.nova-reel-*:
    replies: [{answer: A film., latency: 90s}]
buckets: {films: {}}
guardrails:
  abcdefgh1234: {policies: [{topic: Investment, match: invest}]}
endpoints:
  llm: {replies: [{when: {prompt: "*tagline*"}, answer: Room for everyone.}]}
run:
  - call: CountTokens
    model: anthropic.claude-3-haiku-20240307-v1:0
    prompt: Count to six
    expect: {answer: {$.inputTokens: 3}, tokens: 0}
  - call: ApplyGuardrail
    parameters: {guardrailIdentifier: abcdefgh1234, guardrailVersion: DRAFT}
    prompt: Should I invest?
    expect: {answer: {$.action: GUARDRAIL_INTERVENED}}
  - call: StartAsyncInvoke
    body:
      modelId: amazon.nova-reel-v1:1
      modelInput: {taskType: TEXT_VIDEO, textToVideoParams: {text: A road}}
      outputDataConfig: {s3OutputDataConfig: {s3Uri: "s3://films"}}
    expect: {answer: {$.invocationArn: "arn:aws:bedrock:us-east-1:*:async-invoke/*"}}
  - {call: GetAsyncInvoke, expect: {answer: {$.status: InProgress}}}
  - {wait: 90s}
  - {call: GetAsyncInvoke, expect: {answer: {$.status: Completed}}}
  - call: ListAsyncInvokes
    parameters: {statusEquals: Completed, maxResults: 5}
    expect: {answer: {"$.asyncInvokeSummaries[0].status": Completed}}
  - call: InvokeEndpoint
    parameters: {EndpointName: llm, TargetVariant: blue}
    prompt: A tagline
    expect: {text: Room for everyone.}
  - call: InvokeEndpointWithResponseStream
    parameters: {EndpointName: llm}
    prompt: A tagline
    expect: {outcome: complete, text: Room for everyone., tokens: 3}
  - call: InvokeEndpointAsync
    parameters: {EndpointName: llm, InputLocation: "s3://in/put", InferenceId: mine}
    expect: {answer: {$.InferenceId: mine}}
  - {call: InvokeEndpoint, parameters: {EndpointName: other}, prompt: Hi, expect: {error: ValidationError}}
)");
  EXPECT_EQ(result.status, ScenarioResult::Status::kHeld) << report_text(result);
}

TEST(Scenarios, RetryAsTheModeAllows) {
  const ScenarioResult result = run_text(std::string(kThrottled));
  EXPECT_EQ(result.status, ScenarioResult::Status::kHeld) << report_text(result);
  ASSERT_EQ(result.steps.size(), 2U);
  EXPECT_EQ(result.steps[1].took, Duration(3h));
}

TEST(Scenarios, RepeatByteForByteWithTheirSeed) {
  for (const std::string_view text : {kStall, kThrottled}) {
    RunOptions options;
    options.seed = 42;
    const ScenarioResult once = run_text(std::string(text), options);
    const ScenarioResult again = run_text(std::string(text), options);
    EXPECT_FALSE(once.journal.empty());
    EXPECT_EQ(once.journal, again.journal);
    options.seed = 43;
    EXPECT_NE(once.journal, run_text(std::string(text), options).journal);
  }
}

TEST(Scenarios, RunCommandsAgainstASocket) {
  const ScenarioResult result = run_text(R"(
run:
  - command: echo "$AWS_ENDPOINT_URL $AWS_REGION $AWS_EC2_METADATA_DISABLED $GREETING"
    environment: {GREETING: hello}
    expect: {stdout: "/^http:..127.0.0.1:[0-9]+ us-east-1 true hello/", calls: 0}
  - command: exit 3
    as: three
    expect: {exit: 3}
  - command: sleep 60
    as: sleeper
    timeout: 200ms
    expect: {timed_out: true, takes: 200ms..30s}
)");
  EXPECT_EQ(result.status, ScenarioResult::Status::kHeld) << report_text(result);
}

TEST(Scenarios, FailWhereACommandFailsUnnoticed) {
  const ScenarioResult result = run_text("run:\n  - command: exit 3\n");
  EXPECT_EQ(result.status, ScenarioResult::Status::kFailed);
  EXPECT_NE(report_text(result).find("expected 0, it was 3"), std::string::npos)
      << report_text(result);
}

TEST(Scenarios, AreSkippedWithoutWhatTheyNeed) {
  const ScenarioResult result = run_text(
      "needs: [{check: exit 1, because: a thing that is never there}]\nrun:\n  - wait: 1s\n");
  EXPECT_EQ(result.status, ScenarioResult::Status::kSkipped);
  EXPECT_EQ(result.reason, "needs a thing that is never there");
}

TEST(Scenarios, AreInvalidBeforeAnythingRuns) {
  const ScenarioResult result = run_text("run:\n  - command: exit 3\n    expect: {exits: 3}\n");
  EXPECT_EQ(result.status, ScenarioResult::Status::kInvalid);
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(result.diagnostics[0].position.line, 3U);
}

TEST(ScenarioFiles, AreFoundBelowDirectoriesInOrder) {
  const auto files = find_scenarios({kCases.string()});
  ASSERT_TRUE(files.ok());
  EXPECT_TRUE(std::is_sorted(files->begin(), files->end()));
  EXPECT_GT(files->size(), 3U);
  const auto missing = find_scenarios({"/no/such/file.yaml"});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error(), "cannot read /no/such/file.yaml: No such file or directory");
}

class FailureCases : public testing::TestWithParam<std::string> {};

TEST_P(FailureCases, ReadAsReviewed) {
  const fs::path file = kCases / (GetParam() + ".yaml");
  fs::path expected = file;
  expected.replace_extension(".txt");
  RunOptions options;
  options.seed = 7;
  const auto scenario = scenario::parse_scenario(read(file), GetParam() + ".yaml");
  ScenarioResult result;
  result.status = ScenarioResult::Status::kInvalid;
  result.file = GetParam() + ".yaml";
  result.source = read(file);
  if (scenario)
    result = run_scenario(*scenario, options);
  else
    result.diagnostics = scenario.error();
  const bool on_the_real_clock =
      std::any_of(result.steps.begin(), result.steps.end(),
                  [](const StepResult& step) { return step.kind == "command"; });
  if (on_the_real_clock) result.took = {};
  const std::string text = report_text(result);
  if (std::getenv("BEDLAM_UPDATE_CASES") != nullptr) std::ofstream(expected) << text;
  EXPECT_EQ(text, read(expected));
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kCases)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}
INSTANTIATE_TEST_SUITE_P(Harness, FailureCases, testing::ValuesIn(case_names()),
                         [](const auto& name) {
                           std::string text = name.param;
                           std::replace(text.begin(), text.end(), '-', '_');
                           return text;
                         });

}  // namespace
}  // namespace bedlam::harness
