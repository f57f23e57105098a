#include "harness/coverage/paths.h"

#include <algorithm>
#include <optional>

#include "emulator/states/failure.h"

namespace bedlam::harness {
namespace {

std::string list_text(const Json& errors) {
  std::string text;
  for (const Json& error : errors) {
    if (error.is_string()) text += (text.empty() ? "" : ", ") + error.get<std::string>();
  }
  return text;
}

// A text in any of the event's details: they are called after its type.
std::string detail_of(const Json& event, std::string_view name) {
  for (const auto& member : event.items()) {
    if (!member.key().ends_with("EventDetails")) continue;
    if (const std::string text = text_member(member.value(), name); !text.empty()) return text;
  }
  return "";
}

// A number in them.
double seconds_in(const Json& event, std::string_view name) {
  for (const auto& member : event.items()) {
    if (!member.key().ends_with("EventDetails")) continue;
    const Json* number = find(member.value(), name);
    if (number != nullptr && number->is_number()) return number->get<double>();
  }
  return 0;
}

bool fails(const std::string& type) {
  return (type.ends_with("Failed") || type.ends_with("TimedOut")) &&
         !type.starts_with("Execution") && !type.starts_with("MapIteration");
}

bool starts_again(const std::string& type) {
  return type.ends_with("Scheduled") || type == "ParallelStateStarted" || type == "MapStateStarted";
}

// One history, event by event: which state each belongs to, and the error that led to it. Several
// iterations of a Map are in the same state at a time; only the chain of previous events tells them
// apart.
class Trail {
 public:
  struct Event {
    std::string type;
    std::size_t frame = 0;             // of the state that it is in
    std::optional<std::string> error;  // of the failure that it comes from, until that is settled
    bool heartbeat = false;            // that is a missed heartbeat, which is called a timeout too
    double scheduled = 0, limit = 0;   // of the task that it is in, in seconds; 0: it has none
  };

  explicit Trail(std::size_t size) : events_(size + 1), frames_(1) {}

  // In order, from the first. `before`: the event that it follows.
  const Event& add(const Json& json) {
    const std::size_t id = ++last_;
    before_ = std::min(json["previousEventId"].get<std::size_t>(), id - 1);
    const Event& before = events_[before_];
    Event& event = events_[id];
    event.type = json["type"].get<std::string>();
    event.frame = before.frame;
    event.error = before.error;
    event.heartbeat = before.heartbeat;
    event.scheduled = before.scheduled;
    event.limit = before.limit;
    if (event.type.ends_with("Scheduled")) {
      event.scheduled = json["timestamp"].get<double>();
      event.limit = seconds_in(json, "timeoutInSeconds");
    }
    const std::string name = detail_of(json, "name");
    if (event.type.ends_with("StateEntered")) {
      const bool beside = before.type.ends_with("StateExited");
      frames_.push_back({name, event.type, beside ? frames_[before.frame].outer : before.frame});
      event.frame = frames_.size() - 1;
      event.error.reset();
    } else if (event.type.ends_with("StateExited")) {
      while (event.frame != 0 && frames_[event.frame].state != name) {
        event.frame = frames_[event.frame].outer;
      }
      // It is said to follow the last iteration, which may have failed within what is tolerated.
      if (events_[id - 1].type.ends_with("StateSucceeded")) event.error.reset();
    } else if (fails(event.type)) {
      const std::string error = detail_of(json, "error");
      if (!error.empty() || !event.error) event.error = error;
      event.heartbeat =
          event.type.ends_with("TimedOut") && is_early(event, json["timestamp"].get<double>());
      if (event.type.ends_with("StateFailed")) event.frame = around(before, event.type);
    } else if (event.type.ends_with("Succeeded")) {
      event.error.reset();
    } else if (event.type == "ParallelStateStarted" || event.type == "MapStateStarted") {
      event.frame = around(before, event.type);
    }
    return event;
  }

