// What must come of a plan, worked out from its tree: how each execution ends, when, and which
// calls it makes at which times. Knows the rules of the Amazon States Language, and nothing of the
// emulator's machine.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/plan.h"

namespace bedlam::simulation {

struct ExpectedCall {
  std::string task, key;
  Duration at{};
  bool certain = true;  // false: something ends it in the same instant

  auto operator<=>(const ExpectedCall&) const = default;
};

struct Expectation {
  std::string status;  // "SUCCEEDED"; "": it never ends
  std::string error;   // of FAILED
  Duration end{};
  std::vector<ExpectedCall> calls;
  // Two things in one instant decide it, and which comes first is not said.
  bool tied = false;
};

// When that task's call for that key was next made after a time; nullopt: never. Retries with full
// jitter are drawn, so their delays are taken from what happened.
using NextCall = std::function<std::optional<Duration>(const std::string& task,
                                                       const std::string& key, Duration after)>;

Expectation expect_execution(const Plan& plan, const PlannedStart& start,
                             const NextCall& next_call);

}  // namespace bedlam::simulation
