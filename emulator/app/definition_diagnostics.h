// What is wrong with a state machine definition, as messages about the file it stands in.
#pragma once

#include <string>
#include <vector>

#include "emulator/base/diagnostic.h"
#include "emulator/scenario/scenario.h"
#include "emulator/states/machine/definition.h"

namespace bedlam::app {

// Positions are those of the definition's JSON where `workflow` came from a file of its own, else
// that of the workflow in its scenario, `scenario_file`.
Diagnostics to_diagnostics(const std::vector<states::Finding>& findings,
                           const scenario::Workflow& workflow, const std::string& scenario_file);

// Every mistake and warning of a scenario's workflows.
Diagnostics check_workflows(const scenario::Scenario& scenario);

// Every mistake and warning of a definition in a file; empty where AWS would take it in silence.
Diagnostics check_definition(const std::string& text, const std::string& file);

}  // namespace bedlam::app
