// Variables over a whole definition (developer guide, "Passing data between states with
// variables"): who reads which, and the rule that an inner scope takes no name of an outer one.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/states/machine/parse.h"

namespace bedlam::states {

// `variableReferences` of DescribeStateMachine: by state, in document order, the names it reads,
// sorted; states that read none are left out.
Json variable_references(const Json& machine);

// The blocks of states inside a state, with their places below it: "/Branches[0]".
std::vector<std::pair<std::string, const Json*>> blocks_in(const Json& state);

// Refuses an Assign in a branch or an item processor whose name the states around it assign too. A
// distributed Map's processor sees none of them, so there every name is free.
void check_variable_scopes(const Json& machine, Parse& parse);

}  // namespace bedlam::states
