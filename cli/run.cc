// `bedlam run [SCENARIO] -- COMMAND…`: any test suite beside the emulator, judged when it is over.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/reports.h"
#include "emulator/http/server.h"
#include "harness/report/failure_text.h"
#include "harness/runner/command.h"
#include "harness/runner/observe.h"
#include "harness/served/judge.h"
#include "harness/served/program.h"

namespace bedlam::cli {
namespace {

constexpr std::string_view kLoopback = "127.0.0.1";

struct RunOptions {
  std::string scenario;
  std::string clock = "real";
  std::uint64_t seed = 1;
  ReportOptions reports;
  std::vector<std::string> command;
};

// How one would run it again.
std::string spelled_out(const RunOptions& options) {
  std::string line = "bedlam run";
  if (!options.scenario.empty()) line += " " + harness::shell_word(options.scenario);
  if (options.clock != "real") line += " --clock " + options.clock;
  line += " --seed " + std::to_string(options.seed) + " --";
  for (const std::string& word : options.command) line += " " + harness::shell_word(word);
  return line;
}

harness::StepResult step_of_program(const RunOptions& options, int exit) {
  harness::StepResult step;
  const std::string& program = options.command.front();
  step.name = program.substr(program.rfind('/') + 1);
  step.kind = "program";
  step.expectations = 1;
  if (exit != 0) {
    step.failed.push_back({{}, step.name, "exit", "0", "it was " + std::to_string(exit), {}});
  }
  return step;
}

class Run {
 public:
  Run(const RunOptions& options, const harness::Prices& prices)
      : options_(options),
        prices_(prices),
        emulator_(emulator_options(options)),
        judge_(emulator_, {options.clock == "real", 0, options.seed, &prices}),
        loop_(emulator_.scheduler(),
              options.clock == "skip" ? http::Pace::kSkip : http::Pace::kReal) {
    result_.file = options.scenario.empty() ? "bedlam run" : options.scenario;
    result_.seed = options.seed;
    result_.real_clock = options.clock == "real";
    result_.again = spelled_out(options);
  }

  // The exit status. `reports` hear of what came of it.
  int run(Reports& reports) {
    reports.run_started(1);
    if (!load()) {
      reports.scenario_finished(result_);
      return reports.run_finished();
    }
    const harness::ProgramResult program = run_program();
    if (!program.not_started.empty()) {
      return complain(options_.command.front() + ": " + program.not_started);
    }
    judge(program.exit, reports);
    reports.scenario_finished(result_);
    const int verdict = reports.run_finished();
    return program.exit != 0 ? program.exit : verdict;
  }

 private:
  static app::EmulatorOptions emulator_options(const RunOptions& options) {
    app::EmulatorOptions emulator;
    emulator.seed = options.seed;
    emulator.epoch = std::chrono::system_clock::now();
    return emulator;
  }

  bool load() {
    if (options_.scenario.empty()) return true;
    auto scenario = scenario::read_scenario(options_.scenario);
    Diagnostics mistakes;
    if (!scenario) {
      mistakes = scenario.error();
    } else {
      result_.source = scenario->text;
      scenario_ = std::move(*scenario);
      if (const auto loaded = judge_.load(scenario_); !loaded) mistakes = loaded.error();
    }
    result_.diagnostics = std::move(mistakes);
    if (result_.diagnostics.empty()) return true;
    result_.status = harness::ScenarioResult::Status::kInvalid;
    return false;
  }

  harness::ProgramResult run_program() {
    http::Server server(loop_, emulator_.dispatcher());
    http::raise_descriptor_limit();
    std::signal(SIGPIPE, SIG_IGN);
    const auto port = server.listen(std::string(kLoopback), 0);
    if (!port) return {port.error(), 0};
    harness::Program program{options_.command, harness::clean_environment()};
    program.environment.merge(harness::client_environment(*port, emulator_.options().region));
    return harness::run_program(loop_, std::move(program));
  }

  // The scenario's own expectations hold of the whole run, whatever the program's tests loaded and
  // asked for in between.
  void judge(int exit, Reports& reports) {
    harness::StepResult program = step_of_program(options_, exit);
    program.took = emulator_.scheduler().now().time_since_epoch();
    program.first_entry = 1;
    program.end_entry = harness::next_entry(emulator_.journal());
    program.xray = judge_.xray_of(program);
    program.bill = result_.bill = judge_.whole_bill();
    result_.prices_date = prices_.date;
    harness::Coverage coverage;
    if (const auto look = reports.look(coverage)) {
      result_.evidence = look(scenario_, emulator_, result_.bill);
      reports.add(coverage);
    }
    result_.steps.push_back(std::move(program));
    if (scenario_.expect) result_.steps.push_back(judge_.judge_all(scenario_));
    using Status = harness::ScenarioResult::Status;
    const bool held = std::all_of(result_.steps.begin(), result_.steps.end(),
                                  [](const harness::StepResult& step) { return step.held(); });
    result_.status = held ? Status::kHeld : Status::kFailed;
    result_.journal = harness::journal_text(emulator_.journal());
    result_.took = emulator_.scheduler().now().time_since_epoch();
  }

  const RunOptions& options_;
  const harness::Prices& prices_;
  app::Emulator emulator_;
  harness::Judge judge_;
  http::Loop loop_;
  scenario::Scenario scenario_;
  harness::ScenarioResult result_;
};

int run(const RunOptions& options) {
  if (options.command.empty()) {
    return complain("run needs a command: bedlam run scenario.yaml -- pytest tests");
  }
  // Standard output is the program's.
  auto reports = Reports::open(options.reports, std::cerr, isatty(STDERR_FILENO) != 0);
  if (!reports) return complain(reports.error());
  const auto prices = read_prices(options.reports);
  if (!prices) return complain(prices.error());
  return Run(options, *prices).run(*reports);
}

}  // namespace

std::vector<std::string> take_command(std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments[0] != "run") return {};
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  if (dashes == arguments.end()) return {};
  std::vector<std::string> command(dashes + 1, arguments.end());
  arguments.erase(dashes, arguments.end());
  return command;
}

void add_run(CLI::App& app, std::vector<std::string> program, int& exit_status) {
  CLI::App* command = app.add_subcommand(
      "run", "Run a command beside the emulator, then judge: run [SCENARIO] -- COMMAND");
  auto options = std::make_shared<RunOptions>();
  options->command = std::move(program);
  command->add_option("SCENARIO", options->scenario, "what answers, and what must hold at the end");
  command
      ->add_option("--clock", options->clock,
                   "real; skip: timers of the emulator fire at once, in order")
      ->check(CLI::IsMember({"real", "skip"}))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "of everything random")->capture_default_str();
  add_report_options(*command, options->reports);
  command->callback([options, &exit_status] { exit_status = run(*options); });
}

}  // namespace bedlam::cli
