// Where the time of an execution went: the chain of events that leads to its last one, which
// through a Parallel or Map state follows the branch that ended last.
#pragma once

#include <string>
#include <vector>

#include "emulator/base/json.h"

namespace bedlam::harness {

// "Describe 7.2 s → Advert 12 s → ThrottlingException → wait 5.2 s"; "" where no time passed.
// `events`: a history in the form of GetExecutionHistory.
std::string critical_path(const std::vector<Json>& events);

// The names of the states in the order they were entered, each as often as it was.
std::vector<std::string> entered_states(const std::vector<Json>& events);

}  // namespace bedlam::harness
