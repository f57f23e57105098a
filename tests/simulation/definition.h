// A plan as a state machine's definition, and the input of its executions.
#pragma once

#include "emulator/base/json.h"
#include "tests/simulation/plan.h"

namespace bedlam::simulation {

inline constexpr const char* kNestedMachine = "nested";

Json definition_of(const Plan& plan);
Json nested_definition_of(const Plan& plan);
Json input_of(const std::string& key);

}  // namespace bedlam::simulation
