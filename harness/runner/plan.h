// A scenario's expectations, compiled, and what else can be said of its steps before they run.
#pragma once

#include <vector>

#include "emulator/base/result.h"
#include "emulator/scenario/scenario.h"
#include "harness/expect/expectation.h"

namespace bedlam::harness {

struct Plan {
  std::vector<Expectation> steps;  // one each
  Expectation file;
};

// The error: mistakes in expectations; operations, retry modes or workflows that do not exist.
Result<Plan, Diagnostics> make_plan(const scenario::Scenario& scenario);

}  // namespace bedlam::harness
