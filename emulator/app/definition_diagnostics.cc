#include "emulator/app/definition_diagnostics.h"

#include <optional>

#include "emulator/app/placeholders.h"
#include "emulator/base/json_positions.h"
#include "emulator/states/machine/surprises.h"

namespace bedlam::app {
namespace {

// Where the parts of a workflow's definition stand: in a file of its own, or inside its scenario.
class Places {
 public:
  Places(const scenario::Workflow& workflow, const std::string& scenario_file)
      : workflow_(workflow), file_(workflow.file.empty() ? scenario_file : workflow.file) {
    if (workflow.file.empty() || workflow.source) return;
    const std::string text = quote_placeholders(workflow.definition);
    const auto json = parse_json(text);
    if (json) {
      positions_.emplace(text);
    } else {
      syntax_error_ = {json.error().line, json.error().column};
    }
  }

  const std::string& file() const { return file_; }
  const JsonPositions* json() const { return positions_ ? &*positions_ : nullptr; }

  Position at(const std::string& location) const {
    if (syntax_error_.line > 0) return syntax_error_;
    if (positions_) return positions_->at(location);
    if (!workflow_.source) return workflow_.position;
    return workflow_.source->at(plain_pointer(location));
  }

 private:
  const scenario::Workflow& workflow_;
  const std::string& file_;
  std::optional<JsonPositions> positions_;
  Position syntax_error_;
};

Diagnostic to_diagnostic(const states::Finding& finding, const Places& places) {
  const bool error = finding.severity == states::Finding::Severity::kError;
  Diagnostic diagnostic{error ? Severity::kError : Severity::kWarning, places.file(),
                        places.at(finding.location), finding.message, finding.hint};
  if (finding.code == "INVALID_JSON_DESCRIPTION") {
    // AWS repeats the whole text behind its message; the position says where.
    diagnostic.message = finding.message.substr(0, finding.message.find("\n at [Source"));
  } else if (!finding.location.empty()) {
    diagnostic.message += " (at " + finding.location + ")";
  }
  return diagnostic;
}

// JSON itself takes a name twice, and everybody who reads it one of the two.
void warn_of_duplicates(const Places& places, Diagnostics& diagnostics) {
  if (places.json() == nullptr) return;
  for (const DuplicateName& twice : places.json()->duplicates()) {
    const bool state = twice.pointer.ends_with("/States/" + twice.name);
    diagnostics.push_back({Severity::kWarning, places.file(), twice.second,
                           (state ? "The state '" : "'") + twice.name +
                               "' stands here a second time, and only this one counts",
                           "the first is in line " + std::to_string(twice.first.line)});
  }
}

Diagnostics check_workflow(const scenario::Workflow& workflow, const std::string& scenario_file) {
  const auto definition = states::Definition::parse(workflow.definition, workflow.type);
  return to_diagnostics(definition ? (*definition)->warnings() : definition.error(), workflow,
                        scenario_file);
}

}  // namespace

Diagnostics to_diagnostics(const std::vector<states::Finding>& findings,
                           const scenario::Workflow& workflow, const std::string& scenario_file) {
  if (findings.empty()) return {};
  const Places places(workflow, scenario_file);
  Diagnostics diagnostics;
  for (const states::Finding& finding : findings) {
    diagnostics.push_back(to_diagnostic(finding, places));
  }
  return diagnostics;
}

Diagnostics check_workflows(const scenario::Scenario& scenario) {
  Diagnostics diagnostics;
  for (const scenario::Workflow& workflow : scenario.workflows) {
    const Diagnostics found = check_workflow(workflow, scenario.file);
    diagnostics.insert(diagnostics.end(), found.begin(), found.end());
  }
  return diagnostics;
}

Diagnostics duplicate_names(const scenario::Scenario& scenario) {
  Diagnostics diagnostics;
  for (const scenario::Workflow& workflow : scenario.workflows) {
    warn_of_duplicates(Places(workflow, scenario.file), diagnostics);
  }
  return diagnostics;
}

std::optional<Json> definition_with_placeholders(const scenario::Workflow& workflow) {
  auto json = parse_json(quote_placeholders(workflow.definition));
  if (!json) return std::nullopt;
  return std::move(*json);
}

Diagnostics check_definition(const scenario::Workflow& workflow) {
  const std::optional<Json> json = definition_with_placeholders(workflow);
  if (!json) {
    scenario::Workflow quoted = workflow;
    quoted.definition = quote_placeholders(workflow.definition);
    return check_workflow(quoted, workflow.file);
  }
  const Json filled = fill_placeholders(*json);
  const auto definition = states::Definition::parse(to_text(filled), workflow.type);
  Diagnostics diagnostics = to_diagnostics(
      definition ? (*definition)->warnings() : definition.error(), workflow, workflow.file);
  warn_of_duplicates(Places(workflow, workflow.file), diagnostics);
  if (!definition) return diagnostics;
  const Diagnostics surprises =
      to_diagnostics(states::surprises_in(filled), workflow, workflow.file);
  diagnostics.insert(diagnostics.end(), surprises.begin(), surprises.end());
  return diagnostics;
}

Diagnostics check_definition(const std::string& text, const std::string& file) {
  scenario::Workflow workflow;
  workflow.definition = text;
  workflow.file = file;
  return check_definition(workflow);
}

}  // namespace bedlam::app
