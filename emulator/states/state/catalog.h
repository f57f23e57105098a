// Every type of state. A new one is a file here and its line in catalog.cc.
#pragma once

#include <vector>

#include "emulator/states/machine/parse.h"

namespace bedlam::states {

// In the order in which AWS lists them to authors.
const std::vector<const StateType*>& state_types();

}  // namespace bedlam::states
