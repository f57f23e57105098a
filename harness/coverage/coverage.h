// Coverage of failure paths, over all scenarios of a run: which Retry, Catch, timeout and Choice of
// each workflow nothing exercised, and which kinds of faults each kind of model call never met.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "emulator/app/emulator.h"
#include "harness/coverage/paths.h"

namespace bedlam::harness {

class Coverage {
 public:
  // What a scenario that is over has exercised.
  void add(const scenario::Scenario& scenario, const app::Emulator& emulator);
  // All that another has, as if it had been exercised here.
  void add(const Coverage& other);

  // {"workflows": […], "calls": […], "missing": [{"of", "at", "what"}, …]}.
  Json json() const;
  // Lines for people, each with its end.
  std::string text() const;

 private:
  struct Machine {
    std::string definition;
    std::string name;  // its file, or the scenario's and its name there
    WorkflowPaths paths;
  };
  void add_workflows(const scenario::Scenario& scenario);
  void add_calls(const rpc::Journal& journal);
  std::vector<std::string> missing_faults(const std::string& call) const;

  std::vector<Machine> machines_;
  std::map<std::string, std::size_t> by_definition_;  // a definition that stands in several files
  std::map<std::string, std::set<std::string>> faults_;  // by call, "Converse MODEL": what it met
};

}  // namespace bedlam::harness
