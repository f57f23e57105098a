// Runs scenarios. Start here: run_scenario() takes one file from its text to its verdicts.
//
// Expectations are compiled before anything runs, so that an author's mistake costs nothing. What a
// step does not expect otherwise must succeed: a workflow, a call or a command that fails unnoticed
// fails the scenario. On the virtual clock the same seed gives the same result, byte for byte.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "emulator/app/emulator.h"
#include "emulator/scenario/scenario.h"
#include "harness/lint/lint.h"
#include "harness/money/prices.h"
#include "harness/runner/pacer.h"
#include "harness/runner/result.h"

namespace bedlam::harness {

struct RunOptions {
  Clock clock = Clock::kVirtual;  // commands run on the real one in any case
  std::uint64_t seed = 1;
  // What became of the emulator, looked at before it is gone; null where the result is to say
  // nothing of it.
  std::function<Json(const scenario::Scenario&, const app::Emulator&, const Bill&)> evidence;
  double tolerance = 0;                            // of durations on the real clock: 0.02 is 2 %
  const Prices* prices = nullptr;                  // nullptr: those that are built in
  std::map<std::string, std::string> environment;  // of commands, beside what they always get
  std::function<void(const std::string& step)> step_started;  // for live progress; may be empty
};

// Reads the file and runs it.
ScenarioResult run_scenario(const std::string& file, const RunOptions& options);
// The same of a scenario that was read.
ScenarioResult run_scenario(const scenario::Scenario& scenario, const RunOptions& options);
// What becomes of a file that cannot be read, or that has mistakes.
ScenarioResult unreadable_result(const std::string& file, Diagnostics mistakes,
                                 const RunOptions& options);

// Every mistake of a scenario file, its workflows and its expectations, without running it; where
// there is none, what the linter says too (lint/), but for the rules in `silent`.
Diagnostics check_scenario(const std::string& file, const LintSilence& silent = {});

}  // namespace bedlam::harness
