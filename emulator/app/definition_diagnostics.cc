#include "emulator/app/definition_diagnostics.h"

#include "emulator/base/json_positions.h"

namespace bedlam::app {
namespace {

Severity severity_of(const states::Finding& finding) {
  return finding.severity == states::Finding::Severity::kError ? Severity::kError
                                                               : Severity::kWarning;
}

}  // namespace

Diagnostics to_diagnostics(const std::vector<states::Finding>& findings,
                           const scenario::Workflow& workflow, const std::string& scenario_file) {
  Diagnostics diagnostics;
  const auto json = parse_json(workflow.definition);
  const bool own_file = !workflow.file.empty();
  for (const states::Finding& finding : findings) {
    Diagnostic diagnostic{severity_of(finding), own_file ? workflow.file : scenario_file,
                          workflow.position, finding.message, ""};
    if (own_file && json) {
      diagnostic.position = JsonPositions(workflow.definition).at(finding.location);
    } else if (own_file) {
      diagnostic.position = {json.error().line, json.error().column};
    }
    if (!finding.location.empty()) diagnostic.message += " (at " + finding.location + ")";
    diagnostics.push_back(std::move(diagnostic));
  }
  return diagnostics;
}

namespace {

Diagnostics check_workflow(const scenario::Workflow& workflow, const std::string& scenario_file) {
  const auto definition = states::Definition::parse(workflow.definition, workflow.type);
  return to_diagnostics(definition ? (*definition)->warnings() : definition.error(), workflow,
                        scenario_file);
}

}  // namespace

Diagnostics check_workflows(const scenario::Scenario& scenario) {
  Diagnostics diagnostics;
  for (const scenario::Workflow& workflow : scenario.workflows) {
    const Diagnostics found = check_workflow(workflow, scenario.file);
    diagnostics.insert(diagnostics.end(), found.begin(), found.end());
  }
  return diagnostics;
}

Diagnostics check_definition(const std::string& text, const std::string& file) {
  scenario::Workflow workflow;
  workflow.definition = text;
  workflow.file = file;
  workflow.type = "STANDARD";
  return check_workflow(workflow, file);
}

}  // namespace bedlam::app
