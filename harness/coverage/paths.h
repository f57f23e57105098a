// The failure paths of one workflow: each Retry, Catch, timeout and Choice that its definition has
// (Amazon States Language), and which of them its executions took.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/clock/scheduler.h"
#include "emulator/states/machine/history.h"

namespace bedlam::harness {

struct Path {
  enum class Kind { kState, kRetry, kCatch, kTimeout, kChoice };
  Kind kind = Kind::kState;
  std::string state;
  std::string what;  // "Retry 1 (Bedrock.ThrottlingException)", "Choice 2, to Refuse"
  std::string next;  // where a Catch or a Choice leads
  Json errors;       // ErrorEquals of a Retry or Catch
  bool taken = false;
};

class WorkflowPaths {
 public:
  // Of a definition that is valid; branches and item processors included.
  explicit WorkflowPaths(const Json& definition);

  // What an execution did.
  void follow(const states::History& history, const Scheduler& scheduler);

  // The same of another's executions; both are of one definition.
  void take_all_of(const WorkflowPaths& other);

  const std::vector<Path>& paths() const { return paths_; }  // in the order of the definition

 private:
  void add_states(const Json& machine);
  void add_state(const std::string& name, const Json& state);
  void take_error(const std::string& state, Path::Kind kind, const std::string& error,
                  bool heartbeat, const std::string& next);
  void take_timeout(const std::string& state, bool heartbeat);
  void take(const std::string& state, Path::Kind kind, const std::string& next);

  std::vector<Path> paths_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> of_state_;
};

// Whether a list of error names takes an error (developer guide, "Handling errors in Step Functions
// workflows": States.ALL, States.TaskFailed).
bool takes_error(const Json& error_equals, const std::string& error, bool heartbeat = false);

}  // namespace bedlam::harness
