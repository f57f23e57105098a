// What one account holds: state machines and their executions, in all Regions. The operations of
// the API work on it; nothing here knows of requests.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/base/random.h"
#include "emulator/clock/scheduler.h"
#include "emulator/rpc/dispatcher.h"
#include "emulator/script/services.h"
#include "emulator/states/machine/definition.h"
#include "emulator/states/machine/execution.h"
#include "emulator/states/machine/map_run.h"
#include "emulator/states/machine/workers.h"

namespace bedlam::states {

// Step Functions quotas: registered state machines, open executions of an account, and how long a
// closed execution is kept ("Quotas related to state machine executions").
inline constexpr std::size_t kMaxStateMachines = 100'000;
inline constexpr std::size_t kMaxOpenExecutions = 1'000'000;
inline constexpr std::chrono::hours kExecutionRetention{90 * 24};

// The last client tokens that a redrive is known by (RedriveExecution, "clientToken").
inline constexpr std::size_t kMaxRedriveTokens = 10;

// Ours, so that a long-running server stays bounded: beyond either, the executions that closed
// first are forgotten.
inline constexpr std::size_t kMaxClosedExecutions = 10'000;
inline constexpr std::size_t kMaxClosedEvents = 1'000'000;  // of all their histories together

// What an update replaces. Executions keep the revision that they were started with.
struct Revision {
  std::string id;  // "" for the one a machine was created with
  std::string definition_text;
  std::shared_ptr<const Definition> definition;
  std::string role_arn;
  Json logging, tracing, encryption;  // as Describe shows them
  Instant updated;
};

// Immutable but for its being deleted; its ARN is the machine's and its number.
struct Version {
  std::shared_ptr<const Revision> revision;
  std::optional<std::string> description;
  Instant created;
};

struct Route {
  std::string version_arn;
  std::int64_t weight;  // percent; those of an alias add up to 100
};

struct Alias {
  std::string arn, name;
  std::optional<std::string> description;
  std::vector<Route> routes;
  Instant created, updated;
};

struct StateMachine {
  std::string arn, name, region;
  std::string type;  // STANDARD or EXPRESS
  Instant created;
  std::shared_ptr<const Revision> revision;
  std::map<std::string, std::string> tags;
  std::map<std::uint64_t, Version> versions;  // by number
  std::uint64_t last_version = 0;             // numbers are never given twice
  std::vector<Alias> aliases;                 // in the order of their creation
  // What CreateStateMachine was asked, which its idempotency compares.
  bool created_published = false;
  std::optional<std::string> created_description;

  bool is_express() const { return type == "EXPRESS"; }
};

struct Redrive {
  std::string client_token;
  Instant at;
};

struct ExecutionRecord {
  std::uint64_t number = 0;  // in order of starts, from 1
  std::string arn, name;
  std::string state_machine_arn, state_machine_name;
  std::string version_arn, alias_arn;  // "" where it was not started by one
  std::shared_ptr<const Revision> revision;
  std::string input;  // as sent
  std::optional<std::string> trace_header;
  std::string map_run_arn{};  // of a child of a distributed Map
  std::shared_ptr<Execution> execution;
  std::deque<Redrive> redrives;  // the last ones that had a token
};

class LogDestinations;

class Account : public MapRuns, public std::enable_shared_from_this<Account> {
 public:
  // Borrows scheduler, dispatcher and `logs`. Without `logs` every log group is there, and nothing
  // is written.
  Account(std::string id, Random random, Scheduler& scheduler, rpc::Dispatcher& dispatcher,
          LogDestinations* logs = nullptr);

  const std::string& id() const { return id_; }
  Scheduler& scheduler() const { return scheduler_; }
  rpc::Dispatcher& dispatcher() const { return dispatcher_; }
  const Random& random() const { return random_; }
  LogDestinations* logs() const { return logs_; }
  std::string next_uuid();
  // The number that the next execution gets, of all in this account.
  std::uint64_t next_execution() const { return executions_started_ + 1; }

  StateMachine* find_machine(std::string_view arn);
  const std::map<std::string, StateMachine, std::less<>>& machines() const { return machines_; }
  StateMachine& add_machine(StateMachine machine);
  // Its running executions are aborted. Does nothing where there is none.
  void delete_machine(std::string_view arn);

