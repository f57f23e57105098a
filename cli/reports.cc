#include "cli/reports.h"

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/files.h"
#include "harness/report/evidence.h"

namespace bedlam::cli {

void add_report_options(CLI::App& command, ReportOptions& options) {
  command.add_option("--junit", options.junit_file, "also write JUnit XML to this file");
  command.add_flag("--xray", options.xray, "show the calls and attempts of every step");
  command.add_option("--json", options.json_file, "also write a JSON document to this file");
  command.add_option("--html", options.html_file, "also write a page with a timeline to this file");
  command.add_flag("--tap", options.tap, "print TAP instead of text");
  command.add_flag("--coverage", options.coverage,
                   "print which failure paths of workflows nothing exercised");
  command.add_flag("--money", options.money, "print what each step would have cost");
  command.add_option("--prices", options.prices_file,
                     "prices in place of the built-in ones; `bedlam prices` prints those");
}

Result<harness::Prices, std::string> read_prices(const ReportOptions& options) {
  if (options.prices_file.empty()) return harness::shipped_prices();
  const auto text = read_file(options.prices_file);
  if (!text) return text.error().message;
  return harness::parse_prices(*text, options.prices_file);
}

Result<Reports, std::string> Reports::open(const ReportOptions& options, std::ostream& out,
                                           bool tty) {
  Reports reports;
  reports.evidence_ = options.want_evidence();
  if (options.coverage) reports.coverage_out_ = &out;
  const harness::TerminalDetails details{
      options.xray ? harness::ShowXray::kAlways : harness::ShowXray::kOfFailures, options.money};
  reports.reports_.push_back(options.tap ? harness::tap_report(out)
                                         : harness::terminal_report(out, tty, details));
  for (const auto& [file, make] : {std::pair{options.junit_file, &harness::junit_report},
                                   std::pair{options.json_file, &harness::json_report},
                                   std::pair{options.html_file, &harness::html_report}}) {
    if (auto added = reports.add_file(file, make); !added) return added.error();
  }
  return reports;
}

Result<Done, std::string> Reports::add_file(
    const std::string& file, std::unique_ptr<harness::Report> (*make)(std::ostream&)) {
  if (file.empty()) return Done{};
  auto stream = std::make_unique<std::ofstream>(file);
  if (!*stream) return file + ": cannot be written";
  reports_.push_back(make(*stream));
  files_.push_back(std::move(stream));
  return Done{};
}

void Reports::run_started(std::size_t scenarios) const {
  for (const auto& report : reports_) report->run_started(scenarios);
}

void Reports::scenario_started(const std::string& file) const {
  for (const auto& report : reports_) report->scenario_started(file);
}

void Reports::step_started(const std::string& file, const std::string& step) const {
  for (const auto& report : reports_) report->step_started(file, step);
}

void Reports::scenario_finished(const harness::ScenarioResult& result) {
  totals_.add(result);
  for (const auto& report : reports_) report->scenario_finished(result);
}

Reports::Look Reports::look(harness::Coverage& coverage) const {
  if (!evidence_ && coverage_out_ == nullptr) return nullptr;
  return [this, &coverage](const scenario::Scenario& scenario, const app::Emulator& emulator,
                           const harness::Bill& bill) {
    coverage.add(scenario, emulator);
    return evidence_ ? harness::evidence_of(emulator, {}, bill) : Json();
  };
}

int Reports::run_finished() const {
  const Json coverage = coverage_.json();
  for (const auto& report : reports_) report->run_finished(coverage);
  if (coverage_out_ != nullptr) *coverage_out_ << '\n' << coverage_.text() << std::flush;
  if (totals_.invalid > 0) return kWrongUsage;
  return totals_.failed > 0 ? kVerdictFailed : kAllHeld;
}

}  // namespace bedlam::cli
