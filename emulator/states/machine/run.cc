#include "emulator/states/machine/run.h"

#include <algorithm>

#include "emulator/states/machine/trial.h"

namespace bedlam::states {

Run::Run(std::shared_ptr<const Definition> definition, Execution::Identity identity,
         Payload the_input, Execution::Surroundings surroundings)
    : input(std::move(the_input)),
      definition_(std::move(definition)),
      identity_(std::move(identity)),
      scheduler_(surroundings.scheduler),
      dispatcher_(surroundings.dispatcher),
      random_(surroundings.random),
      task_tokens_(surroundings.task_tokens),
      activities_(surroundings.activities),
      map_runs_(surroundings.map_runs) {
  if (!identity_.test_case.empty() && !identity_.mocked_calls) {
    identity_.mocked_calls = std::make_shared<std::map<const State*, std::uint64_t>>();
  }
}

Run::~Run() {
  if (resume_timer_ != 0) scheduler_.cancel(resume_timer_);
  if (timeout_timer_ != 0) scheduler_.cancel(timeout_timer_);
}

void Run::start(std::weak_ptr<Execution> owner, std::function<void()> finished,
                Execution::FirstTurn first_turn) {
  owner_ = std::move(owner);
  finished_ = std::move(finished);
  started = scheduler_.now();
  Json details{{"roleArn", identity_.role_arn}};
  if (!identity_.alias_arn.empty()) details["stateMachineAliasArn"] = identity_.alias_arn;
  if (!identity_.version_arn.empty()) details["stateMachineVersionArn"] = identity_.version_arn;
  record({.type = EventType::kExecutionStarted,
          .payload = input,
          .details = std::make_shared<const Json>(std::move(details))});
  limit_time();
  // Recorded: the first StateEntered points to 0, as ExecutionStarted itself does.
  strand_ = std::make_unique<Strand>(*this, definition_->root(), input, nullptr, 0, 0);
  if (first_turn == Execution::FirstTurn::kFromTimer) resume_later();
  make_ready(*strand_);
}

void Run::limit_time() {
  const Duration longest = definition_->is_express() ? kMaxExpressDuration : kMaxStandardDuration;
  timeout_timer_ =
      scheduler_.after(std::min(definition_->timeout().value_or(longest), longest), [this] {
        timeout_timer_ = 0;
        time_out();
      });
}

// Same definition, same input, its history goes on; timeouts and retries begin anew.
void Run::redrive(std::function<void()> finished) {
  finished_ = std::move(finished);
  status = ExecutionStatus::kRunning;
  stopped.reset();
  failure.reset();
  redriven = scheduler_.now();
  ++redrives;
  const std::uint64_t event =
      record({.type = EventType::kExecutionRedriven,
              .previous = history.last_id(),
              .details = std::make_shared<const Json>(Json{{"redriveCount", redrives}})});
  limit_time();
  strand_ = std::make_unique<Strand>(*this, definition_->root(), input, nullptr, 0, event);
  strand_->resume(std::move(place_));
  make_ready(*strand_);
}

void Run::stop(std::optional<std::string> error, std::optional<std::string> cause) {
  if (status != ExecutionStatus::kRunning) return;
  if (error || cause) failure = Failure{error.value_or(""), std::move(cause)};
  // Recorded: previousEventId is 0, whatever was running, and nothing inside is reported aborted.
  const Json details = failure ? details_of(*failure) : Json::object();
  end(ExecutionStatus::kAborted,
      {.type = EventType::kExecutionAborted, .details = std::make_shared<const Json>(details)});
}

void Run::time_out() {
  end(ExecutionStatus::kTimedOut, {.type = EventType::kExecutionTimedOut});
}

void Run::succeed(Payload the_output, std::uint64_t last_event) {
  if (history_full_) return;  // keep_limits() ends it
  output = std::move(the_output);
  end(ExecutionStatus::kSucceeded,
      {.type = EventType::kExecutionSucceeded, .previous = last_event, .payload = output});
}

void Run::fail(const Failure& the_failure, std::uint64_t last_event) {
  if (status != ExecutionStatus::kRunning) return;
  failure = the_failure;
  end(ExecutionStatus::kFailed, {.type = EventType::kExecutionFailed,
                                 .previous = last_event,
                                 .details = std::make_shared<const Json>(details_of(the_failure))});
}

void Run::end(ExecutionStatus how, Event event) {
  if (status != ExecutionStatus::kRunning) return;
  status = how;
  stopped = scheduler_.now();
  event.at = scheduler_.now();
  history.add(std::move(event));
  for (Scheduler::TimerId* timer : {&resume_timer_, &timeout_timer_}) {
    if (*timer != 0) scheduler_.cancel(*timer);
    *timer = 0;
  }
  // In the middle of a turn the strands are still in use: take_turns() tells then.
  if (!taking_turns_) tell();
}

void Run::tell() {
  const std::shared_ptr<Execution> alive = owner_.lock();
  if (strand_ && status != ExecutionStatus::kSucceeded && !definition_->is_express()) {
    place_ = strand_->place();
  }
  strand_.reset();
  const std::function<void()> finished = std::move(finished_);
  finished_ = nullptr;
  if (finished) finished();
}

std::shared_ptr<Json> Run::first_variables() const {
  return trial == nullptr ? nullptr : std::make_shared<Json>(trial->variables);
}

Json Run::context() const {
  if (trial != nullptr) return trial_context();
  Json execution{{"Id", identity_.arn},
                 {"Input", input->json},
                 {"StartTime", to_iso8601(scheduler_.wall(started))},
                 {"Name", identity_.name},
                 {"RoleArn", identity_.role_arn},
                 {"RedriveCount", redrives}};
  if (redriven) execution["RedriveTime"] = to_iso8601(scheduler_.wall(*redriven));
  return {{"Execution", std::move(execution)},
          {"StateMachine",
           {{"Id", identity_.state_machine_arn}, {"Name", identity_.state_machine_name}}}};
}

// Recorded: TestState knows no redrives.
Json Run::trial_context() const {
  if (trial->context) return *trial->context;
  Json execution{{"Id", identity_.arn},
                 {"Input", input->json},
                 {"Name", identity_.name},
                 {"StartTime", to_iso8601(scheduler_.wall(started))}};
  if (!identity_.role_arn.empty()) execution["RoleArn"] = identity_.role_arn;
  return {{"Execution", std::move(execution)},
          {"StateMachine",
           {{"Id", identity_.state_machine_arn}, {"Name", identity_.state_machine_name}}}};
}

std::uint64_t Run::record(Event event) {
  if (status != ExecutionStatus::kRunning) return history.last_id();  // stopped within a turn
  // The last of 25,000 events is the one that reports the end (measured on AWS).
  if (!definition_->is_express() && history.last_id() + 1 >= kMaxHistoryEvents) {
    history_full_ = true;
    return history.last_id();
  }
  event.at = scheduler_.now();
  return history.add(std::move(event));
}

void Run::make_ready(Strand& strand) {
  if (!strand.queued_) {
    ready_.splice(ready_.end(), strand.parked_);
    strand.queued_ = true;
  }
  if (!taking_turns_ && resume_timer_ == 0) take_turns();
}

void Run::unqueue(Strand& strand) {
  strand.parked_.splice(strand.parked_.end(), ready_, strand.place_);
  strand.queued_ = false;
}

void Run::take_turns() {
  const std::shared_ptr<Execution> alive = owner_.lock();
  taking_turns_ = true;
  for (int turn = 0; status == ExecutionStatus::kRunning && !ready_.empty(); ++turn) {
    if (turn == kTurnsAtOnce) {
      resume_later();
      break;
    }
    Strand& strand = *ready_.front();
    unqueue(strand);
    ++turns_;
    strand.turn();
    keep_limits();
  }
  taking_turns_ = false;
  if (status != ExecutionStatus::kRunning) tell();
}

void Run::resume_later() {
  resume_timer_ = scheduler_.after(Duration{}, [this] {
    resume_timer_ = 0;
    take_turns();
  });
}

void Run::keep_limits() {
  if (status != ExecutionStatus::kRunning) return;
  if (history_full_) {
    fail({"States.Runtime", "The execution reached the maximum number of history events (" +
                                std::to_string(kMaxHistoryEvents) + ")."},
         history.last_id());
  } else if (definition_->is_express() && turns_ >= kMaxExpressTurns) {
    time_out();
  }
}

Json details_of(const Failure& failure) {
  Json details = Json::object();
  if (!failure.error.empty()) details["error"] = failure.error;
  if (failure.cause) details["cause"] = *failure.cause;
  return details;
}

}  // namespace bedlam::states