  struct Start {
    std::string name;
    std::string input_text;
    Json input;
    std::optional<std::string> trace_header;
    std::shared_ptr<const Revision> revision{};  // null: the machine's current one
    std::string version_arn{}, alias_arn{};
    std::string test_case{};  // of the mock configuration
    Execution::FirstTurn first_turn = Execution::FirstTurn::kAtOnce;
  };
  // Runs until it first waits. `closed` is called once, with the record, when it is over; that may
  // be before this returns.
  using Closed = std::function<void(const ExecutionRecord&)>;
  const ExecutionRecord& start(const StateMachine& machine, Start start, Closed closed = nullptr);

  // One that is over goes on (Execution::redrive); `client_token` may be null.
  void redrive(const ExecutionRecord& record, const std::string* client_token,
               std::function<void()> closed = nullptr);
  // `closed` is called once that execution is over: from a timer, so that whoever waits does not
  // run inside it. Not where it is over already.
  void when_closed(const ExecutionRecord& record, std::function<void()> closed);

  TaskTokens& task_tokens() { return task_tokens_; }
  Activities& activities() { return activities_; }
  // Null where there is none.
  const std::shared_ptr<const script::MockConfig>& mock_config() const { return mock_config_; }
  void use(std::shared_ptr<const script::MockConfig> config) { mock_config_ = std::move(config); }

  const ExecutionRecord* find_execution(std::string_view arn);
  // Newest first. Pointers hold until an execution closes or is forgotten. `state_machine_arn` is
  // unqualified.
  std::vector<const ExecutionRecord*> executions_of(std::string_view state_machine_arn);
  // Children of a Map Run, newest first.
  std::vector<const ExecutionRecord*> children_of(std::string_view map_run_arn) {
    return executions_of(map_run_arn);
  }
  MapRun* find_map_run(std::string_view arn);
  // Of one execution, newest first.
  std::vector<const MapRun*> map_runs_of(std::string_view execution_arn);
  std::shared_ptr<MapRun> open_map_run(const Execution::Identity& parent, const std::string& label,
                                       const std::string& state) override;
  MapChild start_child(const MapRun& run, const Execution::Identity& parent, ChildStart start,
                       std::function<void()> closed) override;
  bool redrive_child(const MapChild& child, std::function<void()> closed) override;
  // All that are remembered, in the order of their starts, from that number on.
  std::vector<const ExecutionRecord*> executions_from(std::uint64_t number) const;
  std::size_t open_executions() const { return executions_.size() - closed_.size(); }

  // Keeps what runs for TestState until it is over; forgotten with everything else.
  void keep_trial(const std::string& arn, std::shared_ptr<void> trial) {
    trials_[arn] = std::move(trial);
  }
  void drop_trial(const std::string& arn) { trials_.erase(arn); }

  // Aborts what runs, forgets everything.
  void clear();

 private:
  // Keeps the record and runs its execution.
  const ExecutionRecord& launch(ExecutionRecord record, Execution::FirstTurn first_turn,
                                Closed closed);
  static void stop_running(const std::vector<const ExecutionRecord*>& records);
  std::function<void()> when_finished(std::uint64_t number, Closed closed);
  void close(std::uint64_t number);
  void forget_old();
  void forget_first_closed();
  void forget_map_runs(std::string_view execution_arn);

  std::string id_;
  Random random_;
  Scheduler& scheduler_;
  rpc::Dispatcher& dispatcher_;
  LogDestinations* logs_;
  std::uint64_t uuids_ = 0, executions_started_ = 0;

  TaskTokens task_tokens_;  // before the executions, which borrow both
  Activities activities_;
  std::shared_ptr<const script::MockConfig> mock_config_;
  std::map<std::uint64_t, std::vector<std::function<void()>>> waiting_;  // by execution

  std::map<std::string, StateMachine, std::less<>> machines_;  // by ARN
  std::map<std::uint64_t, ExecutionRecord> executions_;        // by number
  std::map<std::string, std::uint64_t, std::less<>> numbers_;  // by ARN
  // By the ARN of their state machine, and by that of their Map Run.
  std::map<std::string, std::set<std::uint64_t>, std::less<>> by_machine_;
  std::map<std::string, std::shared_ptr<MapRun>, std::less<>> map_runs_;      // by ARN
  std::map<std::string, std::vector<std::string>, std::less<>> map_runs_of_;  // by execution ARN
  std::deque<std::uint64_t> closed_;  // in the order they closed
  std::size_t closed_events_ = 0;
  std::map<std::string, std::shared_ptr<void>, std::less<>> trials_;  // by execution ARN
};

}  // namespace bedlam::states
