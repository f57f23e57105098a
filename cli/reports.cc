#include "cli/reports.h"

#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace bedlam::cli {

void add_report_options(CLI::App& command, ReportOptions& options) {
  command.add_option("--junit", options.junit_file, "also write JUnit XML to this file");
  command.add_flag("--xray", options.xray, "show the calls and attempts of every step");
  command.add_flag("--tap", options.tap, "print TAP instead of text");
}

Result<Reports, std::string> Reports::open(const ReportOptions& options, std::ostream& out,
                                           bool tty) {
  Reports reports;
  const auto xray =
      options.xray ? harness::ShowXray::kAlways : harness::ShowXray::kOfFailures;
  reports.reports_.push_back(options.tap ? harness::tap_report(out)
                                         : harness::terminal_report(out, tty, xray));
  if (auto added = reports.add_file(options.junit_file, harness::junit_report); !added) {
    return added.error();
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

int Reports::run_finished() const {
  for (const auto& report : reports_) report->run_finished();
  if (totals_.invalid > 0) return kWrongUsage;
  return totals_.failed > 0 ? kVerdictFailed : kAllHeld;
}

}  // namespace bedlam::cli
