// `bedlam test`: runs scenarios, prints a verdict for each.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <iostream>
#include <memory>
#include <thread>

#include "cli/commands.h"
#include "cli/reports.h"
#include "emulator/base/regex.h"
#include "harness/runner/files.h"
#include "harness/runner/files_run.h"

namespace bedlam::cli {
namespace {

constexpr unsigned kMostJobs = 1'000;  // threads; ours

struct TestOptions {
  std::vector<std::string> paths;
  std::string filter;
  std::string clock = "virtual";
  std::string tolerance = "0%";
  std::uint64_t seed = 1;
  unsigned jobs = harness::usual_jobs();
  ReportOptions reports;
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

// One that is invalid does not run and does not keep the others from it.
int run_all(std::vector<std::string> files, const harness::RunOptions& options, unsigned jobs,
            Reports& reports) {
  harness::FilesRun run{std::move(files), jobs, {}, {}, {}};
  std::vector<harness::Coverage> coverage(run.files.size());
  const std::thread::id own = std::this_thread::get_id();
  run.options = [&](std::size_t i) {
    harness::RunOptions of_file = options;
    of_file.evidence = reports.look(coverage[i]);
    if (std::this_thread::get_id() == own) {  // what runs beside others shows no steps
      of_file.step_started = [&, i](const std::string& step) {
        reports.step_started(run.files[i], step);
      };
    }
    return of_file;
  };
  run.started = [&](std::size_t i) { reports.scenario_started(run.files[i]); };
  run.finished = [&](std::size_t i, const harness::ScenarioResult& result) {
    reports.add(coverage[i]);
    coverage[i] = {};
    reports.scenario_finished(result);
  };
  reports.run_started(run.files.size());
  harness::run_files(run);
  return reports.run_finished();
}

int test(const TestOptions& options) {
  const auto tolerance = parse_percent(options.tolerance);
  if (!tolerance) return complain("--tolerance: '" + options.tolerance + "' is not like 2%");
  const auto filter = Regex::compile(options.filter, {.back_references = true});
  if (!filter) return complain("--filter: '" + options.filter + "' is not a regular expression");
  auto files = harness::find_scenarios(options.paths);
  if (!files) return complain(files.error());
  std::erase_if(*files, [&](const std::string& f) { return !filter->occurs_in(f); });
  if (files->empty()) return complain("--filter: no scenario matches '" + options.filter + "'");

  auto reports = Reports::open(options.reports, std::cout, isatty(STDOUT_FILENO) != 0);
  if (!reports) return complain(reports.error());
  const auto prices = read_prices(options.reports);
  if (!prices) return complain(prices.error());

  harness::RunOptions run;
  run.prices = &*prices;
  run.clock = options.clock == "real" ? harness::Clock::kReal : harness::Clock::kVirtual;
  run.seed = options.seed;
  run.tolerance = *tolerance;
  return run_all(std::move(*files), run, options.jobs, *reports);
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
  command
      ->add_option(
          "--jobs", options->jobs,
          "scenarios at a time, by default as many as there are processors; one with a command, "
          "or on the real clock, runs alone")
      ->check(CLI::Range(1U, kMostJobs));
  add_report_options(*command, options->reports);
  command->callback([options, &exit_status] { exit_status = test(*options); });
}

}  // namespace bedlam::cli
