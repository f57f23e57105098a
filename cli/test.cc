// `bedlam test`: runs scenarios, prints a verdict for each.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <fstream>
#include <iostream>
#include <memory>
#include <regex>

#include "cli/commands.h"
#include "harness/report/report.h"
#include "harness/runner/files.h"
#include "harness/runner/runner.h"

namespace bedlam::cli {
namespace {

struct TestOptions {
  std::vector<std::string> paths;
  std::string filter;
  std::string clock = "virtual";
  std::string tolerance = "0%";
  std::uint64_t seed = 1;
  std::string junit_file;
  bool tap = false, xray = false;
};

// "2%" is 0.02.
std::optional<double> parse_percent(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  double percent = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), percent);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return percent < 0 ? std::nullopt : std::optional(percent / 100);
}

std::optional<std::regex> parse_filter(const std::string& pattern) {
  try {
    return std::regex(pattern, std::regex::ECMAScript);
  } catch (const std::regex_error&) {
    return std::nullopt;
  }
}

using Reports = std::vector<std::unique_ptr<harness::Report>>;

// Runs file after file. One that is invalid does not run and does not keep the others from it.
int run_all(const std::vector<std::string>& files, harness::RunOptions run,
            const Reports& reports) {
  harness::Totals totals;
  for (const auto& report : reports) report->run_started(files.size());
  for (const std::string& file : files) {
    for (const auto& report : reports) report->scenario_started(file);
    run.step_started = [&](const std::string& step) {
      for (const auto& report : reports) report->step_started(file, step);
    };
    const harness::ScenarioResult result = harness::run_scenario(file, run);
    totals.add(result);
    for (const auto& report : reports) report->scenario_finished(result);
  }
  for (const auto& report : reports) report->run_finished();
  if (totals.invalid > 0) return kWrongUsage;
  return totals.failed > 0 ? kVerdictFailed : kAllHeld;
}

int test(const TestOptions& options) {
  const auto tolerance = parse_percent(options.tolerance);
  if (!tolerance) return complain("--tolerance: '" + options.tolerance + "' is not like 2%");
  const auto filter = parse_filter(options.filter);
  if (!filter) return complain("--filter: '" + options.filter + "' is not a regular expression");
  auto files = harness::find_scenarios(options.paths);
  if (!files) return complain(files.error());
  std::erase_if(*files, [&](const std::string& f) { return !std::regex_search(f, *filter); });
  if (files->empty()) return complain("--filter: no scenario matches '" + options.filter + "'");

  Reports reports;
  reports.push_back(options.tap
                        ? harness::tap_report(std::cout)
                        : harness::terminal_report(std::cout, isatty(STDOUT_FILENO) != 0,
                                                   options.xray ? harness::ShowXray::kAlways
                                                                : harness::ShowXray::kOfFailures));
  std::ofstream junit;
  if (!options.junit_file.empty()) {
    junit.open(options.junit_file);
    if (!junit) return complain(options.junit_file + ": cannot be written");
    reports.push_back(harness::junit_report(junit));
  }

  harness::RunOptions run;
  run.clock = options.clock == "real" ? harness::Clock::kReal : harness::Clock::kVirtual;
  run.seed = options.seed;
  run.tolerance = *tolerance;
  return run_all(*files, std::move(run), reports);
}

}  // namespace

void add_test(CLI::App& app, int& exit_status) {
  CLI::App* command = app.add_subcommand("test", "Run scenarios and judge what they expect");
  auto options = std::make_shared<TestOptions>();
  command->add_option("PATH", options->paths, "scenario files, or directories of them")->required();
  command
      ->add_option("--clock", options->clock, "virtual or real; commands always run in real time")
      ->check(CLI::IsMember({"virtual", "real"}))
      ->capture_default_str();
  command->add_option("--tolerance", options->tolerance, "of durations on the real clock")
      ->capture_default_str();
  command->add_option("--filter", options->filter, "only files whose path this expression finds");
  command->add_option("--seed", options->seed, "of everything random")->capture_default_str();
  command->add_option("--junit", options->junit_file, "also write JUnit XML to this file");
  command->add_flag("--xray", options->xray, "show the calls and attempts of every step");
  command->add_flag("--tap", options->tap, "print TAP instead of text");
  command->callback([options, &exit_status] { exit_status = test(*options); });
}

}  // namespace bedlam::cli
