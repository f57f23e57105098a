// What is wrong with a state machine definition, as messages about the file it stands in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/base/diagnostic.h"
#include "emulator/scenario/scenario.h"
#include "emulator/states/machine/definition.h"

namespace bedlam::app {

// Positions are those of the definition in its own file, or in its scenario, `scenario_file`.
Diagnostics to_diagnostics(const std::vector<states::Finding>& findings,
                           const scenario::Workflow& workflow, const std::string& scenario_file);

// Every mistake and warning of a scenario's workflows.
Diagnostics check_workflows(const scenario::Scenario& scenario);

// Names that stand twice in an object of a workflow's file.
Diagnostics duplicate_names(const scenario::Scenario& scenario);

// Every mistake and warning of a definition in a file, in which placeholders of a template may
// stand; empty where AWS would take it in silence. The text is JSON.
Diagnostics check_definition(const std::string& text, const std::string& file);
// The same of one that was read, from JSON or from YAML (yaml_definitions.h).
Diagnostics check_definition(const scenario::Workflow& workflow);

// The definition as JSON, in which a text `${…}` may stand anywhere; nullopt where it is no JSON.
std::optional<Json> definition_with_placeholders(const scenario::Workflow& workflow);

}  // namespace bedlam::app
