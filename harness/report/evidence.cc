#include "harness/report/evidence.h"

#include <cmath>
#include <map>

#include "emulator/states/api/started_execution.h"
#include "harness/runner/observe.h"

namespace bedlam::harness {
namespace {

using rpc::JournalEntry;

// Microseconds: more digits would only be bytes.
double rounded(double time) {
  return std::round(time * 1e6) / 1e6;
}
double since_start(Instant at) {
  return rounded(seconds(at.time_since_epoch()));
}

void add_text(Json& json, const char* name, const std::string& text) {
  if (!text.empty()) json[name] = text;
}
void add_number(Json& json, const char* name, int number) {
  if (number != 0) json[name] = number;
}

void add_sent(const JournalEntry& entry, Json& json) {
  Json frames = Json::array(), steps = Json::array();
  for (const rpc::SentStep& step : entry.sent) {
    if (step.frame) {
      frames.push_back({since_start(step.at), step.frame->tokens, step.bytes});
    } else {
      steps.push_back({since_start(step.at), step.what});
    }
  }
  if (!frames.empty()) json["frames"] = std::move(frames);
  if (!steps.empty()) json["steps"] = std::move(steps);
}

Json call_json(const JournalEntry& entry, std::uint64_t call, int attempt) {
  const rpc::Note& note = entry.note;
  Json json{{"id", entry.id},
            {"at", since_start(entry.at)},
            {"service", entry.service},
            {"operation", entry.operation},
            {"origin", entry.caller.origin},
            {"region", entry.caller.region},
            {"call", call},
            {"attempt", attempt},
            {"status", entry.status}};
  if (!entry.ended.empty()) {
    json["ended"] = entry.ended;
    json["end"] = since_start(entry.left_at.value_or(entry.ended_at));
  }
  add_text(json, "resource", entry.resource);
  add_text(json, "outcome", note.outcome);
  add_text(json, "rule", note.rule);
  add_text(json, "fault", note.fault);
  add_text(json, "mismatch", note.mismatch);
  add_number(json, "input_tokens", note.input_tokens);
  add_number(json, "output_tokens", note.output_tokens);
  add_number(json, "tokens_sent", entry.tokens_sent);
  add_number(json, "cache_read_tokens", note.cached_input_tokens);
  add_number(json, "cache_written_tokens", note.cache_written_tokens);
  if (const Json* because = find(note.quota, "because")) json["quota"] = *because;
  add_sent(entry, json);
  return json;
}

Json calls_of(const rpc::Journal& journal, std::uint64_t first, const Bill& bill) {
  std::map<std::uint64_t, const Charge*> charges;
  for (const Charge& charge : bill.calls) charges[charge.entry] = &charge;
  std::map<std::uint64_t, Json> by_id;
  for (const Attempts& attempts : group_attempts(journal, first, next_entry(journal))) {
    int number = 0;
    for (const JournalEntry* entry : attempts) {
      Json json = call_json(*entry, attempts.front()->id, ++number);
      if (const auto charge = charges.find(entry->id); charge != charges.end()) {
        json["usd"] = charge->second->cost.usd();
        if (charge->second->waste != Charge::Waste::kNone) {
          json["wasted"] =
              charge->second->waste == Charge::Waste::kAbandoned ? "abandoned" : "duplicated";
        }
      }
      by_id.emplace(entry->id, std::move(json));
    }
  }
  Json calls = Json::array();
  for (auto& [id, json] : by_id) calls.push_back(std::move(json));
  return calls;
}

// The states of one execution, from its history.
class StateSpans {
 public:
  explicit StateSpans(double epoch) : epoch_(epoch) {}

  void add(const Json& event) {
    const auto id = event["id"].get<std::int64_t>();
    const auto previous = event["previousEventId"].get<std::int64_t>();
    const auto& type = event["type"].get_ref<const std::string&>();
    const double at = rounded(event["timestamp"].get<double>() - epoch_);
    const auto known = owner_.find(previous);
    const int owner = known == owner_.end() ? -1 : known->second;
    if (type.ends_with("StateEntered")) {
      owner_[id] = enter(event, type, at, owner);
    } else if (type.ends_with("StateExited") || type.ends_with("StateAborted")) {
      owner_[id] = leave(event, at, owner);
    } else {
      owner_[id] = owner;
      if (owner >= 0) work(type, at, owner);
    }
  }

