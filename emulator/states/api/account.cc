#include "emulator/states/api/account.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "emulator/states/api/arn.h"
#include "emulator/states/api/logging.h"

namespace bedlam::states {

Account::Account(std::string id, Random random, Scheduler& scheduler, rpc::Dispatcher& dispatcher,
                 LogDestinations* logs)
    : id_(std::move(id)),
      random_(random),
      scheduler_(scheduler),
      dispatcher_(dispatcher),
      logs_(logs),
      task_tokens_(random.derive("task tokens")),
      activities_(scheduler) {}

std::string Account::next_uuid() {
  return random_.derive("uuid", ++uuids_).uuid();
}

StateMachine* Account::find_machine(std::string_view arn) {
  const auto found = machines_.find(arn);
  return found == machines_.end() ? nullptr : &found->second;
}

StateMachine& Account::add_machine(StateMachine machine) {
  std::string arn = machine.arn;
  return machines_.insert_or_assign(std::move(arn), std::move(machine)).first->second;
}

void Account::delete_machine(std::string_view arn) {
  const auto found = machines_.find(arn);
  if (found == machines_.end()) return;
  machines_.erase(found);
  stop_running(executions_of(arn));
}

const ExecutionRecord& Account::start(const StateMachine& machine, Start start, Closed closed) {
  forget_old();
  ExecutionRecord record;
  record.number = ++executions_started_;
  record.name = std::move(start.name);
  record.arn = machine.is_express() ? express_arn(machine.arn, record.name, next_uuid())
                                    : execution_arn(machine.arn, record.name);
  record.state_machine_arn = machine.arn;
  record.state_machine_name = machine.name;
  record.version_arn = std::move(start.version_arn);
  record.alias_arn = std::move(start.alias_arn);
  record.revision = start.revision ? start.revision : machine.revision;
  record.input = std::move(start.input_text);
  record.trace_header = std::move(start.trace_header);
  record.execution = std::make_shared<Execution>(
      record.revision->definition,
      Execution::Identity{record.arn, record.name, record.revision->role_arn, machine.arn,
                          machine.name, machine.region, std::move(start.test_case), nullptr,
                          record.version_arn, record.alias_arn},
      std::move(start.input),
      Execution::Surroundings{scheduler_, dispatcher_, random_.derive("execution", record.number),
                              &task_tokens_, &activities_, this},
      record.input);

  return launch(std::move(record), start.first_turn, std::move(closed));
}

const ExecutionRecord& Account::launch(ExecutionRecord record, Execution::FirstTurn first_turn,
                                       Closed closed) {
  const std::uint64_t number = record.number;
  numbers_[record.arn] = number;
  by_machine_[record.state_machine_arn].insert(number);
  if (!record.map_run_arn.empty()) by_machine_[record.map_run_arn].insert(number);
  const ExecutionRecord& kept = executions_.emplace(number, std::move(record)).first->second;
  log_events_of(*this, kept);
  kept.execution->start(when_finished(number, std::move(closed)), first_turn);
  return kept;
}

// Weak: after clear() an execution may still end, and the account may be gone by then.
std::function<void()> Account::when_finished(std::uint64_t number, Closed closed) {
  return [account = weak_from_this(), number, closed = std::move(closed)] {
    const std::shared_ptr<Account> self = account.lock();
    if (!self) return;
    const auto found = self->executions_.find(number);
    if (found == self->executions_.end()) return;
    const ExecutionRecord ended = found->second;  // whoever hears of it may forget it
    self->close(number);
    if (closed) closed(ended);
  };
}

void Account::redrive(const ExecutionRecord& record, const std::string* client_token,
                      std::function<void()> closed) {
  const std::uint64_t number = record.number;
  ExecutionRecord& kept = executions_.at(number);
  if (client_token != nullptr) {
    kept.redrives.push_back({*client_token, scheduler_.now()});
    if (kept.redrives.size() > kMaxRedriveTokens) kept.redrives.pop_front();
  }
  closed_.erase(std::find(closed_.begin(), closed_.end(), number));
  closed_events_ -= kept.execution->history().size();
  if (!closed) return kept.execution->redrive(when_finished(number, nullptr));
  kept.execution->redrive(
      when_finished(number, [closed = std::move(closed)](const ExecutionRecord&) { closed(); }));
}

void Account::when_closed(const ExecutionRecord& record, std::function<void()> closed) {
  if (record.execution->status() != ExecutionStatus::kRunning) return;
  waiting_[record.number].push_back(std::move(closed));
}

const ExecutionRecord* Account::find_execution(std::string_view arn) {
  forget_old();
  const auto found = numbers_.find(arn);
  return found == numbers_.end() ? nullptr : &executions_.at(found->second);
}

std::vector<const ExecutionRecord*> Account::executions_from(std::uint64_t number) const {
  std::vector<const ExecutionRecord*> records;
  for (auto it = executions_.lower_bound(number); it != executions_.end(); ++it) {
    records.push_back(&it->second);
  }
  return records;
}

std::vector<const ExecutionRecord*> Account::executions_of(std::string_view state_machine_arn) {
  forget_old();
  std::vector<const ExecutionRecord*> records;
  const auto found = by_machine_.find(state_machine_arn);
  if (found == by_machine_.end()) return records;
  records.reserve(found->second.size());
  for (auto number = found->second.rbegin(); number != found->second.rend(); ++number) {
    records.push_back(&executions_.at(*number));
  }
  return records;
}

void Account::clear() {
  std::vector<const ExecutionRecord*> all;
  for (const auto& [number, record] : executions_) all.push_back(&record);
  stop_running(all);
  machines_.clear();
  activities_.clear();
  waiting_.clear();
  mock_config_ = nullptr;
  executions_.clear();
  numbers_.clear();
  by_machine_.clear();
  closed_.clear();
  closed_events_ = 0;
  trials_.clear();
  map_runs_.clear();
  map_runs_of_.clear();
}

// The records are looked at first: what closes pushes others out.
void Account::stop_running(const std::vector<const ExecutionRecord*>& records) {
  std::vector<std::shared_ptr<Execution>> running;
  for (const ExecutionRecord* record : records) {
    if (record->execution->status() == ExecutionStatus::kRunning) {
      running.push_back(record->execution);
    }
  }
  for (const std::shared_ptr<Execution>& execution : running) {
    execution->stop(std::nullopt, std::nullopt);
  }
}

void Account::close(std::uint64_t number) {
  if (const auto waiting = waiting_.find(number); waiting != waiting_.end()) {
    for (std::function<void()>& closed : waiting->second) {
      scheduler_.after(Duration{}, std::move(closed));
    }
    waiting_.erase(waiting);
  }
  closed_.push_back(number);
  closed_events_ += executions_.at(number).execution->history().size();
  // The one that just closed stays: whoever started it has yet to look.
  while (closed_.size() > 1 &&
         (closed_.size() > kMaxClosedExecutions || closed_events_ > kMaxClosedEvents)) {
    forget_first_closed();
  }
}

void Account::forget_old() {
  while (!closed_.empty()) {
    const std::optional<Instant> stopped = executions_.at(closed_.front()).execution->stopped();
    if (!stopped || scheduler_.now() - *stopped <= kExecutionRetention) return;
    forget_first_closed();
  }
}

void Account::forget_first_closed() {
  const auto found = executions_.find(closed_.front());
  closed_.pop_front();
  const ExecutionRecord& record = found->second;
  closed_events_ -= record.execution->history().size();
  for (const std::string& arn : {record.state_machine_arn, record.map_run_arn}) {
    const auto list = by_machine_.find(arn);
    if (list == by_machine_.end()) continue;
    list->second.erase(record.number);
    if (list->second.empty()) by_machine_.erase(list);
  }
  // A name may have been given again since.
  const auto number = numbers_.find(record.arn);
  if (number != numbers_.end() && number->second == record.number) {
    numbers_.erase(number);
    forget_map_runs(record.arn);
  }
  executions_.erase(found);
}

}  // namespace bedlam::states
