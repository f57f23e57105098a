#include "tests/simulation/world.h"

#include "emulator/rpc/dispatcher.h"
#include "emulator/states/api/step_functions.h"
#include "tests/simulation/definition.h"
#include "tests/unit/rpc/body_receiver.h"

namespace bedlam::simulation {
namespace {

// Answers every task as scripted() says.
class Work final : public rpc::Service {
 public:
  Work(const Plan& plan, Scheduler& scheduler, rpc::Dispatcher& dispatcher)
      : plan_(plan), scheduler_(scheduler), dispatcher_(dispatcher) {}

  std::string_view name() const override { return "work"; }
  std::optional<rpc::Call> recognise(const aws::HttpRequest& /*request*/) const override {
    return std::nullopt;
  }
  bool takes(const rpc::Call& call) const override {
    return call.task != nullptr && call.service != "states";
  }

  void handle(const rpc::Call& call, rpc::ReplyTo reply_to) override {
    const Json& parameters = *call.task->parameters;
    const Json* payload = find(parameters, "Payload");
    const std::string key = (payload == nullptr ? parameters : *payload).at("key");
    const Node& task = *plan_.tasks.at(call.task->state);
    const Duration now = scheduler_.now().time_since_epoch();
    calls.push_back({task.name, key, now});
    const Scripted answer = scripted(plan_.seed, task, key, now);
    if (task.task_form == TaskForm::kCallback) return call_back(call, answer, std::move(reply_to));
    if (answer.kind == Scripted::Kind::kNeverAnswers) return stall(std::move(reply_to));
    aws::Headers headers{{"content-type", "application/json"}};
    if (answer.kind == Scripted::Kind::kFails) {
      headers.add(std::string(rpc::kTaskErrorHeader), answer.error);
      return reply_to(rpc::plain_reply(200, std::move(headers), "scripted", answer.latency));
    }
    headers.add(std::string(rpc::kTaskResultHeader), "1");
    reply_to(rpc::plain_reply(200, std::move(headers), R"({"Payload":{}})", answer.latency));
  }

  std::vector<ExpectedCall> calls;

 private:
  static void stall(const rpc::ReplyTo& reply_to) {
    rpc::Reply reply;
    reply.steps.push_back({Duration{}, rpc::Stall{}});
    reply_to(std::move(reply));
  }

  // The function returns at once; its token comes back after the latency.
  void call_back(const rpc::Call& call, const Scripted& answer, rpc::ReplyTo reply_to) {
    if (answer.kind != Scripted::Kind::kNeverAnswers) {
      rpc::Call back;
      back.service = "states";
      Json body{{"taskToken", call.task->token}};
      if (answer.kind == Scripted::Kind::kFails) {
        back.operation = "SendTaskFailure";
        body["error"] = answer.error;
        body["cause"] = "scripted";
      } else {
        back.operation = "SendTaskSuccess";
        body["output"] = "{}";
      }
      back.body = to_text(body);
      scheduler_.after(answer.latency, [this, back = std::move(back)] {
        dispatcher_.call(back, std::make_shared<rpc::BodyReceiver>());
      });
    }
    reply_to(rpc::plain_reply(200, {{"content-type", "application/json"}}, "{}"));
  }

  const Plan& plan_;
  Scheduler& scheduler_;
  rpc::Dispatcher& dispatcher_;
};

class World {
 public:
  explicit World(const Plan& plan)
      : plan_(plan), step_functions_(scheduler_, dispatcher_, {.seed = plan.seed}) {
    dispatcher_.add(work_);
    dispatcher_.add(step_functions_);
  }

  Seen run() {
    Seen seen;
    const auto nested = deploy(seen, kNestedMachine, nested_definition_of(plan_));
    const auto machine = deploy(seen, "machine", definition_of(plan_));
    if (!seen.refusal.empty()) return seen;
    std::vector<std::string> arns(plan_.starts.size());
    for (std::size_t i = 0; i < plan_.starts.size(); ++i) schedule(machine, i, arns[i]);
    scheduler_.run();
    for (const std::string& arn : arns) seen.started.push_back(look_at(arn, seen.children));
    const Json all = ask("ListExecutions", {{"stateMachineArn", nested}, {"maxResults", 1000}});
    for (const Json& one : all.at("executions")) {
      SeenExecution execution = look_at(one.at("executionArn"), seen.children);
      seen.children.push_back(std::move(execution));
    }
    seen.calls = work_.calls;
    seen.end = scheduler_.now().time_since_epoch();
    if (plan_.redrives) redrive(seen);
    add_digest(seen);
    return seen;
  }

