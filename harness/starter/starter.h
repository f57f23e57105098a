// A starting point for the tests of a workflow: a scenario in which every Task answers once and, in
// a run of its own each, fails once for every Retry and for good for every Catch; and the same as
// MockConfigFile.json of Step Functions Local.
#pragma once

#include <string>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/base/result.h"

namespace bedlam::harness {

struct Starter {
  std::string scenario;     // YAML
  std::string mock_config;  // JSON
};

// `file`: the definition's, as the scenario beside it names it. `name`: the state machine's. The
// error is one line: the definition is no JSON object with States.
Result<Starter, std::string> starter_of(const std::string& definition, const std::string& file,
                                        const std::string& name);

}  // namespace bedlam::harness
