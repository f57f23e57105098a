// Which scenario files a command line names.
#pragma once

#include <string>
#include <vector>

#include "emulator/base/result.h"

namespace bedlam::harness {

// Files as they are; of a directory every *.yaml below it that is no definition or template,
// sorted by path. The error is one line:
// "cannot read scenarios/x: Permission denied", or that a directory holds none.
Result<std::vector<std::string>, std::string> find_scenarios(const std::vector<std::string>& paths);

}  // namespace bedlam::harness
