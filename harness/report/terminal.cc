// The report for people: a line for each scenario, and everything about those that failed.
#include <string_view>

#include "harness/report/failure_text.h"
#include "harness/report/money_table.h"
#include "harness/report/report.h"

namespace bedlam::harness {
namespace {

// ECMA-48 sequences that every terminal understands.
constexpr std::string_view kRed = "\x1b[31m", kGreen = "\x1b[32m", kYellow = "\x1b[33m";
constexpr std::string_view kBold = "\x1b[1m", kReset = "\x1b[0m";
constexpr std::string_view kClearLine = "\r\x1b[K";

class TerminalReport final : public Report {
 public:
  TerminalReport(std::ostream& out, bool tty, TerminalDetails details)
      : out_(out), tty_(tty), xray_(details.xray), money_(details.money) {}

  void run_started(std::size_t scenarios) override { scenarios_ = scenarios; }
  void scenario_started(const std::string& file) override { show_progress(file); }
  void step_started(const std::string& file, const std::string& step) override {
    show_progress(file + "  " + step);
  }

  void scenario_finished(const ScenarioResult& result) override {
    totals_.add(result);
    if (tty_) out_ << kClearLine;
    using Status = ScenarioResult::Status;
    switch (result.status) {
      case Status::kHeld:
        headline(kGreen, "ok", result.file, done(result));
        break;
      case Status::kFailed:
        headline(kRed, "FAILED", result.file, done(result));
        break;
      case Status::kSkipped:
        headline(kYellow, "skipped", result.file, result.reason);
        break;
      case Status::kInvalid:
        headline(kRed, "INVALID", result.file, "");
        break;
    }
    if (!result.diagnostics.empty()) out_ << diagnostics_text(result) << '\n';
    for (const StepResult& step : result.steps) {
      for (const Verdict& verdict : step.failed) show_failure(failure_text(result, verdict));
      show_xray(step);
    }
    if (result.status == Status::kFailed) out_ << '\n';
    if (money_) out_ << money_table(result);
    out_.flush();
  }

  void run_finished(const Json& /*coverage*/) override {
    out_ << '\n' << totals_.all() << (totals_.all() == 1 ? " scenario: " : " scenarios: ");
    out_ << totals_.held << " held";
    part(kRed, totals_.failed, "failed");
    part(kRed, totals_.invalid, "invalid");
    part(kYellow, totals_.skipped, "skipped");
    out_ << '\n';
    out_.flush();
  }

 private:
  void show_progress(const std::string& what) {
    if (!tty_) return;
    out_ << kClearLine << '[' << totals_.all() + 1 << '/' << scenarios_ << "] " << what;
    out_.flush();
  }

  void headline(std::string_view colour, std::string_view word, const std::string& file,
                const std::string& rest) {
    constexpr std::size_t kWordWidth = 8;
    out_ << paint(colour, word) << std::string(kWordWidth - word.size(), ' ') << file;
    if (!rest.empty()) out_ << "  " << rest;
    out_ << '\n';
  }

  void show_failure(const std::string& text) {
    const std::size_t first_line = text.find('\n');
    out_ << '\n' << paint(kBold, text.substr(0, first_line)) << text.substr(first_line) << '\n';
  }

  void show_xray(const StepResult& step) {
    const bool wanted = xray_ == ShowXray::kAlways ? !step.xray.requests.empty()
                                                   : !step.held() && step.xray.worth_showing();
    if (!wanted || step.kind == "expect") return;  // the file's own calls are those of its steps
    out_ << '\n' << paint(kBold, step.name) << ' ' << xray_text(step.xray, step.started);
  }

  void part(std::string_view colour, std::size_t count, std::string_view word) {
    if (count > 0) out_ << ", " << paint(colour, std::to_string(count) + " " + std::string(word));
  }

  static std::string done(const ScenarioResult& result) {
    const std::size_t steps = result.steps.size();
    return "(" + std::to_string(steps) + (steps == 1 ? " step, " : " steps, ") +
           format_duration(std::chrono::round<std::chrono::milliseconds>(result.took)) + ")";
  }

  std::string paint(std::string_view colour, std::string_view text) const {
    if (!tty_) return std::string(text);
    return std::string(colour) + std::string(text) + std::string(kReset);
  }

  std::ostream& out_;
  bool tty_;
  ShowXray xray_;
  bool money_;
  std::size_t scenarios_ = 0;
  Totals totals_;
};

}  // namespace

std::unique_ptr<Report> terminal_report(std::ostream& out, bool tty, TerminalDetails details) {
  return std::make_unique<TerminalReport>(out, tty, details);
}

void Totals::add(const ScenarioResult& result) {
  switch (result.status) {
    case ScenarioResult::Status::kHeld:
      ++held;
      break;
    case ScenarioResult::Status::kFailed:
      ++failed;
      break;
    case ScenarioResult::Status::kSkipped:
      ++skipped;
      break;
    case ScenarioResult::Status::kInvalid:
      ++invalid;
      break;
  }
}

}  // namespace bedlam::harness
