// TAP version 14 (testanything.org/tap-version-14-specification.html): each file is a subtest, what
// is known of a failure a YAML block. Texts in it are JSON strings, which are YAML too.
#include "emulator/base/json.h"
#include "harness/report/failure_text.h"
#include "harness/report/report.h"

namespace bedlam::harness {
namespace {

constexpr std::string_view kIndent = "    ";  // of a subtest

// A `#` would begin a directive, a line end the next test.
std::string description(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '#' || c == '\\') escaped += '\\';
    escaped += c == '\n' || c == '\r' ? ' ' : c;
  }
  return escaped;
}

class TapReport final : public Report {
 public:
  explicit TapReport(std::ostream& out) : out_(out) {}

  void run_started(std::size_t scenarios) override {
    out_ << "TAP version 14\n1.." << scenarios << '\n';
  }

  void scenario_finished(const ScenarioResult& result) override {
    using Status = ScenarioResult::Status;
    const bool good = result.status == Status::kHeld || result.status == Status::kSkipped;
    if (!result.steps.empty()) subtest(result);
    out_ << (good ? "ok " : "not ok ") << ++number_ << " - " << description(result.file);
    if (result.status == Status::kSkipped) out_ << " # SKIP " << description(result.reason);
    out_ << '\n';
    if (result.status == Status::kInvalid) {
      out_ << "  ---\n  message: " << quoted(diagnostics_text(result)) << "\n  ...\n";
    }
    out_.flush();
  }

 private:
  static std::string quoted(const std::string& text) { return to_text(Json(text)); }

  void subtest(const ScenarioResult& result) {
    out_ << "# Subtest: " << description(result.file) << '\n';
    std::size_t number = 0;
    for (const StepResult& step : result.steps) {
      out_ << kIndent << (step.held() ? "ok " : "not ok ") << ++number << " - "
           << description(step.name) << '\n';
      if (!step.held()) failures(result, step);
    }
    out_ << kIndent << "1.." << number << '\n';
  }

  void failures(const ScenarioResult& result, const StepResult& step) {
    const Verdict& first = step.failed.front();
    std::string text;
    for (const Verdict& verdict : step.failed) {
      text += (text.empty() ? "" : "\n") + failure_text(result, verdict);
    }
    const std::string indent = std::string(kIndent) + "  ";
    out_ << indent << "---\n"
         << indent
         << "message: " << quoted(first.step + " " + first.field + ": " + failure_line(first))
         << '\n'
         << indent << "severity: fail\n"
         << indent << "at:\n"
         << indent << "  file: " << quoted(result.file) << '\n'
         << indent << "  line: " << first.position.line << '\n'
         << indent << "  column: " << first.position.column << '\n'
         << indent << "details: " << quoted(text) << '\n'
         << indent << "...\n";
  }

  std::ostream& out_;
  std::size_t number_ = 0;
};

}  // namespace

std::unique_ptr<Report> tap_report(std::ostream& out) {
  return std::make_unique<TapReport>(out);
}

}  // namespace bedlam::harness
