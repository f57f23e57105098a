#include "emulator/states/api/step_functions.h"

#include <algorithm>
#include <utility>

#include "emulator/rpc/json_protocol.h"
#include "emulator/states/api/arn.h"
#include "emulator/states/api/errors.h"
#include "emulator/states/api/operation.h"

namespace bedlam::states {
namespace {

constexpr std::string_view kTarget = "AWSStepFunctions.";

const Operation* find_operation(std::string_view name) {
  const auto all = operations();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Operation& o) { return o.name == name; });
  return found == all.end() ? nullptr : &*found;
}

rpc::Reply to_reply(const Json& answer, std::string request_id) {
  rpc::Reply reply = rpc::plain_reply(
      200,
      {{"x-amzn-RequestId", std::move(request_id)}, {"Content-Type", "application/x-amz-json-1.0"}},
      bedlam::to_text(answer));
  reply.note.outcome = "answer";
  return reply;
}

// Of arn:aws:states:REGION:…, counted from 0.
std::string arn_part(std::string_view arn, int part) {
  for (; part > 0; --part) arn.remove_prefix(std::min(arn.find(':'), arn.size() - 1) + 1);
  return std::string(arn.substr(0, arn.find(':')));
}

}  // namespace

StepFunctions::StepFunctions(Scheduler& scheduler, rpc::Dispatcher& dispatcher, Options options)
    : options_(std::move(options)),
      random_(Random(options_.seed).derive("states")),
      account_(std::make_shared<Account>(options_.account, random_, scheduler, dispatcher,
                                         options_.logs)) {}

std::optional<rpc::Call> StepFunctions::recognise(const aws::HttpRequest& request) const {
  return rpc::json_call(request, kTarget, name());
}

void StepFunctions::handle(const rpc::Call& call, rpc::ReplyTo reply_to) {
  std::string id = next_request_id();
  const Operation* operation = find_operation(call.operation);
  if (operation == nullptr) {
    return reply_to(errors::to_reply(errors::unknown_operation(), std::move(id)));
  }
  const Result<Json, aws::Error> body = parse_request(call.body, operation->input);
  if (!body) return reply_to(errors::to_reply(body.error(), std::move(id)));

  const AnswerTo answer_to = [reply_to = std::move(reply_to), id](const Answer& answer) {
    reply_to(answer ? to_reply(*answer, id) : errors::to_reply(answer.error(), id));
  };
  const Request request{*body, call.caller, call.task.get()};
  if (operation->answer != nullptr) return answer_to(operation->answer(*account_, request));
  operation->answer_later(*account_, request, answer_to);
}

rpc::Reply StepFunctions::refuse(const aws::Error& error) {
  return errors::to_reply(errors::turned_away(error), next_request_id());
}

Result<std::string, std::vector<Finding>> StepFunctions::deploy(const std::string& name,
                                                                std::string_view definition,
                                                                std::string_view type) {
  if (!is_valid_name(name)) {
    return std::vector<Finding>{
        {Finding::Severity::kError, "INVALID_NAME", errors::invalid_name(name).message, ""}};
  }
  auto parsed = Definition::parse(definition, type);
  if (!parsed) return parsed.error();

  StateMachine machine;
  machine.arn = state_machine_arn(options_.region, options_.account, name);
  machine.name = name;
  machine.region = options_.region;
  machine.type = type;
  machine.created = account_->scheduler().now();
  auto revision = std::make_shared<Revision>();
  revision->definition_text = definition;
  revision->definition = std::move(*parsed);
  revision->role_arn = "arn:aws:iam::" + options_.account + ":role/bedlam";
  revision->logging = {{"level", "OFF"}, {"includeExecutionData", false}};
  revision->tracing = {{"enabled", false}};
  revision->encryption = {{"type", "AWS_OWNED_KEY"}};
  revision->updated = machine.created;

  const StateMachine* existing = account_->find_machine(machine.arn);
  if (existing != nullptr && existing->type != type) {
    account_->delete_machine(machine.arn);
  } else if (existing != nullptr) {
    revision->id = account_->next_uuid();
    StateMachine renewed = *existing;  // its versions, aliases and tags stay
    renewed.revision = std::move(revision);
    return account_->add_machine(std::move(renewed)).arn;
  }
  machine.revision = std::move(revision);
  return account_->add_machine(std::move(machine)).arn;
}

std::optional<std::string> StepFunctions::find_arn(std::string_view name) const {
  std::string arn = state_machine_arn(options_.region, options_.account, name);
  if (account_->find_machine(arn) == nullptr) return std::nullopt;
  return arn;
}

std::shared_ptr<const Execution> StepFunctions::find_execution(std::string_view arn) const {
  const ExecutionRecord* record = account_->find_execution(arn);
  return record == nullptr ? nullptr : record->execution;
}

std::vector<StartedExecution> StepFunctions::executions(std::uint64_t from) const {
  std::vector<StartedExecution> executions;
  for (const ExecutionRecord* record : account_->executions_from(from)) {
    executions.push_back(
        {record->number, record->arn, record->name, arn_part(record->arn, 3),
         record->state_machine_name, record->map_run_arn, arn_part(record->arn, 5) == "express",
         record->revision ? record->revision->definition_text : std::string(), record->execution});
  }
  return executions;
}

std::string StepFunctions::next_request_id() {
  return random_.derive("request", ++requests_).uuid();
}

}  // namespace bedlam::states
