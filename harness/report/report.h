// Where results go. Each report is a leaf: nothing includes it but the program that makes it.
#pragma once

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "emulator/base/json.h"
#include "harness/runner/result.h"

namespace bedlam::harness {

class Report {
 public:
  virtual ~Report() = default;
  virtual void run_started(std::size_t /*scenarios*/) {}
  virtual void scenario_started(const std::string& /*file*/) {}
  virtual void step_started(const std::string& /*file*/, const std::string& /*step*/) {}
  virtual void scenario_finished(const ScenarioResult& result) = 0;
  // `coverage`: that of all scenarios together (coverage/coverage.h).
  virtual void run_finished(const Json& /*coverage*/) {}
};

// For people. `tty`: colours, and a line that shows what is running now; else plain lines for CI.
// The X-ray is shown of failed steps that tried something again, or of all steps that called;
// `money`: with what each step would have cost.
enum class ShowXray { kOfFailures, kAlways };
struct TerminalDetails {
  ShowXray xray = ShowXray::kOfFailures;
  bool money = false;
};
std::unique_ptr<Report> terminal_report(std::ostream& out, bool tty, TerminalDetails details = {});
// JUnit XML as CI servers read it: a testsuite for each file, a testcase for each step. Written
// when the run is over.
std::unique_ptr<Report> junit_report(std::ostream& out);
// TAP version 14: a subtest for each file, a test for each step.
std::unique_ptr<Report> tap_report(std::ostream& out);

// One JSON document (document.h), and one page of HTML that shows it (page.h). Both are written
// when the run is over, and want results with evidence.
std::unique_ptr<Report> json_report(std::ostream& out);
std::unique_ptr<Report> html_report(std::ostream& out);

// How many scenarios ended how.
struct Totals {
  std::size_t held = 0, failed = 0, skipped = 0, invalid = 0;
  void add(const ScenarioResult& result);
  std::size_t all() const { return held + failed + skipped + invalid; }
};

}  // namespace bedlam::harness
