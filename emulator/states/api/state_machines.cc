// CreateStateMachine, UpdateStateMachine, DescribeStateMachine[ForExecution], ListStateMachines,
// DeleteStateMachine.
#include <utility>

#include "emulator/states/api/arn.h"
#include "emulator/states/api/errors.h"
#include "emulator/states/api/logging.h"
#include "emulator/states/api/operation.h"
#include "emulator/states/api/page.h"
#include "emulator/states/api/tags.h"
#include "emulator/states/api/versions.h"

namespace bedlam::states {
namespace {

Json with_tracing_defaults(const Json* given) {
  Json tracing = given == nullptr ? Json::object() : *given;
  if (!tracing.contains("enabled")) tracing["enabled"] = false;
  return tracing;
}

// Model, EncryptionConfiguration: data keys are used again for 300 seconds.
Json with_encryption_defaults(const Json* given) {
  constexpr std::int64_t kReuseSeconds = 300;
  if (given == nullptr) return {{"type", "AWS_OWNED_KEY"}};
  Json encryption = *given;
  if (encryption.at("type") != "AWS_OWNED_KEY" &&
      !encryption.contains("kmsDataKeyReusePeriodSeconds")) {
    encryption["kmsDataKeyReusePeriodSeconds"] = kReuseSeconds;
  }
  return encryption;
}

// A key of the customer's must be named, and only that has settings.
std::optional<aws::Error> check_encryption(const Json& encryption) {
  const bool own_key = encryption.at("type") != "AWS_OWNED_KEY";
  if (own_key && !encryption.contains("kmsKeyId")) return errors::kms_key_missing();
  if (!own_key && encryption.size() > 1) return errors::kms_key_not_asked_for();
  return std::nullopt;
}

bool looks_like_a_role(std::string_view arn) {
  return arn.starts_with("arn:") && arn.find(":iam::") != std::string_view::npos &&
         arn.find(":role/") != std::string_view::npos;
}

// What Create and Update check alike, in this order.
std::optional<aws::Error> check_settings(const Account& account, const Request& request) {
  const std::string* role = find_text(request.body, "roleArn");
  if (role != nullptr && !looks_like_a_role(*role)) return errors::invalid_role_arn(*role);
  const Json* logging = find(request.body, "loggingConfiguration");
  if (logging != nullptr) {
    if (auto refused = check_logging(account, with_logging_defaults(logging))) return refused;
  }
  if (const Json* const encryption = find(request.body, "encryptionConfiguration")) {
    if (auto refused = check_encryption(*encryption)) return refused;
  }
  if (find_text(request.body, "versionDescription") != nullptr &&
      !flag_or(request.body, "publish", false)) {
    return errors::version_description_without_publish();
  }
  return std::nullopt;
}

bool same_settings(const Revision& a, const Revision& b) {
  return a.definition_text == b.definition_text && same_value(a.logging, b.logging) &&
         same_value(a.tracing, b.tracing) && same_value(a.encryption, b.encryption);
}

// Whether creating `asked` is what created `existing`; another role or other tags do not matter
// (model).
bool same_creation(const StateMachine& existing, const StateMachine& asked) {
  return existing.type == asked.type && same_settings(*existing.revision, *asked.revision) &&
         existing.created_published == asked.created_published &&
         existing.created_description == asked.created_description;
}

// Publishes where the request says so, and adds the version to the answer.
std::optional<aws::Error> publish_if_asked(Account& account, const Request& request,
                                           StateMachine& machine, Json& answer) {
  if (!flag_or(request.body, "publish", false)) return std::nullopt;
  const auto number = publish(account, machine, find_text(request.body, "versionDescription"));
  if (!number) return number.error();
  answer["stateMachineVersionArn"] = version_arn(machine, *number);
  return std::nullopt;
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
  if (auto refused = check_settings(account, request)) return *refused;

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

  machine.created_published = flag_or(request.body, "publish", false);
  if (const std::string* text = find_text(request.body, "versionDescription")) {
    machine.created_description = *text;
  }

  // The same request again gives the same answer.
  StateMachine* existing = account.find_machine(machine.arn);
  if (existing != nullptr && !same_creation(*existing, machine)) {
    return errors::state_machine_already_exists(machine.arn);
  }
  if (existing == nullptr) {
    if (account.machines().size() >= kMaxStateMachines) {
      return errors::state_machine_limit_exceeded();
    }
    existing = &account.add_machine(std::move(machine));
  }
  Json answer = {{"stateMachineArn", existing->arn},
                 {"creationDate", seconds_at(account, existing->created)}};
  if (auto refused = publish_if_asked(account, request, *existing, answer)) return *refused;
  return answer;
}

Answer update_state_machine(Account& account, const Request& request) {
  const auto found = find_unqualified(account, *find_text(request.body, "stateMachineArn"));
  if (!found) return found.error();
  StateMachine* const machine = *found;

  const Json* logging = find(request.body, "loggingConfiguration");
  const Json* tracing = find(request.body, "tracingConfiguration");
  const Json* encryption = find(request.body, "encryptionConfiguration");
  const std::string* role = find_text(request.body, "roleArn");
  const std::string* text = find_text(request.body, "definition");
  if (!logging && !tracing && !encryption && !role && !text) return errors::nothing_to_update();
  if (auto refused = check_settings(account, request)) return *refused;

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
  if (encryption != nullptr) revision->encryption = with_encryption_defaults(encryption);

  // A call that changes nothing makes no revision (recorded).
  if (!same_settings(*revision, *machine->revision) ||
      revision->role_arn != machine->revision->role_arn) {
    revision->id = account.next_uuid();
    revision->updated = account.scheduler().now();
    machine->revision = std::move(revision);
  }
  Json answer = {{"updateDate", seconds_at(account, account.scheduler().now())}};
  if (!machine->revision->id.empty()) answer["revisionId"] = machine->revision->id;
  if (auto refused = publish_if_asked(account, request, *machine, answer)) return *refused;
  return answer;
}

Answer describe_state_machine(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "stateMachineArn");
  const auto target = find_target(account, arn);
  if (!target) return target.error();
  // An alias may stand for two versions, and has an operation of its own.
  if (target->alias != nullptr) return errors::state_machine_does_not_exist(arn);

  const StateMachine& machine = *target->machine;
  const Version* const version = target->version;
  const Instant created = version == nullptr ? machine.created : version->created;
  Json answer = {{"stateMachineArn", arn},
                 {"name", machine.name},
                 {"status", "ACTIVE"},
                 {"type", machine.type},
                 {"creationDate", seconds_at(account, created)}};
  add_revision(answer, version == nullptr ? *machine.revision : *version->revision,
               metadata_only(request));
  if (version != nullptr && version->description) answer["description"] = *version->description;
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
  const auto parsed = parse_machine_arn(arn);
  if (!parsed) return parsed.error();
  if (parsed->is_qualified()) return errors::qualified_arn(arn);
  account.delete_machine(arn);
  return Json::object();
}

}  // namespace bedlam::states
