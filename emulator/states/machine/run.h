// The inside of an execution: its strands, the queue of those that can take a turn, its history.
// Everything happens on the scheduler's thread. One turn is one transition, strands take turns in
// the order they became ready, and after kTurnsAtOnce turns other work of the same instant comes
// first.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>

#include "emulator/states/machine/execution.h"
#include "emulator/states/machine/strand.h"
#include "emulator/states/machine/workers.h"

namespace bedlam::states {

inline constexpr int kTurnsAtOnce = 1'000;
// "Maximum execution time": one year; Express five minutes (Step Functions quotas).
inline constexpr Duration kMaxStandardDuration = std::chrono::hours(24 * 365);
inline constexpr Duration kMaxExpressDuration = std::chrono::minutes(5);
// An Express execution that makes this many transitions has no history limit to end it, and would
// keep its instant for ever: it counts as having used up its five minutes. Ours, not AWS's.
inline constexpr std::uint64_t kMaxExpressTurns = 10'000'000;

struct Trial;

class Run {
 public:
  Run(std::shared_ptr<const Definition> definition, Execution::Identity identity, Payload input,
      Execution::Surroundings surroundings);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  void start(std::weak_ptr<Execution> owner, std::function<void()> finished,
             Execution::FirstTurn first_turn);
  void stop(std::optional<std::string> error, std::optional<std::string> cause);
  void redrive(std::function<void()> finished);

  // For strands and their states.
  Scheduler& scheduler() { return scheduler_; }
  rpc::Dispatcher& dispatcher() { return dispatcher_; }
  // Of the execution; anew with each redrive.
  Random random() const { return redrives == 0 ? random_ : random_.derive("redrive", redrives); }
  const Execution::Identity& identity() const { return identity_; }
  TaskTokens* task_tokens() { return task_tokens_; }
  Activities* activities() { return activities_; }
  // How many calls that state has made before, in this execution; counts this one. Where there is
  // a test case.
  std::uint64_t count_call(const State& state) { return (*identity_.mocked_calls)[&state]++; }
  MapRuns* map_runs() { return map_runs_; }
  // Execution and StateMachine of the context object.
  Json context() const;
  std::uint64_t record(Event event);
  void make_ready(Strand& strand);
  void unqueue(Strand& strand);
  void succeed(Payload output, std::uint64_t last_event);
  void fail(const Failure& failure, std::uint64_t last_event);

  // What the execution shows.
  ExecutionStatus status = ExecutionStatus::kRunning;
  Instant started{};
  std::optional<Instant> stopped;
  std::uint64_t redrives = 0;
  std::optional<Instant> redriven;  // last
  Payload input;
  Payload output;
  std::optional<Failure> failure;
  History history;
  std::size_t variable_bytes = 0;  // of all strands
  Trial* trial = nullptr;          // where one state is tried alone
  // Those that the machine starts with: of a trial.
  std::shared_ptr<Json> first_variables() const;

 private:
  Json trial_context() const;
  void limit_time();
  void take_turns();
  void resume_later();
  void keep_limits();
  void time_out();
  void end(ExecutionStatus how, Event event);
  void tell();

  std::shared_ptr<const Definition> definition_;
  Execution::Identity identity_;
  Scheduler& scheduler_;
  rpc::Dispatcher& dispatcher_;
  Random random_;
  TaskTokens* task_tokens_;
  Activities* activities_;
  MapRuns* map_runs_;

  std::weak_ptr<Execution> owner_;
  std::function<void()> finished_;
  std::list<Strand*> ready_;
  bool taking_turns_ = false;
  bool history_full_ = false;
  std::uint64_t turns_ = 0;
  Scheduler::TimerId resume_timer_ = 0;
  Scheduler::TimerId timeout_timer_ = 0;
  Place place_;                     // where it ended, of a Standard execution that may be redriven
  std::unique_ptr<Strand> strand_;  // the machine's own; last, so that it goes first
};

// {"error", "cause"} of the event that reports a failure, each where there is one.
Json details_of(const Failure& failure);

}  // namespace bedlam::states
