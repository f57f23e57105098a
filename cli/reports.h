// The reports that `bedlam test` and `bedlam run` can write, by their options.
#pragma once

#include <fstream>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "emulator/base/result.h"
#include "harness/coverage/coverage.h"
#include "harness/money/prices.h"
#include "harness/report/report.h"

namespace CLI {
class App;
}

namespace bedlam::cli {

struct ReportOptions {
  std::string junit_file, json_file, html_file;
  bool tap = false, xray = false;
  bool money = false;
  bool coverage = false;
  std::string prices_file;  // "": those that are built in

  bool want_evidence() const { return !json_file.empty() || !html_file.empty(); }
};

void add_report_options(CLI::App& command, ReportOptions& options);

// Those of the file that was named, or the built-in ones. The error is one line.
Result<harness::Prices, std::string> read_prices(const ReportOptions& options);

// Every report that was asked for. Each hears of all scenarios.
class Reports {
 public:
  // The one for people, or TAP, goes to `out`; `tty`: a terminal. The error is one line.
  static Result<Reports, std::string> open(const ReportOptions& options, std::ostream& out,
                                           bool tty);

  void run_started(std::size_t scenarios) const;
  void scenario_started(const std::string& file) const;
  void step_started(const std::string& file, const std::string& step) const;
  void scenario_finished(const harness::ScenarioResult& result);
  // What a scenario that is over leaves for the reports, with its coverage in `coverage`; null
  // where no report wants any of it. The function lives no longer than both, and may be called by
  // any thread.
  using Look =
      std::function<Json(const scenario::Scenario&, const app::Emulator&, const harness::Bill&)>;
  Look look(harness::Coverage& coverage) const;
  void add(const harness::Coverage& coverage) { coverage_.add(coverage); }
  // The exit status that what it heard asks for.
  int run_finished() const;

 private:
  Reports() = default;
  Result<Done, std::string> add_file(const std::string& file,
                                     std::unique_ptr<harness::Report> (*make)(std::ostream&));

  std::vector<std::unique_ptr<std::ofstream>> files_;
  std::vector<std::unique_ptr<harness::Report>> reports_;
  harness::Totals totals_;
  harness::Coverage coverage_;
  std::ostream* coverage_out_ = nullptr;  // where it is printed; null: nowhere
  bool evidence_ = false;
};

}  // namespace bedlam::cli
