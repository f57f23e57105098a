// What AWS accepts in a definition and what still surprises at run time. Ours: AWS says nothing of
// these, so they are warnings of `bedlam check` and not of ValidateStateMachineDefinition.
#pragma once

#include <vector>

#include "emulator/base/json.h"
#include "emulator/states/machine/definition.h"

namespace bedlam::states {

// Of a definition that Definition::parse accepts.
std::vector<Finding> surprises_in(const Json& machine);

}  // namespace bedlam::states
