#include "harness/runner/critical_path.h"

#include <algorithm>
#include <map>

#include "emulator/base/duration.h"

namespace bedlam::harness {
namespace {

// More than this in a message is no help.
constexpr std::size_t kMaxParts = 12;

std::int64_t number_of(const Json& event, std::string_view name) {
  const Json* number = find(event, name);
  return number != nullptr && number->is_number() ? number->get<std::int64_t>() : 0;
}

double time_of(const Json& event) {
  const Json* time = find(event, "timestamp");
  return time != nullptr && time->is_number() ? time->get<double>() : 0;
}

// A text in any of the event's details: they are called after its type.
std::string detail(const Json& event, std::string_view name) {
  for (const auto& member : event.items()) {
    if (!member.key().ends_with("EventDetails")) continue;
    const Json* text = find(member.value(), name);
    if (text != nullptr && text->is_string()) return text->get<std::string>();
  }
  return "";
}

bool is_failure(const std::string& type) {
  return type == "TaskFailed" || type == "TaskTimedOut" || type == "LambdaFunctionFailed" ||
         type == "LambdaFunctionTimedOut";
}

// "Bedrock.ThrottlingException" → "ThrottlingException"; the States.* names stay whole.
std::string short_name(const std::string& error) {
  const std::size_t dot = error.rfind('.');
  return dot == std::string::npos || error.starts_with("States.") ? error : error.substr(dot + 1);
}

// The events from the first to the last along previousEventId.
std::vector<const Json*> chain_to_end(const std::vector<Json>& events) {
  std::map<std::int64_t, const Json*> by_id;
  for (const Json& event : events) by_id[number_of(event, "id")] = &event;
  std::vector<const Json*> chain;
  const Json* event = events.empty() ? nullptr : &events.back();
  while (event != nullptr && chain.size() <= events.size()) {
    chain.push_back(event);
    auto previous = by_id.find(number_of(*event, "previousEventId"));
    // An end that comes from outside (a timeout, an abort) may name no event before it.
    if (previous == by_id.end() && chain.size() == 1) {
      previous = by_id.find(number_of(*event, "id") - 1);
    }
    event = previous == by_id.end() ? nullptr : previous->second;
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

struct Part {
  std::string name;
  double seconds = 0;
};

std::string join(const std::vector<Part>& parts) {
  std::string text;
  for (std::size_t i = 0; i < std::min(parts.size(), kMaxParts); ++i) {
    if (i > 0) text += " → ";
    text += parts[i].name;
    if (parts[i].seconds > 0) {
      const auto ms = std::chrono::round<std::chrono::milliseconds>(from_seconds(parts[i].seconds));
      text += " " + format_duration(ms);
    }
  }
  if (parts.size() > kMaxParts) text += " → …";
  return text;
}

}  // namespace

std::string critical_path(const std::vector<Json>& events) {
  std::vector<Part> parts;
  std::string state = "start";
  bool after_failure = false;
  double before = events.empty() ? 0 : time_of(events.front());
  double total = 0;
  for (const Json* event : chain_to_end(events)) {
    const std::string type = text_member(*event, "type");
    const double passed = time_of(*event) - before;
    before = time_of(*event);
    if (passed > 0) {
      total += passed;
      const std::string name = after_failure ? "wait" : state;
      if (parts.empty() || parts.back().name != name) parts.push_back({name, 0});
      parts.back().seconds += passed;
    }
    after_failure = is_failure(type);
    if (after_failure) parts.push_back({short_name(detail(*event, "error")), 0});
    if (type.ends_with("StateEntered")) state = detail(*event, "name");
  }
  return total > 0 ? join(parts) : "";
}

std::vector<std::string> entered_states(const std::vector<Json>& events) {
  std::vector<std::string> names;
  for (const Json& event : events) {
    if (text_member(event, "type").ends_with("StateEntered"))
      names.push_back(detail(event, "name"));
  }
  return names;
}

}  // namespace bedlam::harness
