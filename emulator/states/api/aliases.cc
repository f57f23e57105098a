// CreateStateMachineAlias, UpdateStateMachineAlias, DescribeStateMachineAlias,
// ListStateMachineAliases, DeleteStateMachineAlias.
#include <algorithm>
#include <utility>
#include <vector>

#include "emulator/states/api/errors.h"
#include "emulator/states/api/operation.h"
#include "emulator/states/api/page.h"
#include "emulator/states/api/versions.h"

namespace bedlam::states {
namespace {

double alias_seconds(const Account& account, Instant instant) {
  return to_epoch_seconds(account.scheduler().wall(instant));
}

Json to_json(const std::vector<Route>& routes) {
  Json shown = Json::array();
  for (const Route& route : routes) {
    shown.push_back({{"stateMachineVersionArn", route.version_arn}, {"weight", route.weight}});
  }
  return shown;
}

bool same_routes(const std::vector<Route>& a, const std::vector<Route>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Route& x, const Route& y) {
    return x.version_arn == y.version_arn && x.weight == y.weight;
  });
}

std::optional<std::string> description_in(const Request& request) {
  const std::string* const text = find_text(request.body, "description");
  return text == nullptr ? std::nullopt : std::optional(*text);
}

// The routes that are asked for, checked in AWS's order (recorded): versions, distinct ones, of one
// machine, whose weights add up, and that exist.
Result<std::vector<Route>, aws::Error> read_routes(Account& account, const Json& list) {
  std::vector<Route> routes;
  std::vector<std::string> arns, machines;
  std::vector<std::int64_t> weights;
  bool all_versions = true;
  for (const Json& item : list) {
    const std::string& arn = *find_text(item, "stateMachineVersionArn");
    const auto parsed = parse_machine_arn(arn);
    all_versions = all_versions && parsed && parsed->version();
    arns.push_back(arn);
    machines.push_back(parsed ? parsed->machine_arn : "");
    weights.push_back(number_or(item, "weight", 0));
    routes.push_back({arn, weights.back()});
  }
  if (!all_versions) return errors::routes_without_versions(arns);
  if (arns.size() == 2 && arns[0] == arns[1]) return errors::routes_not_distinct(arns);
  if (machines.size() == 2 && machines[0] != machines[1]) {
    return errors::routes_of_several_machines(arns);
  }
  std::int64_t sum = 0;
  for (const std::int64_t weight : weights) sum += weight;
  if (sum != 100) return errors::weights_not_100(weights);
  for (const std::string& arn : arns) {
    if (find_version(account, arn) == nullptr) return errors::referenced_resource_missing(arn);
  }
  return routes;
}

// The machine and the place of an alias among its aliases; nullopt where there is none.
struct AliasPlace {
  StateMachine* machine;
  std::vector<Alias>::iterator at;
};
Result<std::optional<AliasPlace>, aws::Error> place_of(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "stateMachineAliasArn");
  const auto parsed = parse_machine_arn(arn);
  if (!parsed) return parsed.error();
  StateMachine* const machine = account.find_machine(parsed->machine_arn);
  if (machine == nullptr) return std::optional<AliasPlace>();
  const auto at = std::find_if(machine->aliases.begin(), machine->aliases.end(),
                               [&](const Alias& alias) { return alias.arn == arn; });
  if (at == machine->aliases.end()) return std::optional<AliasPlace>();
  return std::optional<AliasPlace>({machine, at});
}

// The alias of a request; ResourceNotFound where it is not there (recorded).
Result<Alias*, aws::Error> named_alias(Account& account, const Request& request) {
  const auto place = place_of(account, request);
  if (!place) return place.error();
  if (!*place) {
    return errors::referenced_resource_missing(*find_text(request.body, "stateMachineAliasArn"));
  }
  return &*(*place)->at;
}

}  // namespace

