// Reports: the lines for people, JUnit XML and TAP, from results made by hand.
#include "harness/report/report.h"

#include <gtest/gtest.h>

#include <sstream>

#include "harness/report/failure_text.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;

// The design's example of a failure.
ScenarioResult design_example() {
  ScenarioResult result;
  result.status = ScenarioResult::Status::kFailed;
  result.file = "scenarios/article/parallel-gain.yaml";
  result.source = std::string(26, '\n') + "      takes: [19.2s, 37.7% less than chain]\n";
  result.seed = 7;
  result.took = 55200ms;
  StepResult chain;
  chain.name = "chain";
  chain.took = 30800ms;
  StepResult parallel;
  parallel.name = "parallel";
  parallel.took = 24400ms;
  parallel.failed = {
      {{27, 15},
       "parallel",
       "takes",
       "19.2 s",
       "it took 24.4 s",
       {"critical path: Describe 7.2 s → Advert 12 s → ThrottlingException → wait 5.2 s"}}};
  result.steps = {chain, parallel};
  return result;
}

TEST(FailureTexts, LookAsTheDesignShowsThem) {
  const ScenarioResult result = design_example();
  EXPECT_EQ(failure_text(result, result.steps[1].failed[0]),
            R"(scenarios/article/parallel-gain.yaml:27:15  parallel takes
   27 |       takes: [19.2s, 37.7% less than chain]
      |               ^^^^^ expected 19.2 s, it took 24.4 s
      critical path: Describe 7.2 s → Advert 12 s → ThrottlingException → wait 5.2 s
      replay: bedlam test scenarios/article/parallel-gain.yaml --seed 7)");
}

TEST(FailureTexts, ReplayARealRunOnTheRealClock) {
  ScenarioResult result = design_example();
  result.file = "my scenarios/it's.yaml";
  result.real_clock = true;
  result.tolerance = 0.02;
  const std::string text = failure_text(result, result.steps[1].failed[0]);
  EXPECT_NE(text.find(R"(replay: bedlam test 'my scenarios/it'\''s.yaml' --seed 7 --clock real )"
                      "--tolerance 2%"),
            std::string::npos)
      << text;
}

struct Mark {
  const char* line;
  std::size_t column, length;
};

TEST(Marks, CoverTheValue) {
  const std::vector<Mark> table{
      {"takes: 30.8s", 7, 5},
      {"takes: 30.8s   # a comment", 7, 5},
      {"output: a b c", 8, 5},
      {"x: [19.2s, 37.7% less than chain]", 11, 21},
      {"x: {a: 1, b: 2}", 7, 1},
      {"x: {a: 1, b: 2}", 3, 12},
      {"x: \"a # b\" # c", 3, 7},
      {"x: 'it''s'", 3, 4},  // a doubled quote ends it as far as a mark needs to know
      {"x: [\"]\", 2] # c", 3, 8},
      {"x: [1,", 3, 3},
      {"x:", 9, 1},
  };
  for (const Mark& row : table) {
    EXPECT_EQ(marked_length(row.line, row.column), row.length) << row.line;
  }
}

TEST(Marks, StandUnderCharactersNotBytes) {
  ScenarioResult result = design_example();
  result.source = "ü: {é: abc}";
  Verdict verdict{{1, 8}, "s", "f", "x", "it was y", {}};
  EXPECT_NE(failure_text(result, verdict).find("      |        ^^^ expected x, it was y"),
            std::string::npos)
      << failure_text(result, verdict);
}

std::string report_of(std::unique_ptr<Report> (*make)(std::ostream&),
                      const std::vector<ScenarioResult>& results) {
  std::ostringstream out;
  const auto report = make(out);
  report->run_started(results.size());
  for (const ScenarioResult& result : results) {
    report->scenario_started(result.file);
    report->scenario_finished(result);
  }
  report->run_finished(Json());
  return out.str();
}

ScenarioResult skipped() {
  ScenarioResult result;
  result.status = ScenarioResult::Status::kSkipped;
  result.file = "a#b.yaml";
  result.reason = "needs boto3 <new>";
  return result;
}

