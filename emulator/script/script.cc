#include "emulator/script/script.h"

#include <charconv>
#include <cstdint>

#include "emulator/aws/sigv4.h"
#include "emulator/base/glob.h"
#include "emulator/base/utf8.h"
#include "emulator/script/model_id.h"

namespace bedlam::script {
namespace {

constexpr std::size_t kMaxShownText = 60;  // bytes of a prompt in a mismatch

std::string shown(const std::string& text) {
  if (text.size() <= kMaxShownText) return "'" + text + "'";
  std::size_t cut = kMaxShownText;
  while (cut > 0 && continues_character(text[cut])) --cut;  // inside UTF-8
  return "'" + text.substr(0, cut) + "…'";
}

std::optional<std::string> differs(std::string_view what, const std::optional<std::string>& pattern,
                                   const std::string& text, Patterns& patterns) {
  if (!pattern || patterns.match(*pattern, text)) return std::nullopt;
  return std::string(what) + " " + shown(text) + " does not match '" + *pattern + "'";
}

std::optional<std::string> body_mismatch(const When& when, const Json* body, Patterns& patterns) {
  for (const auto& [path, expected] : when.body) {
    const Json* value = body == nullptr ? nullptr : follow(*body, path);
    if (value == nullptr) return "the body has no " + path;
    const bool matches = expected.is_string() && value->is_string()
                             ? patterns.match(expected.get_ref<const std::string&>(), *value)
                             : same_value(expected, *value);
    if (!matches) return path + " is " + shown(to_text(*value)) + ", not " + to_text(expected);
  }
  return std::nullopt;
}

std::optional<std::string> header_mismatch(const When& when, const aws::Headers* headers,
                                           Patterns& patterns) {
  for (const auto& [name, pattern] : when.headers) {
    const auto value = headers == nullptr ? std::nullopt : headers->find(name);
    if (!value) return "there is no header " + name;
    const std::string text(*value);
    if (!patterns.match(pattern, text)) {
      return "header " + name + " is " + shown(text) + ", not '" + pattern + "'";
    }
  }
  return std::nullopt;
}

// Why a rule does not take a call. Conditions are asked in one order, so that the one that failed
// says how near the rule was.
struct Mismatch {
  enum Nearness { kOperation, kState, kRegion, kAttempt, kHeaders, kBody, kPrompt, kCall };
  Nearness nearness;
  std::string why;
};

// The SHA-256 of a call's prompt, in hex: worked out when a rule first asks, once for all rules.
class PromptHash {
 public:
  explicit PromptHash(const std::string& prompt) : prompt_(prompt) {}
  const std::string& hex() {
    if (!hex_) hex_ = aws::sha256_hex(prompt_);
    return *hex_;
  }

