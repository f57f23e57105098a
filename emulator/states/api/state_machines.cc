// CreateStateMachine, UpdateStateMachine, DescribeStateMachine[ForExecution], ListStateMachines,
// DeleteStateMachine.
#include <utility>

#include "emulator/states/api/arn.h"
#include "emulator/states/api/errors.h"
#include "emulator/states/api/operation.h"
#include "emulator/states/api/page.h"
#include "emulator/states/api/tags.h"

namespace bedlam::states {
namespace {

// What Describe shows where nothing was configured (recorded).
Json with_logging_defaults(const Json* given) {
  Json logging = given == nullptr ? Json::object() : *given;
  if (!logging.contains("level")) logging["level"] = "OFF";
  if (!logging.contains("includeExecutionData")) logging["includeExecutionData"] = false;
  return logging;
}

Json with_tracing_defaults(const Json* given) {
  Json tracing = given == nullptr ? Json::object() : *given;
  if (!tracing.contains("enabled")) tracing["enabled"] = false;
  return tracing;
}

Json with_encryption_defaults(const Json* given) {
  return given == nullptr ? Json{{"type", "AWS_OWNED_KEY"}} : *given;
}

// Anything but OFF needs exactly one destination; more than one is never right (recorded).
bool has_right_destinations(const Json& logging) {
  const Json* destinations = find(logging, "destinations");
  const std::size_t count = destinations == nullptr ? 0 : destinations->size();
  return count == 1 || (count == 0 && logging.at("level") == "OFF");
}

bool looks_like_a_role(std::string_view arn) {
  return arn.starts_with("arn:") && arn.find(":iam::") != std::string_view::npos &&
         arn.find(":role/") != std::string_view::npos;
}

// What Create and Update check alike, in this order.
std::optional<aws::Error> check_settings(const Request& request) {
  const std::string* role = find_text(request.body, "roleArn");
  if (role != nullptr && !looks_like_a_role(*role)) return errors::invalid_role_arn(*role);
  const Json* logging = find(request.body, "loggingConfiguration");
  if (logging != nullptr && !has_right_destinations(with_logging_defaults(logging))) {
    return errors::not_one_log_destination();
  }
  if (flag_or(request.body, "publish", false)) {
    return errors::not_available_yet("Publishing a state machine version");
  }
  if (find_text(request.body, "versionDescription") != nullptr) {
    return errors::version_description_without_publish();
  }
  return std::nullopt;
}

bool same_settings(const Revision& a, const Revision& b) {
  return a.definition_text == b.definition_text && same_value(a.logging, b.logging) &&
         same_value(a.tracing, b.tracing) && same_value(a.encryption, b.encryption);
}

// The members that the two Describe operations share.
void add_revision(Json& answer, const Revision& revision, bool without_definition) {
  // The model requires the member all the same; that `{}` stands in it is unverified.
  answer["definition"] = without_definition ? "{}" : revision.definition_text;
  answer["roleArn"] = revision.role_arn;
  answer["loggingConfiguration"] = revision.logging;
  answer["tracingConfiguration"] = revision.tracing;
  if (!revision.id.empty()) answer["revisionId"] = revision.id;
  answer["encryptionConfiguration"] = revision.encryption;
  const Json& variables = revision.definition->variable_references();
  if (!variables.empty() && !without_definition) answer["variableReferences"] = variables;
}

bool metadata_only(const Request& request) {
  return text_or(request.body, "includedData") == "METADATA_ONLY";
}

double seconds_at(const Account& account, Instant instant) {
  return to_epoch_seconds(account.scheduler().wall(instant));
}

}  // namespace

Answer create_state_machine(Account& account, const Request& request) {
  const std::string& name = *find_text(request.body, "name");
  if (!is_valid_name(name)) return errors::invalid_name(name);
  if (auto refused = check_settings(request)) return *refused;

  StateMachine machine;
  machine.arn = state_machine_arn(request.caller.region, account.id(), name);
  machine.name = name;
  machine.region = request.caller.region;
  machine.type = text_or(request.body, "type", "STANDARD");
  machine.created = account.scheduler().now();
  Result<Tags, aws::Error> tags = with_tags({}, find(request.body, "tags"), machine.arn);
  if (!tags) return tags.error();
  machine.tags = std::move(*tags);

  auto revision = std::make_shared<Revision>();
  revision->definition_text = *find_text(request.body, "definition");
  auto definition = Definition::parse(revision->definition_text, machine.type);
  if (!definition) return errors::invalid_definition(definition.error());
  revision->definition = std::move(*definition);
  revision->role_arn = *find_text(request.body, "roleArn");
  revision->logging = with_logging_defaults(find(request.body, "loggingConfiguration"));
  revision->tracing = with_tracing_defaults(find(request.body, "tracingConfiguration"));
  revision->encryption = with_encryption_defaults(find(request.body, "encryptionConfiguration"));
  revision->updated = machine.created;
  machine.revision = std::move(revision);

  // The same request again gives the same answer; another role or other tags do not matter (model).
  const StateMachine* existing = account.find_machine(machine.arn);
  if (existing != nullptr &&
      (existing->type != machine.type || !same_settings(*existing->revision, *machine.revision))) {
    return errors::state_machine_already_exists(machine.arn);
  }
  if (existing == nullptr) {
    if (account.machines().size() >= kMaxStateMachines) {
      return errors::state_machine_limit_exceeded();
    }
    existing = &account.add_machine(std::move(machine));
  }
  return Json{{"stateMachineArn", existing->arn},
              {"creationDate", seconds_at(account, existing->created)}};
}

Answer update_state_machine(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "stateMachineArn");
  auto parsed = parse_arn(arn, "stateMachine");
  if (!parsed) return parsed.error();
  StateMachine* machine = account.find_machine(arn);
  if (machine == nullptr) return errors::state_machine_does_not_exist(arn);

