// The reports that `bedlam test` and `bedlam run` can write, by their options.
#pragma once

#include <fstream>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "emulator/base/result.h"
#include "harness/report/report.h"

namespace CLI {
class App;
}

namespace bedlam::cli {

struct ReportOptions {
  std::string junit_file;
  bool tap = false, xray = false;
};

void add_report_options(CLI::App& command, ReportOptions& options);

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
  // The exit status that what it heard asks for.
  int run_finished() const;

 private:
  Reports() = default;
  Result<Done, std::string> add_file(const std::string& file,
                                     std::unique_ptr<harness::Report> (*make)(std::ostream&));

  std::vector<std::unique_ptr<std::ofstream>> files_;
  std::vector<std::unique_ptr<harness::Report>> reports_;
  harness::Totals totals_;
};

}  // namespace bedlam::cli
