#include "emulator/app/control_plane.h"

#include <algorithm>
#include <array>

#include "emulator/app/emulator.h"
#include "emulator/app/journal_reply.h"
#include "emulator/app/version.h"

namespace bedlam::app {
namespace {

constexpr std::string_view kPrefix = "/_bedlam/";

rpc::Reply answer(int status, const Json& body) {
  return rpc::plain_reply(status, {{"Content-Type", "application/json"}}, to_text(body) + "\n");
}

rpc::Reply refused(int status, std::string message) {
  return answer(status, {{"errors", Json::array({std::move(message)})}});
}

rpc::Reply health(Emulator& emulator, const std::string& /*body*/) {
  return answer(200, {{"status", "ok"}, {"version", kVersion}, {"seed", emulator.options().seed}});
}

rpc::Reply journal(Emulator& emulator, const std::string& /*body*/) {
  return journal_reply(emulator.journal());
}

rpc::Reply load_scenario(Emulator& emulator, const std::string& body) {
  const auto scenario = scenario::parse_scenario(body, "scenario", scenario::NamedFiles::kRefused);
  if (!scenario) return answer(400, errors_json(scenario.error()));
  if (const auto mistakes = not_for_a_server(*scenario); !mistakes.empty()) {
    return answer(400, errors_json(mistakes));
  }
  const auto loaded = emulator.load(*scenario);
  if (!loaded) return answer(400, errors_json(loaded.error()));
  return answer(200, {{"status", "loaded"}});
}

rpc::Reply reset(Emulator& emulator, const std::string& /*body*/) {
  emulator.reset();
  return answer(200, {{"status", "reset"}});
}

rpc::Reply clock(Emulator& emulator, const std::string& /*body*/) {
  Scheduler& scheduler = emulator.scheduler();
  Json json{{"now", to_iso8601(scheduler.wall_now())},
            {"elapsed", seconds(scheduler.now().time_since_epoch())}};
  const auto next = scheduler.next_due();
  json["next_timer"] = next ? Json(seconds(next->time_since_epoch())) : Json();
  return answer(200, json);
}

rpc::Reply advance_clock(Emulator& emulator, const std::string& body) {
  if (!emulator.options().advance_by_hand) {
    return refused(409, "this clock is not yours to move: start with --clock virtual");
  }
  const auto request = parse_json(body);
  const Json* text = request ? find(*request, "advance") : nullptr;
  const auto by = text != nullptr && text->is_string()
                      ? parse_duration(text->get_ref<const std::string&>())
                      : std::nullopt;
  if (!by) return refused(400, R"(the body is {"advance": "3s"})");
  emulator.scheduler().advance_to(emulator.scheduler().now() + *by);
  return clock(emulator, body);
}

rpc::Reply lateness(Emulator& emulator, const std::string& /*body*/) {
  const auto& report = emulator.lateness_report();
  return report ? answer(200, report(false))
                : refused(409, "only a real clock can be late: start with --clock real");
}

rpc::Reply forget_lateness(Emulator& emulator, const std::string& body) {
  const auto& report = emulator.lateness_report();
  return report ? answer(200, report(true)) : lateness(emulator, body);
}

struct Route {
  std::string_view method, path;
  rpc::Reply (*answer)(Emulator&, const std::string& body);
};

constexpr std::array<Route, 8> kRoutes{{{"GET", "health", health},
                                        {"GET", "journal", journal},
                                        {"POST", "scenario", load_scenario},
                                        {"POST", "reset", reset},
                                        {"GET", "clock", clock},
                                        {"POST", "clock", advance_clock},
                                        {"GET", "lateness", lateness},
                                        {"POST", "lateness", forget_lateness}}};

// Every path once: the emulator's own, then those of its owner.
std::string known_paths(const Emulator& emulator) {
  std::vector<std::string> paths;
  const auto add = [&paths](std::string_view path) {
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.emplace_back(path);
  };
  for (const Route& route : kRoutes) add(route.path);
  for (const std::string& path : emulator.added_paths()) add(path);
  std::string text = paths.front();
  for (std::size_t i = 1; i < paths.size(); ++i) {
    text += (i + 1 == paths.size() ? " and " : ", ") + paths[i];
  }
  return text;
}

rpc::Reply answer_to(Emulator& emulator, const rpc::Call& call) {
  bool path_known = false;
  for (const Route& route : kRoutes) {
    if (route.path != call.resource) continue;
    const bool head = call.operation == "HEAD" && route.method == "GET";
    if (head || route.method == call.operation) return route.answer(emulator, call.body);
    path_known = true;
  }
  if (path_known) return refused(405, call.operation + " is not for this path");
  return refused(404,
                 "there is no /_bedlam/" + call.resource + "; there are " + known_paths(emulator));
}

}  // namespace

Diagnostics not_for_a_server(const scenario::Scenario& scenario) {
  const auto mistake = [&](Position position, const std::string& word) {
    return Diagnostic{Severity::kError, scenario.file, position,
                      "'" + word + "' is nothing for a running server",
                      "`bedlam test` runs such a file; leave 'run' and 'needs' out of what is "
                      "sent here"};
  };
  if (!scenario.needs.empty()) return {mistake({}, "needs")};
  if (!scenario.run.empty()) return {mistake(scenario.run.front().position, "run")};
  return {};
}

Json errors_json(const Diagnostics& mistakes) {
  Json errors = Json::array();
  for (const Diagnostic& mistake : mistakes) errors.push_back(format(mistake));
  return {{"errors", std::move(errors)}};
}

std::optional<rpc::Call> ControlPlane::recognise(const aws::HttpRequest& request) const {
  const std::string_view path = request.path();
  if (!path.starts_with(kPrefix)) return std::nullopt;
  rpc::Call call;
  call.service = name();
  call.operation = request.method;
  call.resource = path.substr(kPrefix.size());
  return call;
}

void ControlPlane::handle(const rpc::Call& call, rpc::ReplyTo reply_to) {
  const bool head = call.operation == "HEAD";
  const std::string_view method = head ? std::string_view("GET") : call.operation;
  if (const auto* added = emulator_.find_control(method, call.resource)) {
    ControlAnswer given = (*added)(call.body);
    reply_to(rpc::plain_reply(given.status, {{"Content-Type", given.content_type}},
                              std::move(given.body)));
    return;
  }
  reply_to(answer_to(emulator_, call));
}

}  // namespace bedlam::app
