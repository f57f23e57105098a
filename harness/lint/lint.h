// The configuration linter of `bedlam check`: what will hurt of a scenario or of a workflow's
// definition that is valid. Its rules stand in catalog.cc, one row each.
#pragma once

#include <set>
#include <string>

#include "emulator/base/diagnostic.h"
#include "emulator/scenario/scenario.h"

namespace bedlam::harness {

using LintSilence = std::set<std::string, std::less<>>;  // rules that are not asked, by name

// Warnings, in the order of the file. The definition may hold
// placeholders of a template; one that is no JSON object gives none.
Diagnostics lint_definition(const scenario::Workflow& workflow, const LintSilence& silent = {});
// Of a scenario's workflows, one after the other, and its steps.
Diagnostics lint_scenario(const scenario::Scenario& scenario, const LintSilence& silent = {});

// Every rule with its reason and its source, for people.
std::string lint_rules_text();

}  // namespace bedlam::harness
