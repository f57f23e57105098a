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
#include "harness/money/prices.h"
#include "harness/report/evidence.h"
#include "harness/runner/observe.h"
#include "harness/runner/result.h"

namespace bedlam::harness {

class Judge {
 public:
  struct Settings {
    bool real_clock = true;
    double tolerance = 0;  // of durations on the real clock: 0.02 is 2 %
    std::uint64_t seed = 1;
    const Prices* prices = nullptr;  // nullptr: those that are built in
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
  // Of everything so far.
  Bill whole_bill() const { return bill_since({}); }
  Bill bill_since(const Window& from) const;
  const Prices& prices() const { return settings_.prices ? *settings_.prices : shipped_prices(); }
  // Of the entries of the journal that a step made.
  Xray xray_of(const StepResult& step) const;
  bool expects() const { return scenario_.expect.has_value(); }

 private:
  // The calls from entry `first` on, made since `since`.
  struct Since {
    Instant at{};
    Window window{};
  };
  StepResult judge(const Expectation& expectation, Position position, const Since& since) const;
  Background background() const;
  Calls calls_of(const StepResult& step) const;
  app::ControlAnswer answer(const scenario::Scenario& scenario, const StepResult& verdict) const;
  app::ControlAnswer on_scenario(const std::string& body);
  app::ControlAnswer on_verdict() const;
  app::ControlAnswer on_expectation(const std::string& body) const;

  app::Emulator& emulator_;
  Settings settings_;
  scenario::Scenario scenario_;
  Expectation expectation_;
  Since since_;  // when it was loaded
};

}  // namespace bedlam::harness
