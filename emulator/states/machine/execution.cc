#include "emulator/states/machine/execution.h"

#include "emulator/states/machine/run.h"

namespace bedlam::states {

std::string_view to_text(ExecutionStatus status) {
  switch (status) {
    case ExecutionStatus::kRunning:
      return "RUNNING";
    case ExecutionStatus::kSucceeded:
      return "SUCCEEDED";
    case ExecutionStatus::kFailed:
      return "FAILED";
    case ExecutionStatus::kTimedOut:
      return "TIMED_OUT";
    case ExecutionStatus::kAborted:
      return "ABORTED";
  }
  return "";
}

Execution::Execution(std::shared_ptr<const Definition> definition, Identity identity, Json input,
                     Surroundings surroundings, std::string input_text)
    : run_(std::make_unique<Run>(std::move(definition), std::move(identity),
                                 make_payload(std::move(input), std::move(input_text)),
                                 surroundings)) {}

Execution::~Execution() = default;

void Execution::start(std::function<void()> finished, FirstTurn first_turn) {
  run_->start(weak_from_this(), std::move(finished), first_turn);
}

void Execution::listen(History::Listener listener) {
  run_->history.listen(std::move(listener));
}

void Execution::try_alone(Trial& trial) {
  run_->trial = &trial;
}

void Execution::redrive(std::function<void()> finished) {
  run_->redrive(std::move(finished));
}

void Execution::stop(std::optional<std::string> error, std::optional<std::string> cause) {
  run_->stop(std::move(error), std::move(cause));
}

ExecutionStatus Execution::status() const {
  return run_->status;
}
Instant Execution::started() const {
  return run_->started;
}
std::optional<Instant> Execution::stopped() const {
  return run_->stopped;
}
std::uint64_t Execution::redrives() const {
  return run_->redrives;
}
std::optional<Instant> Execution::redriven() const {
  return run_->redriven;
}
const Json& Execution::input() const {
  return run_->input->json;
}
const Json* Execution::output() const {
  return run_->output ? &run_->output->json : nullptr;
}
const std::optional<Failure>& Execution::failure() const {
  return run_->failure;
}
const History& Execution::history() const {
  return run_->history;
}

}  // namespace bedlam::states
