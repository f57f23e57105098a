// The money report for people: a row for each step, side by side.
#pragma once

#include <string>

#include "harness/runner/result.h"

namespace bedlam::harness {

// Lines, each with its end; "" where no step ran:
//
//   step        models USD  workflows USD  functions USD     total USD  tokens in  tokens out  …
//   chain           0.0172        0.00025              0       0.01745        130       1,120
std::string money_table(const ScenarioResult& result);

}  // namespace bedlam::harness
