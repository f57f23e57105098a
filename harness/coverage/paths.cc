#include "harness/coverage/paths.h"

#include <algorithm>

namespace bedlam::harness {
namespace {

std::string list_text(const Json& errors) {
  std::string text;
  for (const Json& error : errors) {
    if (error.is_string()) text += (text.empty() ? "" : ", ") + error.get<std::string>();
  }
  return text;
}

std::string text_of(const Json& json, std::string_view name) {
  const Json* text = find(json, name);
  return text != nullptr && text->is_string() ? text->get<std::string>() : "";
}

// A text in any of the event's details: they are called after its type.
std::string detail_of(const Json& event, std::string_view name) {
  for (const auto& member : event.items()) {
    if (!member.key().ends_with("EventDetails")) continue;
    if (const std::string text = text_of(member.value(), name); !text.empty()) return text;
  }
  return "";
}

bool fails(const std::string& type) {
  return (type.ends_with("Failed") || type.ends_with("TimedOut")) &&
         !type.starts_with("Execution") && !type.starts_with("MapIteration");
}

bool starts_again(const std::string& type) {
  return type.ends_with("Scheduled") || type == "ParallelStateStarted" || type == "MapStateStarted";
}

// One history, event by event.
struct Event {
  std::string type, state;
  std::size_t previous = 0;
};

}  // namespace

bool takes_error(const Json& error_equals, const std::string& error) {
  for (const Json& name : error_equals) {
    if (name == "States.ALL" || name == error) return true;
    if (name == "States.TaskFailed" && error != "States.Timeout") return true;
  }
  return false;
}

WorkflowPaths::WorkflowPaths(const Json& definition) {
  add_states(definition);
}

void WorkflowPaths::take_all_of(const WorkflowPaths& other) {
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    paths_[i].taken = paths_[i].taken || other.paths_[i].taken;
  }
}

void WorkflowPaths::add_states(const Json& machine) {
  const Json* states = find(machine, "States");
  if (states == nullptr || !states->is_object()) return;
  for (const auto& member : states->items()) add_state(member.key(), member.value());
}

void WorkflowPaths::add_state(const std::string& name, const Json& state) {
  const auto add = [&](Path::Kind kind, std::string what, std::string next, Json errors) {
    of_state_[name].push_back(paths_.size());
    paths_.push_back({kind, name, std::move(what), std::move(next), std::move(errors), false});
  };
  const auto each = [&](std::string_view field, auto&& act) {
    const Json* list = find(state, field);
    if (list == nullptr || !list->is_array()) return;
    for (std::size_t i = 0; i < list->size(); ++i) act((*list)[i], std::to_string(i + 1));
  };
  const auto errors_of = [](const Json& rule) {
    const Json* errors = find(rule, "ErrorEquals");
    return errors == nullptr ? Json::array() : *errors;
  };
  add(Path::Kind::kState, "the state", "", {});
  each("Retry", [&](const Json& rule, const std::string& number) {
    const Json errors = errors_of(rule);
    add(Path::Kind::kRetry, "Retry " + number + " (" + list_text(errors) + ")", "", errors);
  });
  each("Catch", [&](const Json& rule, const std::string& number) {
    const Json errors = errors_of(rule);
    const std::string next = text_of(rule, "Next");
    add(Path::Kind::kCatch, "Catch " + number + " (" + list_text(errors) + "), to " + next, next,
        errors);
  });
  for (const char* field :
       {"TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"}) {
    if (find(state, field) != nullptr) add(Path::Kind::kTimeout, field, "", {});
  }
  each("Choices", [&](const Json& rule, const std::string& number) {
    const std::string next = text_of(rule, "Next");
    add(Path::Kind::kChoice, "Choice " + number + ", to " + next, next, {});
  });
  if (const std::string otherwise = text_of(state, "Default"); !otherwise.empty()) {
    add(Path::Kind::kChoice, "Default, to " + otherwise, otherwise, {});
  }
  each("Branches", [&](const Json& branch, const std::string&) { add_states(branch); });
  for (const char* field : {"ItemProcessor", "Iterator"}) {
    if (const Json* inside = find(state, field)) add_states(*inside);
  }
}

void WorkflowPaths::take(const std::string& state, Path::Kind kind, const std::string& next) {
  const auto known = of_state_.find(state);
  if (known == of_state_.end()) return;
  for (const std::size_t index : known->second) {
    Path& path = paths_[index];
    if (path.kind == kind && path.next == next) path.taken = true;
  }
}

// The first rule that takes the error is the one that acts.
void WorkflowPaths::take_error(const std::string& state, Path::Kind kind, const std::string& error,
                               const std::string& next) {
  const auto known = of_state_.find(state);
  if (known == of_state_.end()) return;
  for (const std::size_t index : known->second) {
    Path& path = paths_[index];
    if (path.kind != kind || path.next != next) continue;
    if (!error.empty() && !takes_error(path.errors, error)) continue;
    path.taken = true;
    return;
  }
}

void WorkflowPaths::follow(const states::History& history, const Scheduler& scheduler) {
  std::vector<Event> events(history.size() + 1);           // by id
  std::map<std::string, std::string, std::less<>> failed;  // by state: its last error
  for (std::size_t i = 0; i < history.size(); ++i) {
    const Json json = history.event(i, scheduler, false);
    Event& event = events[i + 1];
    event.type = json["type"].get<std::string>();
    event.previous = std::min(json["previousEventId"].get<std::size_t>(), i);
    event.state = events[event.previous].state;
    const Event& before = events[event.previous];
    if (event.type.ends_with("StateEntered")) {
      const std::string from = before.type.ends_with("StateExited") ? before.state : "";
      event.state = detail_of(json, "name");
      take(event.state, Path::Kind::kState, "");
      if (from.empty()) continue;
      take(from, Path::Kind::kChoice, event.state);
      if (const auto error = failed.find(from); error != failed.end()) {
        take_error(from, Path::Kind::kCatch, error->second, event.state);
        failed.erase(error);
      }
    } else if (event.type.ends_with("StateExited")) {
      event.state = detail_of(json, "name");
    } else if (fails(event.type)) {
      std::string error = detail_of(json, "error");
      if (event.type.ends_with("TimedOut")) {
        const bool heartbeat = error == "States.HeartbeatTimeout";
        for (const std::size_t index : of_state_[event.state]) {
          Path& path = paths_[index];
          if (path.kind != Path::Kind::kTimeout) continue;
          if (path.what.starts_with("Heartbeat") == heartbeat) path.taken = true;
        }
      }
      failed[event.state] = std::move(error);
    } else if (starts_again(event.type)) {
      const auto error = failed.find(event.state);
      if (error == failed.end()) continue;
      take_error(event.state, Path::Kind::kRetry, error->second, "");
      failed.erase(error);
    } else if (event.type.ends_with("Succeeded")) {
      failed.erase(event.state);
    }
  }
}

}  // namespace bedlam::harness
