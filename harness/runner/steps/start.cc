// A `start` step: a workflow, through the Step Functions API as a program would start it.
#include "emulator/states/machine/execution.h"
#include "harness/runner/api_call.h"
#include "harness/runner/critical_path.h"
#include "harness/runner/session.h"

namespace bedlam::harness {
namespace {

using ExecutionPtr = std::shared_ptr<const states::Execution>;

// The Region that a scenario's workflows are deployed in is the one in their ARN.
std::string region_of_arn(const std::string& arn) {
  std::size_t at = 0;
  for (int colon = 0; colon < 3; ++colon) {
    at = arn.find(':', at);
    if (at == std::string::npos) return "us-east-1";
    ++at;
  }
  return arn.substr(at, arn.find(':', at) - at);
}

ApiCall start_execution(Session& session, const scenario::StartStep& step, bool express) {
  const std::string arn = session.emulator().state_machine_arn(step.workflow);
  Json body{{"stateMachineArn", arn}, {"input", to_text(step.input)}};
  if (step.name) body["name"] = *step.name;
  return {session.emulator().dispatcher(),
          express ? "AWSStepFunctions.StartSyncExecution" : "AWSStepFunctions.StartExecution", body,
          region_of_arn(arn)};
}

std::vector<Json> events_of(const states::History& history, const Scheduler& scheduler) {
  std::vector<Json> events;
  for (std::size_t i = 0; i < history.size(); ++i) {
    events.push_back(history.event(i, scheduler, false));
  }
  return events;
}

void observe(const states::Execution& execution, const Scheduler& scheduler, Ran& ran) {
  // Its own times: on the real clock the scheduler has gone on a little when we hear of the end.
  if (const auto stopped = execution.stopped()) {
    ran.observed.fields["takes"] = *stopped - execution.started();
  }
  const auto& failure = execution.failure();
  const std::vector<Json> events = events_of(execution.history(), scheduler);
  Json types = Json::array();
  for (const Json& event : events) types.push_back(event["type"]);
  auto& fields = ran.observed.fields;
  const std::string status(states::to_text(execution.status()));
  fields["status"] = Json(status);
  fields["output"] = execution.output() != nullptr ? *execution.output() : Json();
  fields["error"] = failure ? Json(failure->error) : Json();
  fields["cause"] = failure && failure->cause ? Json(*failure->cause) : Json();
  fields["states"] = Json(entered_states(events));
  fields["events"] = std::move(types);
  if (execution.status() != states::ExecutionStatus::kSucceeded) ran.trouble = status;
  if (failure) ran.trouble += ", " + failure->error;
  if (failure && failure->cause) ran.trouble += ": " + *failure->cause;
  if (const std::string path = critical_path(events); !path.empty()) {
    ran.observed.notes.push_back("critical path: " + path);
  }
}

}  // namespace

Ran run_start(Session& session, const scenario::StartStep& step, bool express) {
  Scheduler& scheduler = session.emulator().scheduler();
  const Instant start = scheduler.now();
  const ApiCall call = start_execution(session, step, express);
  ExecutionPtr execution;
  const auto over = [&] {
    if (!call.over() || !call.succeeded()) return call.over();
    if (!execution) {
      execution =
          session.emulator().find_execution(call.answer().value("executionArn", std::string()));
    }
    return !execution || execution->status() != states::ExecutionStatus::kRunning;
  };
  Ran ran;
  Pacer pacer(scheduler, session.settings().clock);
  ran.stuck = !pacer.run_until(over);
  ran.observed.fields["takes"] = scheduler.now() - start;
  ran.add_note(pacer.lateness_note());
  if (execution) {
    observe(*execution, scheduler, ran);
  } else if (!ran.stuck) {
    ran.observed.notes.push_back(call.failure());
  }
  return ran;
}

}  // namespace bedlam::harness
