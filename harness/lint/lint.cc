#include "harness/lint/lint.h"

#include <algorithm>
#include <tuple>

#include "emulator/app/definition_diagnostics.h"
#include "emulator/scenario/document.h"
#include "emulator/states/machine/variables.h"
#include "harness/lint/rule.h"

namespace bedlam::harness {
namespace {

using scenario::Node;

// Walks every state of a machine and asks every rule.
class MachineLinter {
 public:
  MachineLinter(const LintedMachine& machine, const LintSilence& silent)
      : machine_(machine), silent_(silent) {}

  std::vector<states::Finding> run() {
    block(machine_.json, "", nullptr);
    return std::move(findings_);
  }

 private:
  void block(const Json& json, const std::string& place, const LintedState* around) {
    const Json* states = find(json, "States");
    if (states == nullptr || !states->is_object()) return;
    for (const auto& member : states->items()) {
      if (!member.value().is_object()) continue;
      LintedState state{
          machine_, member.key(), member.value(), place + "/States/" + member.key(), around, {}};
      const auto blocks = states::blocks_in(member.value());
      for (const auto& inner : blocks) state.blocks.push_back(inner.second);
      ask(state);
      for (const auto& inner : blocks) block(*inner.second, state.place + inner.first, &state);
    }
  }

  void ask(const LintedState& state) {
    for (const LintRule& rule : lint_rules()) {
      if (rule.of_state == nullptr || silent_.contains(rule.name)) continue;
      LintNotes notes;
      rule.of_state(state, notes);
      for (LintNotes::Note& note : notes.notes) {
        findings_.push_back({states::Finding::Severity::kWarning, std::string(rule.name),
                             std::move(note.message), state.place + note.place,
                             std::move(note.hint)});
      }
    }
  }

  const LintedMachine& machine_;
  const LintSilence& silent_;
  std::vector<states::Finding> findings_;
};

std::string with_rule(const std::string& message, std::string_view rule) {
  return message + " [" + std::string(rule) + "]";
}

Diagnostics lint_workflow(const scenario::Workflow& workflow, const scenario::Scenario* scenario,
                          const LintSilence& silent) {
  const std::optional<Json> json = app::definition_with_placeholders(workflow);
  if (!json || !json->is_object()) return {};
  const LintedMachine machine{*json, workflow.type == "EXPRESS", scenario};
  const std::vector<states::Finding> findings = MachineLinter(machine, silent).run();
  Diagnostics diagnostics =
      app::to_diagnostics(findings, workflow, scenario == nullptr ? "" : scenario->file);
  for (std::size_t i = 0; i < diagnostics.size(); ++i) {
    diagnostics[i].message = with_rule(diagnostics[i].message, findings[i].code);
  }
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return std::tie(a.position.line, a.position.column) <
                            std::tie(b.position.line, b.position.column);
                   });
  return diagnostics;
}

// The field of a step, or the nearest that stands around it.
Position position_in(const Node* step, std::string_view place, Position otherwise) {
  Position position = otherwise;
  while (step != nullptr && !place.empty()) {
    const std::size_t end = place.find('/', 1);
    const scenario::Member* member = step->find(place.substr(1, end - 1));
    if (member == nullptr) break;
    position = member->position;
    step = member->value;
    place = end == std::string_view::npos ? std::string_view() : place.substr(end);
  }
  return position;
}

void lint_steps(const scenario::Scenario& scenario, const LintSilence& silent,
                Diagnostics& diagnostics) {
  scenario::Mistakes ignored(scenario.file);
  const auto document = scenario::read_document(scenario.text, ignored);
  const scenario::Member* run =
      document == nullptr || document->root == nullptr ? nullptr : document->root->find("run");
  for (std::size_t i = 0; i < scenario.run.size(); ++i) {
    const LintedStep step{scenario, scenario.run[i]};
    const bool known = run != nullptr && i < run->value->items.size();
    for (const LintRule& rule : lint_rules()) {
      if (rule.of_step == nullptr || silent.contains(rule.name)) continue;
      LintNotes notes;
      rule.of_step(step, notes);
      for (LintNotes::Note& note : notes.notes) {
        const Position at =
            position_in(known ? run->value->items[i] : nullptr, note.place, step.step.position);
        diagnostics.push_back({Severity::kWarning, scenario.file, at,
                               with_rule(note.message, rule.name), std::move(note.hint)});
      }
    }
  }
}

}  // namespace

Diagnostics lint_definition(const scenario::Workflow& workflow, const LintSilence& silent) {
  return lint_workflow(workflow, nullptr, silent);
}

Diagnostics lint_scenario(const scenario::Scenario& scenario, const LintSilence& silent) {
  Diagnostics diagnostics;
  for (const scenario::Workflow& workflow : scenario.workflows) {
    const Diagnostics found = lint_workflow(workflow, &scenario, silent);
    diagnostics.insert(diagnostics.end(), found.begin(), found.end());
  }
  lint_steps(scenario, silent, diagnostics);
  return diagnostics;
}

std::string lint_rules_text() {
  std::string text;
  for (const LintRule& rule : lint_rules()) {
    text += std::string(rule.name) + "\n  " + std::string(rule.why) + "\n  " +
            std::string(rule.source) + "\n";
  }
  return text;
}

}  // namespace bedlam::harness