  const Event& before() const { return events_[before_]; }
  const std::string& state_of(const Event& event) const { return frames_[event.frame].state; }
  // It has been retried.
  void settle() { events_[last_].error.reset(); }

 private:
  struct Frame {
    std::string state, entered;  // "MapStateEntered"
    std::size_t outer = 0;
  };

  // A task that timed out before its time was up has missed a heartbeat: the history calls both
  // States.Timeout (recorded).
  static bool is_early(const Event& event, double at) {
    constexpr double kRounding = 1e-3;
    return event.limit == 0 || at - event.scheduled + kRounding < event.limit;
  }

  // The Parallel or Map that the event of that type is of: the one that `before` is in itself, or
  // the nearest around the state that failed there.
  std::size_t around(const Event& before, const std::string& type) const {
    const std::string_view kind = type.starts_with("Map") ? "Map" : "Parallel";
    std::size_t frame = before.frame;
    if (before.type.ends_with("StateFailed")) frame = frames_[frame].outer;
    while (frame != 0 && !frames_[frame].entered.starts_with(kind)) frame = frames_[frame].outer;
    return frame;
  }

  std::vector<Event> events_;  // by id
  std::vector<Frame> frames_;  // the first is the execution's own
  std::size_t last_ = 0, before_ = 0;
};

}  // namespace

bool takes_error(const Json& error_equals, const std::string& error, bool heartbeat) {
  return std::any_of(error_equals.begin(), error_equals.end(), [&](const Json& name) {
    return name.is_string() &&
           states::error_name_takes(name.get_ref<const std::string&>(), error, heartbeat);
  });
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
    const std::string next = text_member(rule, "Next");
    add(Path::Kind::kCatch, "Catch " + number + " (" + list_text(errors) + "), to " + next, next,
        errors);
  });
  for (const char* field :
       {"TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"}) {
    if (find(state, field) != nullptr) add(Path::Kind::kTimeout, field, "", {});
  }
  each("Choices", [&](const Json& rule, const std::string& number) {
    const std::string next = text_member(rule, "Next");
    add(Path::Kind::kChoice, "Choice " + number + ", to " + next, next, {});
  });
  if (const std::string otherwise = text_member(state, "Default"); !otherwise.empty()) {
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
                               bool heartbeat, const std::string& next) {
  const auto known = of_state_.find(state);
  if (known == of_state_.end()) return;
  for (const std::size_t index : known->second) {
    Path& path = paths_[index];
    if (path.kind != kind || path.next != next) continue;
    if (!error.empty() && !takes_error(path.errors, error, heartbeat)) continue;
    path.taken = true;
    return;
  }
}

void WorkflowPaths::take_timeout(const std::string& state, bool heartbeat) {
  const auto known = of_state_.find(state);
  if (known == of_state_.end()) return;
  for (const std::size_t index : known->second) {
    Path& path = paths_[index];
    if (path.kind != Path::Kind::kTimeout) continue;
    if (path.what.starts_with("Heartbeat") == heartbeat) path.taken = true;
  }
}

void WorkflowPaths::follow(const states::History& history, const Scheduler& scheduler) {
  Trail trail(history.size());
  for (std::size_t i = 0; i < history.size(); ++i) {
    const Trail::Event& event = trail.add(history.event(i, scheduler, false));
    const Trail::Event& before = trail.before();
    const std::string& state = trail.state_of(event);
    if (event.type.ends_with("StateEntered")) {
      take(state, Path::Kind::kState, "");
      if (!before.type.ends_with("StateExited")) continue;
      const std::string& from = trail.state_of(before);
      take(from, Path::Kind::kChoice, state);
      if (before.error)
        take_error(from, Path::Kind::kCatch, *before.error, before.heartbeat, state);
    } else if (event.type.ends_with("TimedOut") && fails(event.type)) {
      take_timeout(state, event.heartbeat);
    } else if (starts_again(event.type)) {
      if (before.error) take_error(state, Path::Kind::kRetry, *before.error, before.heartbeat, "");
      trail.settle();
    }
  }
}

}  // namespace bedlam::harness
