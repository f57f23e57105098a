#include "emulator/services/task_script.h"

#include <algorithm>

#include "emulator/script/value.h"

namespace bedlam::services {
namespace {

// Jobs whose end nobody asks for (their workflow was stopped) are forgotten beyond this number.
constexpr std::size_t kMaxJobs = 10'000;

bool waits_for_token(const rpc::Call& call) {
  return call.task->resource.ends_with(".waitForTaskToken");
}

bool is_job(const rpc::Call& call) {
  return call.task->resource.ends_with(".sync") || call.task->resource.ends_with(".sync:2");
}

script::Facts facts_of(const rpc::Call& call) {
  script::Facts facts;
  facts.resource = call.task->resource;
  facts.operation = call.operation;
  facts.region = call.caller.region;
  facts.state = call.task->state;
  facts.workflow = call.task->state_machine;
  facts.body = call.task->parameters.get();
  return facts;
}

// An error of a service's API, in its wire form: its integration makes AWS's name and cause of it.
bool is_api_error(std::string_view name) {
  return name.ends_with("Exception") && name.find('.') == std::string_view::npos;
}

rpc::Reply result_reply(const Json& result, const std::string& id, Duration due) {
  return rpc::plain_reply(200,
                          {{"Content-Type", "application/json"},
                           {"x-amzn-RequestId", id},
                           {std::string(rpc::kTaskResultHeader), "1"}},
                          to_text(result), due);
}

rpc::Reply error_reply(const script::Error& error, const std::string& id, Duration due) {
  if (is_api_error(error.name)) {
    const std::string message = error.message.empty() ? "Scripted by Bedlam." : error.message;
    return rpc::plain_reply(400, {{"x-amzn-RequestId", id}, {"x-amzn-ErrorType", error.name}},
                            to_text({{"message", message}}), due);
  }
  return rpc::plain_reply(
      200, {{"x-amzn-RequestId", id}, {std::string(rpc::kTaskErrorHeader), error.name}},
      error.message, due);
}

// What is known of a job as soon as it is submitted: of a nested execution, who it is.
Json submitted_answer(const script::Outcome& outcome, const Json& result) {
  if (outcome.submitted) return *outcome.submitted;
  Json submitted = Json::object();
  for (const char* name : {"ExecutionArn", "StartDate"}) {
    if (const Json* value = find(result, name)) submitted[name] = *value;
  }
  return submitted;
}

// A text that is JSON goes back as it is, as a worker would send it; anything else as JSON.
rpc::Call token_call(const rpc::Call& task, const script::Outcome& outcome) {
  rpc::Call call;
  call.service = "states";
  call.headers.add("Content-Type", "application/x-amz-json-1.0");
  call.caller = task.caller;
  call.caller.invocation_id.clear();
  Json body{{"taskToken", task.task->token}};
  if (const auto* error = std::get_if<script::Error>(&outcome.result)) {
    call.operation = "SendTaskFailure";
    body["error"] = error->name;
    if (!error->message.empty()) body["cause"] = error->message;
  } else {
    call.operation = "SendTaskSuccess";
    body["output"] =
        to_text(script::value_of(std::get<script::Answer>(outcome.result), *task.task->parameters));
  }
  call.body = to_text(body);
  return call;
}

// Takes an answer that nobody looks at.
class Unheard final : public rpc::Receiver {
 public:
  void on_head(const rpc::Head& /*head*/) override {}
  void on_body(const rpc::Bytes& /*bytes*/) override {}
  void on_end() override {}
  void on_reset() override {}
  void on_close() override {}
  void on_half_close() override {}
  void on_stall() override {}
  void on_garbage(const rpc::Garbage& /*garbage*/) override {}
};

}  // namespace

TaskScript::TaskScript(Scheduler& scheduler, rpc::Dispatcher& dispatcher, std::uint64_t seed,
                       std::vector<rpc::Service*> natural)
    : scheduler_(scheduler),
      dispatcher_(dispatcher),
      seeds_(seed, "task call"),
      natural_(std::move(natural)) {}

void TaskScript::reset() {
  script_ = script::Script();
  mocks_ = nullptr;
  jobs_.clear();
  seeds_.clear();
}

const script::MockConfig::State* TaskScript::mocked(const rpc::Call& call) const {
  if (!mocks_ || call.task->test_case.empty()) return nullptr;
  return mocks_->find(call.task->state_machine, call.task->test_case, call.task->state);
}

bool TaskScript::takes(const rpc::Call& call) const {
  if (!call.task) return false;
  if (call.task->completion) return jobs_.contains(call.caller.invocation_id);
  return mocked(call) != nullptr || script_.has_rule_for(facts_of(call));
}

TaskScript::Chosen TaskScript::choose(const rpc::Call& call, const Random& random) {
  Chosen chosen;
  if (const script::MockConfig::State* state = mocked(call)) {
    chosen.outcome = script::MockConfig::answer_for(*state, call.task->number);
    chosen.note.rule = "mock " + state->response;
    if (chosen.outcome == nullptr) {
      chosen.note.mismatch = "mock " + state->response + " has no answer for call " +
                             std::to_string(call.task->number) + " of the state";
    }
    return chosen;
  }
  const script::Choice choice = script_.choose(facts_of(call));
  chosen.takes = script::answer_time(choice.latency, random);
  chosen.outcome = choice.outcome;
  chosen.note.rule = choice.rule;
  chosen.note.mismatch = choice.mismatch;
  return chosen;
}

void TaskScript::handle(const rpc::Call& call, rpc::ReplyTo reply_to) {
  if (call.task->completion) {
    const auto job = jobs_.find(call.caller.invocation_id);
    rpc::Reply end = std::move(job->second);
    jobs_.erase(job);
    return reply_to(std::move(end));
  }
  const rpc::TaskCall& task = *call.task;
  const Random random = seeds_.next(call, {task.resource, task.state_machine, task.state});
  Random ids = random.derive("request");
  const std::string id = ids.uuid();
  const Chosen chosen = choose(call, random);
  rpc::Reply reply;
  if (chosen.outcome == nullptr) {
    reply = error_reply({"States.Runtime", "Bedlam: " + chosen.note.mismatch}, id, {});
    reply.note = chosen.note;
    return reply_to(std::move(reply));
  }
  const auto* error = std::get_if<script::Error>(&chosen.outcome->result);
  // An error of the API refuses the call; any other is how the work ends.
  const bool refused = error != nullptr && is_api_error(error->name);
  if (waits_for_token(call) && !refused) {
    return answer_with_token(call, chosen, std::move(reply_to), random);
  }
  Json result;
  if (error != nullptr) {
    reply = error_reply(*error, id, chosen.takes);
  } else {
    result =
        script::value_of(std::get<script::Answer>(chosen.outcome->result), *call.task->parameters);
    reply = result_reply(result, id, chosen.takes);
  }
  reply.note = chosen.note;
  reply.note.outcome = error == nullptr ? "answer" : error->name;
  if (chosen.outcome->fault) fault::apply(*chosen.outcome->fault, reply);
  if (!is_job(call) || refused) return reply_to(std::move(reply));

  if (jobs_.size() >= kMaxJobs) jobs_.erase(jobs_.begin());
  jobs_[call.caller.invocation_id] = std::move(reply);
  rpc::Reply submitted = result_reply(submitted_answer(*chosen.outcome, result), id, {});
  submitted.note = chosen.note;
  submitted.note.outcome = "submitted";
  reply_to(std::move(submitted));
}

void TaskScript::answer_with_token(const rpc::Call& call, const Chosen& chosen,
                                   rpc::ReplyTo reply_to, const Random& random) {
  scheduler_.after(chosen.takes, [this, token = token_call(call, *chosen.outcome)] {
    dispatcher_.call(token, std::make_shared<Unheard>());
  });
  const auto service = std::find_if(natural_.begin(), natural_.end(),
                                    [&](const rpc::Service* s) { return s->takes(call); });
  if (service != natural_.end() && !chosen.outcome->submitted) {
    return (*service)->handle(call, std::move(reply_to));
  }
  Random ids = random.derive("submitted");
  rpc::Reply reply =
      result_reply(chosen.outcome->submitted.value_or(Json::object()), ids.uuid(), {});
  reply.note = chosen.note;
  reply.note.outcome = "submitted";
  reply_to(std::move(reply));
}

void UnscriptedTasks::handle(const rpc::Call& call, rpc::ReplyTo reply_to) {
  const std::string& resource = call.task->resource;
  rpc::Reply reply = rpc::plain_reply(
      200, {{std::string(rpc::kTaskErrorHeader), "Bedlam.NothingAnswers"}},
      "Nothing answers " + resource + " here. Say in a scenario what it answers: tasks: {\"" +
          resource + "\": {answer: {…}}}");
  reply.note.outcome = "Bedlam.NothingAnswers";
  reply.note.mismatch = "no entry of tasks matches '" + resource + "'";
  reply_to(std::move(reply));
}

}  // namespace bedlam::services
