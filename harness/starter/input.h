// An input with which the starting scenario of a workflow gets past what its states read of it.
#pragma once

#include "emulator/base/json.h"

namespace bedlam::harness {

// An object in which something stands at each place of the execution's input that a state names by
// path, or by `$states.input`: a text, or what the place wants, as far as that can be told. What
// states read of each other's results is left out where they replace the input.
Json starting_input(const Json& machine);

// The same of a task's result, by what its ResultSelector names.
Json starting_result(const Json& state);

}  // namespace bedlam::harness
