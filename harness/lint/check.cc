#include "harness/lint/check.h"

#include "emulator/app/definition_diagnostics.h"
#include "emulator/app/yaml_definitions.h"
#include "harness/runner/runner.h"

namespace bedlam::harness {
namespace {

void check_machine(const scenario::Workflow& workflow, const LintSilence& silent,
                   Diagnostics& diagnostics) {
  const Diagnostics found = app::check_definition(workflow);
  diagnostics.insert(diagnostics.end(), found.begin(), found.end());
  if (has_errors(found)) return;
  const Diagnostics lint = lint_definition(workflow, silent);
  diagnostics.insert(diagnostics.end(), lint.begin(), lint.end());
}

// Of AWS CloudFormation, as the AWS CDK writes it.
bool is_template(const std::string& text) {
  const auto json = parse_json(text);
  return json && json->is_object() && find(*json, "Resources") != nullptr &&
         find(*json, "States") == nullptr;
}

}  // namespace

Diagnostics check_file(const std::string& file, const std::string& text,
                       const LintSilence& silent) {
  Diagnostics diagnostics;
  const bool yaml = file.ends_with(".yaml") || file.ends_with(".yml");
  if (!yaml && !is_template(text)) {
    scenario::Workflow workflow;
    workflow.definition = text;
    workflow.file = file;
    check_machine(workflow, silent, diagnostics);
    return diagnostics;
  }
  const auto definitions = app::read_yaml_definitions(text, file);
  if (!definitions) return check_scenario(file, silent);
  if (!*definitions) return definitions->error();
  diagnostics = (*definitions)->unread;
  for (const scenario::Workflow& workflow : (*definitions)->machines) {
    check_machine(workflow, silent, diagnostics);
  }
  if ((*definitions)->machines.empty() && diagnostics.empty()) {
    diagnostics.push_back({Severity::kWarning,
                           file,
                           {},
                           "no definition of a state machine is at "
                           "hand here",
                           "a template names it by Definition, DefinitionString or DefinitionUri"});
  }
  return diagnostics;
}

}  // namespace bedlam::harness