Answer create_state_machine_alias(Account& account, const Request& request) {
  auto routes = read_routes(account, request.body.at("routingConfiguration"));
  if (!routes) return routes.error();
  StateMachine& machine = *find_target(account, routes->front().version_arn)->machine;

  Alias alias;
  alias.name = *find_text(request.body, "name");
  alias.arn = machine.arn + ":" + alias.name;
  alias.description = description_in(request);
  alias.routes = std::move(*routes);
  alias.created = alias.updated = account.scheduler().now();
  const auto existing = std::find_if(machine.aliases.begin(), machine.aliases.end(),
                                     [&](const Alias& other) { return other.name == alias.name; });
  if (existing == machine.aliases.end()) {
    if (machine.aliases.size() >= kMaxAliases) return errors::too_many_aliases();
    machine.aliases.push_back(alias);
  } else if (existing->description != alias.description ||
             !same_routes(existing->routes, alias.routes)) {
    return errors::alias_differs();
  } else {
    alias = *existing;
  }
  return Json{{"stateMachineAliasArn", alias.arn},
              {"creationDate", alias_seconds(account, alias.created)}};
}

Answer update_state_machine_alias(Account& account, const Request& request) {
  const auto alias = named_alias(account, request);
  if (!alias) return alias.error();
  const Json* const list = find(request.body, "routingConfiguration");
  const auto description = description_in(request);
  if (list == nullptr && !description) return errors::nothing_to_update_of_alias();
  if (list != nullptr) {
    auto routes = read_routes(account, *list);
    if (!routes) return routes.error();
    const std::string& version = routes->front().version_arn;
    if (version.substr(0, version.rfind(':')) !=
        (*alias)->arn.substr(0, (*alias)->arn.rfind(':'))) {
      return errors::routes_of_several_machines({version});
    }
    (*alias)->routes = std::move(*routes);
  }
  if (description) (*alias)->description = description;
  (*alias)->updated = account.scheduler().now();
  return Json{{"updateDate", alias_seconds(account, (*alias)->updated)}};
}

Answer describe_state_machine_alias(Account& account, const Request& request) {
  const auto found = named_alias(account, request);
  if (!found) return found.error();
  const Alias& alias = **found;
  Json answer = {{"stateMachineAliasArn", alias.arn}, {"name", alias.name}};
  if (alias.description) answer["description"] = *alias.description;
  answer["routingConfiguration"] = to_json(alias.routes);
  answer["creationDate"] = alias_seconds(account, alias.created);
  answer["updateDate"] = alias_seconds(account, alias.updated);
  return answer;
}

// Of a machine, or those that route to a version.
Answer list_state_machine_aliases(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "stateMachineArn");
  const auto target = find_target(account, arn);
  if (!target) return target.error();
  const auto page = Page::of(request.body, "ListStateMachineAliases " + arn, account.random(),
                             account.scheduler().now());
  if (!page) return page.error();
  std::size_t seen = page->after_number(0);
  Json listed = Json::array();
  const std::vector<Alias>& aliases = target->machine->aliases;
  for (; seen < aliases.size(); ++seen) {
    const Alias& alias = aliases[seen];
    const bool routes_to_it =
        std::any_of(alias.routes.begin(), alias.routes.end(),
                    [&](const Route& route) { return route.version_arn == arn; });
    if (target->version != nullptr && !routes_to_it) continue;
    if (listed.size() == page->size()) {
      return Json{{"stateMachineAliases", std::move(listed)},
                  {"nextToken", page->token(std::to_string(seen))}};
    }
    listed.push_back({{"stateMachineAliasArn", alias.arn},
                      {"creationDate", alias_seconds(account, alias.created)}});
  }
  return Json{{"stateMachineAliases", std::move(listed)}};
}

// Deleting what is not there is no error (recorded).
Answer delete_state_machine_alias(Account& account, const Request& request) {
  const auto place = place_of(account, request);
  if (!place) return place.error();
  if (*place) (*place)->machine->aliases.erase((*place)->at);
  return Json::object();
}

}  // namespace bedlam::states