  Json take(std::optional<double> end) {
    for (Json& span : spans_) {
      if (end && find(span, "end") == nullptr) span["end"] = *end;  // it failed or was ended there
    }
    return std::move(spans_);
  }

 private:
  static std::string name_in(const Json& event) {
    for (const auto& member : event.items()) {
      const Json* name =
          member.key().ends_with("EventDetails") ? find(member.value(), "name") : nullptr;
      if (name != nullptr && name->is_string()) return name->get<std::string>();
    }
    return "";
  }

  int enter(const Json& event, const std::string& type, double at, int owner) {
    constexpr std::size_t kSuffix = std::string_view("StateEntered").size();
    Json span{
        {"name", name_in(event)}, {"type", type.substr(0, type.size() - kSuffix)}, {"start", at}};
    // A state follows the one before it, or is a part of one that is still open.
    int within = owner;
    while (within >= 0 && find(spans_[static_cast<std::size_t>(within)], "end") != nullptr) {
      within = spans_[static_cast<std::size_t>(within)].value("within", -1);
    }
    if (within >= 0) span["within"] = within;
    spans_.push_back(std::move(span));
    return static_cast<int>(spans_.size()) - 1;
  }

  int leave(const Json& event, double at, int owner) {
    const std::string name = name_in(event);
    int at_index = owner;
    while (at_index >= 0 && spans_[static_cast<std::size_t>(at_index)]["name"] != name) {
      at_index = spans_[static_cast<std::size_t>(at_index)].value("within", -1);
    }
    if (at_index >= 0) spans_[static_cast<std::size_t>(at_index)]["end"] = at;
    return at_index >= 0 ? at_index : owner;
  }

  // What a task does within its state: from being scheduled to its result.
  void work(const std::string& type, double at, int owner) {
    Json& span = spans_[static_cast<std::size_t>(owner)];
    if (type.ends_with("Scheduled")) {
      span["attempts"].push_back({at, nullptr, ""});
      return;
    }
    const bool over =
        type.ends_with("Succeeded") || type.ends_with("Failed") || type.ends_with("TimedOut");
    Json* attempts = over && span.contains("attempts") ? &span["attempts"] : nullptr;
    if (attempts == nullptr || !attempts->back()[1].is_null()) return;
    attempts->back()[1] = at;
    attempts->back()[2] = type;
  }

  double epoch_;
  Json spans_ = Json::array();
  std::map<std::int64_t, int> owner_;  // by event id: the state that it happened in
};

Json execution_json(const states::StartedExecution& started, const Scheduler& scheduler) {
  const states::Execution& execution = *started.execution;
  const auto stopped = execution.stopped();
  Json json{{"arn", started.arn},
            {"machine", started.state_machine},
            {"name", started.name},
            {"type", started.express ? "EXPRESS" : "STANDARD"},
            {"start", since_start(execution.started())},
            {"status", states::to_text(execution.status())}};
  if (stopped) json["end"] = since_start(*stopped);
  if (execution.failure()) json["error"] = execution.failure()->error;
  add_text(json, "map_run", started.map_run_arn);
  const auto epoch = std::chrono::duration<double>(scheduler.wall(Instant{}).time_since_epoch());
  StateSpans spans(epoch.count());
  const states::History& history = execution.history();
  for (std::size_t i = 0; i < history.size(); ++i) spans.add(history.event(i, scheduler, false));
  json["states"] = spans.take(stopped ? std::optional(since_start(*stopped)) : std::nullopt);
  return json;
}

}  // namespace

Json evidence_of(const app::Emulator& emulator, const Window& from, const Bill& bill) {
  Json executions = Json::array();
  for (const states::StartedExecution& started : emulator.executions(from.first_execution)) {
    executions.push_back(execution_json(started, emulator.scheduler()));
  }
  return {{"calls", calls_of(emulator.journal(), from.first_entry, bill)},
          {"executions", std::move(executions)}};
}

}  // namespace bedlam::harness