ScenarioResult invalid() {
  ScenarioResult result;
  result.status = ScenarioResult::Status::kInvalid;
  result.file = "bad.yaml";
  result.source = "runn: []\n";
  result.diagnostics = {{Severity::kError, "bad.yaml", {1, 1}, "unknown word 'runn'", ""}};
  return result;
}

TEST(TerminalReport, IsPlainLinesInCi) {
  std::ostringstream out;
  const auto report = terminal_report(out, false);
  report->run_started(3);
  report->scenario_started("x");
  report->step_started("x", "y");
  EXPECT_EQ(out.str(), "") << "no progress without a terminal";
  report->scenario_finished(design_example());
  report->scenario_finished(skipped());
  report->scenario_finished(invalid());
  report->run_finished(Json());
  EXPECT_EQ(out.str(), R"(FAILED  scenarios/article/parallel-gain.yaml  (2 steps, 55.2 s)

scenarios/article/parallel-gain.yaml:27:15  parallel takes
   27 |       takes: [19.2s, 37.7% less than chain]
      |               ^^^^^ expected 19.2 s, it took 24.4 s
      critical path: Describe 7.2 s → Advert 12 s → ThrottlingException → wait 5.2 s
      replay: bedlam test scenarios/article/parallel-gain.yaml --seed 7

skipped a#b.yaml  needs boto3 <new>
INVALID bad.yaml
)" + format(invalid().diagnostics[0], invalid().source) +
                           R"(

3 scenarios: 0 held, 1 failed, 1 invalid, 1 skipped
)");
}

TEST(TerminalReport, ShowsProgressOnATerminal) {
  std::ostringstream out;
  const auto report = terminal_report(out, true);
  report->run_started(2);
  report->scenario_started("x.yaml");
  report->step_started("x.yaml", "chain");
  EXPECT_EQ(out.str(), "\r\x1b[K[1/2] x.yaml\r\x1b[K[1/2] x.yaml  chain");
}

TEST(JunitReport, EscapesEverything) {
  ScenarioResult result = design_example();
  result.steps[1].name = "a < b & \"c\" 'd' \x01 \xff";
  result.steps[1].failed[0].actual = "it was <\xed\xa0\x80>\nand more";
  const std::string text = report_of(&junit_report, {result, skipped(), invalid()});
  EXPECT_NE(text.find(R"(<?xml version="1.0" encoding="UTF-8"?>)"), std::string::npos);
  EXPECT_NE(text.find(R"(name="a &lt; b &amp; &quot;c&quot; &apos;d&apos; � �" time="24.400">)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(message="expected 19.2 s, it was &lt;���&gt;&#10;and more">)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(<testsuites name="bedlam" tests="4" failures="1" errors="1" skipped="1")"),
            std::string::npos);
  EXPECT_NE(text.find(R"(<skipped message="needs boto3 &lt;new&gt;"/>)"), std::string::npos);
  EXPECT_NE(
      text.find(
          R"(<testcase classname="scenarios/article/parallel-gain.yaml" name="chain" time="30.800"/>)"),
      std::string::npos);
}

TEST(TapReport, IsVersion14) {
  const std::string text = report_of(&tap_report, {design_example(), skipped(), invalid()});
  EXPECT_EQ(text.substr(0, text.find("      details:")), R"(TAP version 14
1..3
# Subtest: scenarios/article/parallel-gain.yaml
    ok 1 - chain
    not ok 2 - parallel
      ---
      message: "parallel takes: expected 19.2 s, it took 24.4 s"
      severity: fail
      at:
        file: "scenarios/article/parallel-gain.yaml"
        line: 27
        column: 15
)");
  const std::size_t end = text.find("    1..2\n");
  ASSERT_NE(end, std::string::npos);
  EXPECT_EQ(text.substr(end, text.find("  ---\n  message") - end),
            "    1..2\nnot ok 1 - scenarios/article/parallel-gain.yaml\n"
            "ok 2 - a\\#b.yaml # SKIP needs boto3 <new>\nnot ok 3 - bad.yaml\n");
}

}  // namespace
}  // namespace bedlam::harness
