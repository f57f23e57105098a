#include "emulator/script/script.h"

#include <charconv>

#include "emulator/base/glob.h"
#include "emulator/script/model_id.h"

namespace bedlam::script {
namespace {

constexpr std::size_t kMaxShownText = 60;  // of a prompt in a mismatch

std::string shown(const std::string& text) {
  if (text.size() <= kMaxShownText) return "'" + text + "'";
  return "'" + text.substr(0, kMaxShownText) + "…'";
}

std::optional<std::string> differs(std::string_view what, const std::optional<std::string>& pattern,
                                   const std::string& text) {
  if (!pattern || pattern_matches(*pattern, text)) return std::nullopt;
  return std::string(what) + " " + shown(text) + " does not match '" + *pattern + "'";
}

// Follows `$.messages[0].role`; nullptr where a step finds nothing.
const Json* follow(const Json& from, std::string_view path) {
  const Json* at = &from;
  if (path.starts_with('$')) path.remove_prefix(1);
  while (at != nullptr && !path.empty()) {
    if (path.front() == '[') {
      std::size_t index = 0;
      const char* end = path.data() + path.size();
      const auto parsed = std::from_chars(path.data() + 1, end, index);
      if (parsed.ec != std::errc() || parsed.ptr == end || *parsed.ptr != ']') return nullptr;
      at = at->is_array() && index < at->size() ? &(*at)[index] : nullptr;
      path.remove_prefix(static_cast<std::size_t>(parsed.ptr - path.data()) + 1);
    } else {
      if (path.front() == '.') path.remove_prefix(1);
      const std::string_view name = path.substr(0, path.find_first_of(".["));
      if (name.empty()) return nullptr;
      at = find(*at, name);
      path.remove_prefix(name.size());
    }
  }
  return at;
}

std::optional<std::string> body_mismatch(const When& when, const Json* body) {
  for (const auto& [path, expected] : when.body) {
    const Json* value = body == nullptr ? nullptr : follow(*body, path);
    if (value == nullptr) return "the body has no " + path;
    const bool matches = expected.is_string() && value->is_string()
                             ? pattern_matches(expected.get<std::string>(), *value)
                             : same_value(expected, *value);
    if (!matches) return path + " is " + shown(to_text(*value)) + ", not " + to_text(expected);
  }
  return std::nullopt;
}

std::optional<std::string> header_mismatch(const When& when, const aws::Headers* headers) {
  for (const auto& [name, pattern] : when.headers) {
    const std::string* value = headers == nullptr ? nullptr : headers->find(name);
    if (value == nullptr) return "there is no header " + name;
    if (!pattern_matches(pattern, *value)) {
      return "header " + name + " is " + shown(*value) + ", not '" + pattern + "'";
    }
  }
  return std::nullopt;
}

// Why the rule does not take this call; nothing where all conditions but `call` hold.
std::optional<std::string> mismatch(const When& when, const Facts& facts) {
  if (auto why = differs("operation", when.operation, facts.operation)) return why;
  if (auto why = differs("region", when.region, facts.region)) return why;
  if (when.attempt && *when.attempt != facts.attempt) {
    return "attempt " + std::to_string(facts.attempt) + " is not " + std::to_string(*when.attempt);
  }
  if (auto why = header_mismatch(when, facts.headers)) return why;
  if (auto why = body_mismatch(when, facts.body)) return why;
  return differs("prompt", when.prompt, facts.prompt);
}

// More conditions before the failing one mean a nearer miss; the order of mismatch() tells.
std::size_t nearness(const std::string& why) {
  return why.starts_with("prompt") ? 2 : why.starts_with("operation") ? 0 : 1;
}

// An error comes at once unless it says otherwise: a model that throttles has not begun to work.
Latency latency_of(const Outcome& outcome, const Behaviour& behaviour) {
  if (outcome.latency) return *outcome.latency;
  const bool answers = std::holds_alternative<Answer>(outcome.result);
  return answers ? behaviour.latency.value_or(Latency{}) : Latency{};
}

}  // namespace

Script::Script(std::vector<Behaviour> behaviours) : behaviours_(std::move(behaviours)) {
  counts_.reserve(behaviours_.size());
  for (const Behaviour& behaviour : behaviours_) counts_.emplace_back(behaviour.rules.size());
}

Choice Script::choose(const Facts& facts) {
  Choice choice;
  std::optional<std::size_t> nearest;
  std::optional<Latency> default_latency;
  for (std::size_t b = 0; b < behaviours_.size(); ++b) {
    const Behaviour& behaviour = behaviours_[b];
    if (!glob_match(behaviour.pattern, bare_id(facts.resource)) &&
        !glob_match(behaviour.pattern, facts.resource)) {
      continue;
    }
    if (!default_latency) default_latency = behaviour.latency;
    for (std::size_t r = 0; r < behaviour.rules.size(); ++r) {
      const Rule& rule = behaviour.rules[r];
      Count& count = counts_[b][r];
      std::optional<std::string> why = mismatch(rule.when, facts);
      if (!why && rule.when.call && *rule.when.call != ++count.matched) {
        why = "this is call " + std::to_string(count.matched) + ", not call " +
              std::to_string(*rule.when.call);
      }
      if (!why) {
        const auto last = static_cast<int>(rule.outcomes.size()) - 1;
        const int index = std::min(count.answered++, last);
        choice.outcome = &rule.outcomes[static_cast<std::size_t>(index)];
        choice.rule = rule.label;
        choice.latency = latency_of(*choice.outcome, behaviour);
        choice.mismatch.clear();
        return choice;
      }
      if (!nearest || nearness(*why) > *nearest) {
        nearest = nearness(*why);
        choice.mismatch = rule.label + ": " + *why;
      }
    }
  }
  choice.latency = default_latency.value_or(Latency{});
  if (choice.mismatch.empty() && has_rules() && !default_latency) {
    choice.mismatch = "no entry of models matches '" + facts.resource + "'";
  }
  return choice;
}

}  // namespace bedlam::script
