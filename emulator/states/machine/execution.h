// One execution of a definition: runs on the scheduler, calls services through the dispatcher,
// writes its history. Knows nothing of names and listings; those are the API's (api/).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/base/random.h"
#include "emulator/clock/scheduler.h"
#include "emulator/rpc/dispatcher.h"
#include "emulator/states/failure.h"
#include "emulator/states/machine/definition.h"
#include "emulator/states/machine/history.h"

namespace bedlam::states {

class State;       // state.h
class Run;         // run.h
class TaskTokens;  // workers.h
class Activities;  // workers.h
class MapRuns;     // map_run.h
struct Trial;      // trial.h

enum class ExecutionStatus { kRunning, kSucceeded, kFailed, kTimedOut, kAborted };
std::string_view to_text(ExecutionStatus status);  // "SUCCEEDED"

class Execution : public std::enable_shared_from_this<Execution> {
 public:
  struct Identity {
    std::string arn, name, role_arn;
    std::string state_machine_arn, state_machine_name;
    std::string region;
    std::string test_case{};  // of a mock configuration; "" where none is asked for
    // How many calls each state has made, children of distributed Maps included; of an execution
    // with a test case.
    std::shared_ptr<std::map<const State*, std::uint64_t>> mocked_calls{};
    // What it was started by; "" where that was the state machine itself.
    std::string version_arn{}, alias_arn{};
  };
  // What an execution borrows from its surroundings; all of it outlives the execution.
  struct Surroundings {
    Scheduler& scheduler;
    rpc::Dispatcher& dispatcher;
    Random random;  // derived for this execution
    // Of the account; without them no task waits for a token, and there are no activities.
    TaskTokens* task_tokens = nullptr;
    Activities* activities = nullptr;
    MapRuns* map_runs = nullptr;  // of the account; without it no Map is distributed
  };

  // `input_text`: the input as the caller sent it, spaces included, which AWS repeats in the first
  // events; "" where there is no such text.
  Execution(std::shared_ptr<const Definition> definition, Identity identity, Json input,
            Surroundings surroundings, std::string input_text = {});
  ~Execution();

  // Enters StartAt; runs until it waits, or with kFromTimer at this instant but not before this
  // returns. `finished` is called once, when a terminal status is set.
  enum class FirstTurn { kAtOnce, kFromTimer };
  void start(std::function<void()> finished, FirstTurn first_turn = FirstTurn::kAtOnce);
  // Before start(): hears of every event.
  void listen(History::Listener listener);
  // Before start(): the execution is one of a state alone.
  void try_alone(Trial& trial);
  // Goes on where it failed, was aborted or timed out: it must be over, not have SUCCEEDED, and be
  // no Express one. `finished` is called once, as that of start().
  void redrive(std::function<void()> finished);
  // ABORTED; nothing where it is over.
  void stop(std::optional<std::string> error, std::optional<std::string> cause);

  ExecutionStatus status() const;
  Instant started() const;
  std::optional<Instant> stopped() const;
  std::uint64_t redrives() const;
  std::optional<Instant> redriven() const;  // the last time
  const Json& input() const;
  const Json* output() const;                     // set when SUCCEEDED
  const std::optional<Failure>& failure() const;  // FAILED, TIMED_OUT, ABORTED
  const History& history() const;

 private:
  std::unique_ptr<Run> run_;
};

}  // namespace bedlam::states
