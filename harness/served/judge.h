// Judges what programs from outside call: an emulator that is served, by `bedlam run` or `bedlam
// serve`, and its journal. Each test of a suite loads its own scenario and asks for its own
// verdict:
//
//   POST /_bedlam/scenario   as ever; what it expects is judged from here on
//   GET /_bedlam/verdict     whether that holds of the calls since
//   POST /_bedlam/verdict    whether what the body expects holds of them: `expect: {calls: […]}`
//
// Answers {"held": true, "failed": [], "calls": […]}; 400 where the expectations are mistaken, 404
// where there are none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "emulator/app/emulator.h"
#include "harness/expect/expectation.h"
#include "harness/runner/result.h"

namespace bedlam::harness {

class Judge {
 public:
  struct Settings {
    bool real_clock = true;
    double tolerance = 0;  // of durations on the real clock: 0.02 is 2 %
    std::uint64_t seed = 1;
  };

  // Adds its requests to the emulator's control plane. Both live equally long.
  Judge(app::Emulator& emulator, Settings settings);

  // Loads a scenario; the calls from now on are its own. The error: its mistakes, and then the one
  // before is still in force.
  Result<Done, Diagnostics> load(const scenario::Scenario& scenario);

  // What the scenario's `expect` makes of the calls since it was loaded; held where it expects
  // nothing.
  StepResult judge() const;
  // The same of a scenario that was loaded first, and of every call there was.
  StepResult judge_all(const scenario::Scenario& scenario) const;

 private:
  // The calls from entry `first` on, made since `since`.
  StepResult judge(const Expectation& expectation, Position position, std::uint64_t first,
                   Instant since) const;
  app::ControlAnswer answer(const scenario::Scenario& scenario, const StepResult& verdict) const;
  app::ControlAnswer on_scenario(const std::string& body);
  app::ControlAnswer on_verdict() const;
  app::ControlAnswer on_expectation(const std::string& body) const;

  app::Emulator& emulator_;
  Settings settings_;
  scenario::Scenario scenario_;
  Expectation expectation_;
  std::uint64_t first_entry_ = 1;
  Instant since_{};
};

}  // namespace bedlam::harness
