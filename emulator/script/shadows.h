// Rules that are never asked, because an earlier one takes every call that they would.
#pragma once

#include <string>
#include <vector>

#include "emulator/script/script.h"

namespace bedlam::script {

struct Shadow {
  std::string rule, by;  // their labels
};

// In the order of the rules, each with the first that shadows it. Only what is certain: of two
// different regular expressions nothing is said.
std::vector<Shadow> find_shadows(const std::vector<Behaviour>& behaviours);

}  // namespace bedlam::script
