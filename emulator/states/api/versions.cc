// PublishStateMachineVersion, ListStateMachineVersions, DeleteStateMachineVersion.
#include "emulator/states/api/versions.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "emulator/states/api/arn.h"
#include "emulator/states/api/errors.h"
#include "emulator/states/api/operation.h"
#include "emulator/states/api/page.h"

namespace bedlam::states {
namespace {

double created_seconds(const Account& account, const Version& version) {
  return to_epoch_seconds(account.scheduler().wall(version.created));
}

std::vector<std::string> aliases_with(const StateMachine& machine, std::string_view version) {
  std::vector<std::string> names;
  for (const Alias& alias : machine.aliases) {
    const bool routes_to_it = std::any_of(alias.routes.begin(), alias.routes.end(),
                                          [&](const Route& r) { return r.version_arn == version; });
    if (routes_to_it) names.push_back(alias.name);
  }
  return names;
}

}  // namespace

std::optional<std::uint64_t> QualifiedArn::version() const {
  std::uint64_t number = 0;
  const char* const end = qualifier.data() + qualifier.size();
  const auto [stopped, error] = std::from_chars(qualifier.data(), end, number);
  if (qualifier.empty() || error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

Result<QualifiedArn, aws::Error> parse_machine_arn(std::string_view arn) {
  const auto parsed = parse_arn(arn, "stateMachine");
  if (!parsed) return parsed.error();
  const std::size_t colon = parsed->name.find(':');
  if (colon == std::string::npos) return QualifiedArn{std::string(arn), ""};
  QualifiedArn qualified;
  qualified.qualifier = parsed->name.substr(colon + 1);
  qualified.machine_arn = arn.substr(0, arn.size() - qualified.qualifier.size() - 1);
  return qualified;
}

Result<Target, aws::Error> find_target(Account& account, std::string_view arn) {
  const auto parsed = parse_machine_arn(arn);
  if (!parsed) return parsed.error();
  Target target;
  target.machine = account.find_machine(parsed->machine_arn);
  if (target.machine == nullptr) return errors::state_machine_does_not_exist(arn);
  if (!parsed->is_qualified()) return target;
  if (const auto number = parsed->version()) {
    const auto version = target.machine->versions.find(*number);
    if (version == target.machine->versions.end()) return errors::state_machine_does_not_exist(arn);
    target.version = &version->second;
    return target;
  }
  const std::vector<Alias>& aliases = target.machine->aliases;
  const auto alias = std::find_if(aliases.begin(), aliases.end(),
                                  [&](const Alias& a) { return a.name == parsed->qualifier; });
  if (alias == aliases.end()) return errors::state_machine_does_not_exist(arn);
  target.alias = &*alias;
  return target;
}

Result<StateMachine*, aws::Error> find_unqualified(Account& account, std::string_view arn) {
  const auto parsed = parse_machine_arn(arn);
  if (!parsed) return parsed.error();
  StateMachine* const machine = account.find_machine(arn);
  if (machine == nullptr) return errors::state_machine_does_not_exist(arn);
  return machine;
}

std::string version_arn(const StateMachine& machine, std::uint64_t number) {
  return machine.arn + ":" + std::to_string(number);
}

const Version* find_version(Account& account, std::string_view arn) {
  const auto target = find_target(account, arn);
  return target ? target->version : nullptr;
}

Result<std::uint64_t, aws::Error> publish(Account& account, StateMachine& machine,
                                          const std::string* description) {
  for (const auto& [number, version] : machine.versions) {
    if (version.revision == machine.revision) return number;
  }
  if (machine.versions.size() >= kMaxVersions) return errors::too_many_versions();
  Version version{machine.revision, std::nullopt, account.scheduler().now()};
  if (description != nullptr) version.description = *description;
  machine.versions.emplace(++machine.last_version, std::move(version));
  return machine.last_version;
}

Answer publish_state_machine_version(Account& account, const Request& request) {
  const auto machine = find_unqualified(account, *find_text(request.body, "stateMachineArn"));
  if (!machine) return machine.error();
  const std::string* const revision = find_text(request.body, "revisionId");
  if (revision != nullptr && *revision != (*machine)->revision->id) {
    return errors::revision_is_not_current(*revision, (*machine)->revision->id);
  }
  const auto number = publish(account, **machine, find_text(request.body, "description"));
  if (!number) return number.error();
  return Json{{"stateMachineVersionArn", version_arn(**machine, *number)},
              {"creationDate", created_seconds(account, (*machine)->versions.at(*number))}};
}

Answer list_state_machine_versions(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "stateMachineArn");
  const auto machine = find_unqualified(account, arn);
  if (!machine) return machine.error();
  const auto page = Page::of(request.body, "ListStateMachineVersions " + arn, account.random(),
                             account.scheduler().now());
  if (!page) return page.error();
  const std::uint64_t before = page->after_number(UINT64_MAX);
  Json listed = Json::array();
  std::uint64_t last = 0;
  const auto& versions = (*machine)->versions;
  for (auto next = versions.rbegin(); next != versions.rend(); ++next) {
    if (next->first >= before) continue;
    if (listed.size() == page->size()) {
      return Json{{"stateMachineVersions", std::move(listed)},
                  {"nextToken", page->token(std::to_string(last))}};
    }
    last = next->first;
    listed.push_back({{"stateMachineVersionArn", version_arn(**machine, last)},
                      {"creationDate", created_seconds(account, next->second)}});
  }
  return Json{{"stateMachineVersions", std::move(listed)}};
}

Answer delete_state_machine_version(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "stateMachineVersionArn");
  const auto parsed = parse_machine_arn(arn);
  if (!parsed) return parsed.error();
  const auto number = parsed->version();
  if (!number) return errors::routes_without_versions({arn});
  StateMachine* const machine = account.find_machine(parsed->machine_arn);
  if (machine == nullptr) return Json::object();
  const std::vector<std::string> names = aliases_with(*machine, arn);
  if (!names.empty()) return errors::version_in_use(names);
  machine->versions.erase(*number);
  return Json::object();
}

}  // namespace bedlam::states
