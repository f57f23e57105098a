#include "harness/coverage/coverage.h"

#include "emulator/fault/fault.h"
#include "emulator/states/api/started_execution.h"

namespace bedlam::harness {
namespace {

constexpr std::string_view kThrottle = "throttle", kError = "error";

bool streams(std::string_view call) {
  return call.find("Stream") != std::string_view::npos;
}

}  // namespace

void Coverage::add(const scenario::Scenario& scenario, const app::Emulator& emulator) {
  add_workflows(scenario);
  for (const states::StartedExecution& started : emulator.executions()) {
    const auto known = by_definition_.find(started.definition);
    if (known == by_definition_.end()) continue;
    machines_[known->second].paths.follow(started.execution->history(), emulator.scheduler());
  }
  add_calls(emulator.journal());
}

void Coverage::add(const Coverage& other) {
  for (const Machine& machine : other.machines_) {
    const auto [known, is_new] = by_definition_.emplace(machine.definition, machines_.size());
    if (is_new) {
      machines_.push_back(machine);
    } else {
      machines_[known->second].paths.take_all_of(machine.paths);
    }
  }
  for (const auto& [call, met] : other.faults_) faults_[call].insert(met.begin(), met.end());
}

void Coverage::add_workflows(const scenario::Scenario& scenario) {
  for (const scenario::Workflow& workflow : scenario.workflows) {
    const auto definition = parse_json(workflow.definition);
    if (!definition || by_definition_.contains(workflow.definition)) continue;
    by_definition_[workflow.definition] = machines_.size();
    const std::string name =
        workflow.file.empty() ? scenario.file + ", " + workflow.name : workflow.file;
    machines_.push_back({workflow.definition, name, WorkflowPaths(*definition)});
  }
}

void Coverage::add_calls(const rpc::Journal& journal) {
  for (const rpc::JournalEntry& entry : journal.entries()) {
    if (entry.service != "bedrock-runtime" || entry.resource.empty()) continue;
    std::set<std::string>& met = faults_[entry.operation + " " + entry.resource];
    if (entry.status == 429) met.insert(std::string(kThrottle));
    if (entry.status >= 400 && entry.status != 429) met.insert(std::string(kError));
    const std::string& fault = entry.note.fault;  // "stall after 120 tokens"
    if (fault.empty() || fault.ends_with("(not reached)")) continue;
    met.insert(fault.substr(0, fault.find(' ')));
  }
}

std::vector<std::string> Coverage::missing_faults(const std::string& call) const {
  const std::set<std::string>& met = faults_.at(call);
  std::vector<std::string> missing;
  for (const std::string_view name : {kThrottle, kError}) {
    if (!met.contains(std::string(name))) missing.emplace_back(name);
  }
  for (const fault::Kind* kind : fault::catalog()) {
    if (kind->touches_frames() && !streams(call)) continue;
    if (!met.contains(std::string(kind->name()))) missing.emplace_back(kind->name());
  }
  return missing;
}

Json Coverage::json() const {
  Json workflows = Json::array(), calls = Json::array(), missing = Json::array();
  for (const Machine& machine : machines_) {
    std::size_t taken = 0;
    for (const Path& path : machine.paths.paths()) {
      taken += path.taken ? 1 : 0;
      if (!path.taken) {
        missing.push_back({{"of", machine.name}, {"at", path.state}, {"what", path.what}});
      }
    }
    workflows.push_back(
        {{"workflow", machine.name}, {"paths", machine.paths.paths().size()}, {"taken", taken}});
  }
  for (const auto& [call, met] : faults_) {
    calls.push_back({{"call", call}, {"met", met}, {"never_met", missing_faults(call)}});
  }
  return {{"workflows", std::move(workflows)},
          {"calls", std::move(calls)},
          {"missing", std::move(missing)}};
}

std::string Coverage::text() const {
  std::string text;
  for (const Machine& machine : machines_) {
    std::string lines;
    std::size_t taken = 0;
    for (const Path& path : machine.paths.paths()) {
      if (path.taken) {
        ++taken;
      } else {
        lines += "    " + path.state + ": " + path.what + "\n";
      }
    }
    text += "  " + machine.name + ": " + std::to_string(taken) + " of " +
            std::to_string(machine.paths.paths().size()) + " paths\n" + lines;
  }
  if (!text.empty()) text.insert(0, "Paths of workflows, and those that nothing exercised:\n");
  if (!faults_.empty()) text += "Faults that calls never met:\n";
  for (const auto& entry : faults_) {
    std::string list;
    for (const std::string& name : missing_faults(entry.first)) {
      list += (list.empty() ? "" : ", ") + name;
    }
    text += "  " + entry.first + ": " + (list.empty() ? "none" : list) + "\n";
  }
  return text;
}

}  // namespace bedlam::harness