 private:
  Json ask(const std::string& operation, const Json& body) {
    rpc::Call call;
    call.service = "states";
    call.operation = operation;
    call.body = to_text(body);
    const auto answer = std::make_shared<rpc::BodyReceiver>();
    dispatcher_.call(call, answer);
    return Json::parse(answer->body);
  }

  std::string deploy(Seen& seen, const std::string& name, const Json& definition) {
    const auto arn = step_functions_.deploy(name, to_text(definition));
    if (arn) return *arn;
    for (const states::Finding& finding : arn.error()) {
      seen.refusal += finding.code + ": " + finding.message + " at " + finding.location + "\n";
    }
    return "";
  }

  void schedule(const std::string& machine, std::size_t i, std::string& arn) {
    const PlannedStart& start = plan_.starts[i];
    scheduler_.at(Instant(start.at), [this, machine, &start, &arn] {
      arn = ask("StartExecution", {{"stateMachineArn", machine},
                                   {"name", start.key},
                                   {"input", to_text(input_of(start.key))}})
                .at("executionArn");
    });
    if (!start.stop) return;
    scheduler_.at(Instant(*start.stop), [this, &arn] {
      ask("StopExecution", {{"executionArn", arn}});
    });
  }

  void redrive(Seen& seen) {
    for (const SeenExecution& execution : seen.started) {
      if (execution.status == "SUCCEEDED") continue;
      ask("RedriveExecution", {{"executionArn", execution.arn}});
      scheduler_.run();
      std::vector<SeenExecution> children;
      seen.redriven.push_back(look_at(execution.arn, children));
      for (SeenExecution& child : children) seen.children.push_back(std::move(child));
    }
  }

  SeenExecution look_at(const std::string& arn, std::vector<SeenExecution>& children) {
    const std::shared_ptr<const states::Execution> execution = step_functions_.find_execution(arn);
    SeenExecution seen;
    seen.arn = arn;
    seen.status = states::to_text(execution->status());
    if (execution->failure()) seen.error = execution->failure()->error;
    seen.started = execution->started().time_since_epoch();
    seen.stopped = execution->stopped().value_or(Instant{}).time_since_epoch();
    seen.redrives = execution->redrives();
    if (execution->output() != nullptr) seen.output = *execution->output();
    for (std::size_t i = 0; i < execution->history().size(); ++i) {
      seen.events.push_back(execution->history().event(i, scheduler_));
    }
    if (arn.find(":express:") != std::string::npos) return seen;
    const Json listed = ask("ListMapRuns", {{"executionArn", arn}}).at("mapRuns");
    for (const Json& run : listed) {
      seen.map_runs.push_back(look_at_map_run(run.at("mapRunArn"), children));
    }
    return seen;
  }

  SeenMapRun look_at_map_run(const std::string& arn, std::vector<SeenExecution>& children) {
    SeenMapRun run;
    run.description = ask("DescribeMapRun", {{"mapRunArn", arn}});
    const Json listed = ask("ListExecutions", {{"mapRunArn", arn}}).at("executions");
    run.children = listed.size();
    for (const Json& child : listed) {
      SeenExecution seen = look_at(child.at("executionArn"), children);
      seen.child = true;
      children.push_back(std::move(seen));
    }
    return run;
  }

  void add_digest(Seen& seen) const {
    for (const auto* executions : {&seen.started, &seen.children, &seen.redriven}) {
      for (const SeenExecution& execution : *executions) {
        seen.digest += execution.arn + '\n';
        for (const Json& event : execution.events) seen.digest += to_text(event) + '\n';
      }
    }
    for (const rpc::JournalEntry& entry : journal_.entries()) {
      seen.digest += to_text(rpc::to_json(entry)) + '\n';
    }
  }

  const Plan& plan_;
  Scheduler scheduler_{kEpoch};
  rpc::Journal journal_;
  rpc::Dispatcher dispatcher_{scheduler_, journal_};
  Work work_{plan_, scheduler_, dispatcher_};
  states::StepFunctions step_functions_;
};

}  // namespace

Seen run(const Plan& plan) {
  return World(plan).run();
}

}  // namespace bedlam::simulation