 private:
  const std::string& prompt_;
  std::optional<std::string> hex_;
};

// Nothing where all conditions but `call` hold.
std::optional<Mismatch> mismatch(const When& when, const Facts& facts, PromptHash& hash,
                                 Patterns& patterns) {
  if (facts.wants_operation && !when.operation) {
    return Mismatch{Mismatch::kOperation, "it does not name the operation " + facts.operation};
  }
  if (auto why = differs("operation", when.operation, facts.operation, patterns)) {
    return Mismatch{Mismatch::kOperation, *why};
  }
  if (auto why = differs("workflow", when.workflow, facts.workflow, patterns)) {
    return Mismatch{Mismatch::kState, *why};
  }
  if (auto why = differs("state", when.state, facts.state, patterns)) {
    return Mismatch{Mismatch::kState, *why};
  }
  if (auto why = differs("region", when.region, facts.region, patterns)) {
    return Mismatch{Mismatch::kRegion, *why};
  }
  if (when.attempt && *when.attempt != facts.attempt) {
    return Mismatch{Mismatch::kAttempt, "attempt " + std::to_string(facts.attempt) + " is not " +
                                            std::to_string(*when.attempt)};
  }
  if (auto why = header_mismatch(when, facts.headers, patterns))
    return Mismatch{Mismatch::kHeaders, *why};
  if (auto why = body_mismatch(when, facts.body, patterns)) return Mismatch{Mismatch::kBody, *why};
  if (auto why = differs("prompt", when.prompt, facts.prompt, patterns)) {
    return Mismatch{Mismatch::kPrompt, *why};
  }
  if (when.prompt_sha256 && *when.prompt_sha256 != hash.hex()) {
    return Mismatch{Mismatch::kPrompt,
                    "prompt " + shown(facts.prompt) + " has another hash than the recorded one"};
  }
  return std::nullopt;
}

// `number`: of this call among those that all other conditions matched.
std::optional<Mismatch> call_mismatch(const When& when, std::uint64_t number) {
  if (!when.call || static_cast<std::uint64_t>(*when.call) == number) return std::nullopt;
  return Mismatch{Mismatch::kCall, "this is call " + std::to_string(number) + ", not call " +
                                       std::to_string(*when.call)};
}

// What the first matching entry says that says it at all.
template <typename T>
std::optional<T> setting(const std::vector<Behaviour>& behaviours,
                         std::optional<T> Behaviour::*member, const std::string& resource) {
  for (const Behaviour& behaviour : behaviours) {
    if (behaviour.*member && names_model(behaviour.pattern, resource)) return behaviour.*member;
  }
  return std::nullopt;
}

// An error comes at once unless it says otherwise: a model that throttles has not begun to work.
Latency latency_of(const Outcome& outcome, const Latency& of_model) {
  if (outcome.latency) return *outcome.latency;
  return std::holds_alternative<Answer>(outcome.result) ? of_model : Latency{};
}

}  // namespace

bool names_model(std::string_view pattern, std::string_view resource) {
  return glob_match(pattern, bare_id(resource)) || glob_match(pattern, resource);
}

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

Script::Script(std::vector<Behaviour> behaviours) : behaviours_(std::move(behaviours)) {
  counts_.reserve(behaviours_.size());
  for (const Behaviour& behaviour : behaviours_) {
    counts_.emplace_back(behaviour.rules.size());
    has_recorded_ = has_recorded_ || behaviour.recorded;
  }
}

const Outcome& Script::take_outcome(std::size_t behaviour, std::size_t rule) {
  const std::vector<Outcome>& outcomes = behaviours_[behaviour].rules[rule].outcomes;
  std::size_t& answered = counts_[behaviour][rule].answered;
  const Outcome& outcome = outcomes[answered];
  if (answered + 1 < outcomes.size()) ++answered;
  return outcome;
}

TokenRule Script::token_rule(const std::string& resource) const {
  return setting(behaviours_, &Behaviour::tokens, resource).value_or(TokenRule{});
}

std::optional<ChunkRule> Script::chunk_rule(const std::string& resource) const {
  return setting(behaviours_, &Behaviour::chunks, resource);
}

Choice Script::choose(const Facts& facts) {
  return choose_among(facts, false);
}

Choice Script::choose_recorded(const Facts& facts) {
  return choose_among(facts, true);
}

Choice Script::choose_among(const Facts& facts, bool recorded) {
  std::vector<std::size_t> matching;
  std::optional<Latency> of_model;
  for (std::size_t b = 0; b < behaviours_.size(); ++b) {
    if (behaviours_[b].recorded != recorded) continue;
    if (!names_model(behaviours_[b].pattern, facts.resource)) continue;
    matching.push_back(b);
    if (!of_model) of_model = behaviours_[b].latency;
  }
  Choice choice;
  choice.latency = of_model.value_or(Latency{});
  std::optional<Mismatch> nearest;
  PromptHash hash(facts.prompt);
  for (const std::size_t b : matching) {
    const Behaviour& behaviour = behaviours_[b];
    for (std::size_t r = 0; r < behaviour.rules.size(); ++r) {
      const Rule& rule = behaviour.rules[r];
      std::optional<Mismatch> why = mismatch(rule.when, facts, hash, patterns_);
      if (!why) why = call_mismatch(rule.when, ++counts_[b][r].matched);
      if (!why) {
        choice.outcome = &take_outcome(b, r);
        choice.rule = rule.label;
        choice.latency =
            latency_of(*choice.outcome, behaviour.latency ? *behaviour.latency : choice.latency);
        choice.mismatch.clear();
        return choice;
      }
      if (!nearest || why->nearness > nearest->nearness) {
        choice.mismatch = rule.label + ": " + why->why;
        nearest = std::move(why);
      }
    }
  }
  if (matching.empty() && !behaviours_.empty()) {
    choice.mismatch = "no entry of models matches '" + facts.resource + "'";
  }
  return choice;
}

bool Script::has_rule_for(const Facts& facts) const {
  PromptHash hash(facts.prompt);
  for (const Behaviour& behaviour : behaviours_) {
    if (behaviour.recorded || !names_model(behaviour.pattern, facts.resource)) continue;
    for (const Rule& rule : behaviour.rules) {
      if (!mismatch(rule.when, facts, hash, patterns_)) return true;
    }
  }
  return false;
}

}  // namespace bedlam::script