  const Json* logging = find(request.body, "loggingConfiguration");
  const Json* tracing = find(request.body, "tracingConfiguration");
  const Json* encryption = find(request.body, "encryptionConfiguration");
  const std::string* role = find_text(request.body, "roleArn");
  const std::string* text = find_text(request.body, "definition");
  if (!logging && !tracing && !encryption && !role && !text) return errors::nothing_to_update();
  if (auto refused = check_settings(request)) return *refused;

  auto revision = std::make_shared<Revision>(*machine->revision);
  if (text != nullptr) {
    auto definition = Definition::parse(*text, machine->type);
    if (!definition) return errors::invalid_definition(definition.error());
    revision->definition = std::move(*definition);
    revision->definition_text = *text;
  }
  if (role != nullptr) revision->role_arn = *role;
  if (logging != nullptr) revision->logging = with_logging_defaults(logging);
  if (tracing != nullptr) revision->tracing = with_tracing_defaults(tracing);
  if (encryption != nullptr) revision->encryption = *encryption;

  // A call that changes nothing makes no revision (recorded).
  if (!same_settings(*revision, *machine->revision) ||
      revision->role_arn != machine->revision->role_arn) {
    revision->id = account.next_uuid();
    revision->updated = account.scheduler().now();
    machine->revision = std::move(revision);
  }
  Json answer = {{"updateDate", seconds_at(account, account.scheduler().now())}};
  if (!machine->revision->id.empty()) answer["revisionId"] = machine->revision->id;
  return answer;
}

Answer describe_state_machine(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "stateMachineArn");
  auto parsed = parse_arn(arn, "stateMachine");
  if (!parsed) return parsed.error();
  const StateMachine* machine = account.find_machine(arn);
  if (machine == nullptr) return errors::state_machine_does_not_exist(arn);

  Json answer = {{"stateMachineArn", machine->arn},
                 {"name", machine->name},
                 {"status", "ACTIVE"},
                 {"type", machine->type},
                 {"creationDate", seconds_at(account, machine->created)}};
  add_revision(answer, *machine->revision, metadata_only(request));
  return answer;
}

Answer describe_state_machine_for_execution(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "executionArn");
  auto parsed = parse_arn(arn, "execution");
  if (!parsed) return parsed.error();
  const ExecutionRecord* record = account.find_execution(arn);
  if (record == nullptr) return errors::execution_does_not_exist(arn);

  Json answer = {{"stateMachineArn", record->state_machine_arn},
                 {"name", record->state_machine_name},
                 {"updateDate", seconds_at(account, record->revision->updated)}};
  add_revision(answer, *record->revision, metadata_only(request));
  return answer;
}

Answer list_state_machines(Account& account, const Request& request) {
  const std::string& region = request.caller.region;
  auto page = Page::of(request.body, "ListStateMachines " + region, account.random(),
                       account.scheduler().now());
  if (!page) return page.error();
  Json listed = Json::array();
  std::string last;
  const auto& machines = account.machines();
  auto next = page->after() ? machines.upper_bound(*page->after()) : machines.begin();
  for (; next != machines.end(); ++next) {
    const StateMachine& machine = next->second;
    if (machine.region != region) continue;
    if (listed.size() == page->size()) {
      return Json{{"stateMachines", std::move(listed)}, {"nextToken", page->token(last)}};
    }
    last = machine.arn;
    listed.push_back({{"stateMachineArn", machine.arn},
                      {"name", machine.name},
                      {"type", machine.type},
                      {"creationDate", seconds_at(account, machine.created)}});
  }
  return Json{{"stateMachines", std::move(listed)}};
}

Answer delete_state_machine(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "stateMachineArn");
  auto parsed = parse_arn(arn, "stateMachine");
  if (!parsed) return parsed.error();
  account.delete_machine(arn);
  return Json::object();
}

}  // namespace bedlam::states
