// models: what answers.
#include <algorithm>
#include <filesystem>
#include <utility>

#include "emulator/base/glob.h"
#include "emulator/scenario/sections.h"
#include "emulator/scenario/values.h"
#include "emulator/script/pattern.h"

namespace bedlam::scenario {
namespace {

// The sections with rules for calls of the two Runtimes, and the operations of each.
struct Section {
  std::string_view name;
  std::vector<std::string_view> operations;
};

const std::vector<Section>& sections() {
  static const std::vector<Section> all{
      {"models",
       {"InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream",
        "InvokeModelWithBidirectionalStream", "CountTokens", "StartAsyncInvoke", "GetAsyncInvoke",
        "ListAsyncInvokes"}},
      {"guardrails", {"ApplyGuardrail"}},
      {"endpoints", {"InvokeEndpoint", "InvokeEndpointWithResponseStream", "InvokeEndpointAsync"}},
      {"a recorded model",
       {"InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream",
        "CountTokens"}},
  };
  return all;
}

const Section& section(std::string_view name) {
  return *std::find_if(sections().begin(), sections().end(),
                       [&](const Section& candidate) { return candidate.name == name; });
}

std::vector<std::string_view> matched_in(const Section& in, const std::string& pattern) {
  std::vector<std::string_view> found;
  for (const std::string_view operation : in.operations) {
    if (script::pattern_matches(pattern, std::string(operation))) found.push_back(operation);
  }
  return found;
}

// A pattern that no operation of its section matches would never hold.
void check_operation(const Node& node, const std::string& pattern, Reader& reader) {
  const Section& here = section(reader.recorded ? "a recorded model" : reader.section);
  if (!matched_in(here, pattern).empty()) return;
  for (const Section& other : sections()) {
    const std::vector<std::string_view> matched = matched_in(other, pattern);
    if (matched.empty()) continue;
    reader.mistakes.add(
        node.position,
        "rules of " + std::string(here.name) + " are not asked of " + std::string(matched.front()),
        "such rules stand in the replies of an entry of " + std::string(other.name));
    return;
  }
  reader.mistakes.add(
      node.position,
      "no operation matches '" + pattern + "'" + did_you_mean(pattern, here.operations),
      "the operations: " + enumerate(here.operations));
}

// ListAsyncInvokes is of no model.
void check_model(const std::string& model, const script::When& when, const Position& position,
                 Reader& reader) {
  constexpr std::string_view kOfNoModel = "ListAsyncInvokes";
  if (reader.section != "models" || !when.operation || glob_match(model, "")) return;
  const std::vector<std::string_view> matched = matched_in(section("models"), *when.operation);
  if (matched.size() != 1 || matched.front() != kOfNoModel) return;
  reader.mistakes.add(
      position, std::string(kOfNoModel) + " is of no model, so '" + model + "' does not match it",
      "such rules stand in the replies of the entry '*'");
}

// SHA-256, 64 digits.
std::optional<std::string> read_hash(const Node& node, Reader& reader) {
  constexpr std::size_t kDigits = 64;
  std::optional<std::string> hash = read_text(node, "prompt_sha256", reader.mistakes);
  if (!hash) return std::nullopt;
  if (hash->size() == kDigits && hash->find_first_not_of("0123456789abcdef") == std::string::npos) {
    return hash;
  }
  reader.mistakes.add(node.position, "a SHA-256 has 64 digits from 0 to f, in small letters");
  return std::nullopt;
}

// `$` and then names and indexes: `$.messages[0].role`.
bool is_path(std::string_view path) {
  if (!path.starts_with('$')) return false;
  path.remove_prefix(1);
  while (!path.empty()) {
    if (path.front() == '[') {
      const std::size_t end = path.find(']');
      if (end == std::string_view::npos || end < 2 || end > 8) return false;
      if (path.substr(1, end - 1).find_first_not_of("0123456789") != std::string_view::npos) {
        return false;
      }
      path.remove_prefix(end + 1);
      continue;
    }
    if (path.front() != '.') return false;
    const std::size_t end = std::min(path.find_first_of(".[", 1), path.size());
    if (end == 1) return false;
    path.remove_prefix(end);
  }
  return true;
}

}  // namespace

void read_body_conditions(const Node& node, std::string_view what, script::When& when,
                          Reader& reader) {
  for (const Member& member : read_map(node, what, reader.mistakes)) {
    if (!is_path(member.name)) {
      reader.mistakes.add(member.position,
                          "'" + member.name + "' is not a path into the " + std::string(what),
                          "write names and indexes, such as $.messages[0].role");
      continue;
    }
    Json value = to_json(*member.value, reader.mistakes);
    if (value.is_string() && !read_pattern(*member.value, member.name, reader.mistakes)) continue;
    when.body[member.name] = std::move(value);
  }
}

namespace {

// Operations that answer with a stream have this in their names.
constexpr std::string_view kStream = "Stream";

// Operations match the pattern, and none of them streams.
bool is_answered_in_one_piece(const std::string& pattern) {
  bool matched = false;
  for (const Section& each : sections()) {
    for (const std::string_view operation : matched_in(each, pattern)) {
      if (operation.find(kStream) != std::string_view::npos) return false;
      matched = true;
    }
  }
  return matched;
}

// Sessions of speech, where an error is a frame of a stream that goes on.
bool is_for_sessions(const script::When& when) {
  return when.operation && glob_match(*when.operation, "InvokeModelWithBidirectionalStream");
}

// Of a fault that can only strike a stream, where only answers in one piece can match: those of
// other operations, and errors.
void check_faults(const script::Rule& rule, const Position& at, Reader& reader) {
  const auto& operation = rule.when.operation;
  const bool in_one_piece = operation && is_answered_in_one_piece(*operation);
  for (const script::Outcome& outcome : rule.outcomes) {
    if (!outcome.fault || !strikes_streams_only(*outcome.fault)) continue;
    const std::string never = "the fault " + fault::describe(*outcome.fault) + " cannot strike: ";
    if (in_one_piece) {
      reader.mistakes.add(at,
                          never + "'" + *operation + "' is answered in one piece, without frames",
                          "name a streaming operation, or address the fault by time or byte");
    } else if (std::holds_alternative<script::Error>(outcome.result) &&
               !is_for_sessions(rule.when)) {
      reader.mistakes.add(at, never + "an error is answered in one piece, without frames",
                          "give it to an answer, or address the fault by time or byte");
    }
  }
}

// Of a body for ConverseStream alone, whose members are its events: one that has none of them was
// meant for another operation.
void check_events(const script::Rule& rule, const Position& at, Reader& reader) {
  const auto& operation = rule.when.operation;
  const auto meant = [&](const char* name) { return glob_match(*operation, name); };
  if (!operation || !meant("ConverseStream") || meant("Converse")) return;
  if (meant("InvokeModelWithResponseStream")) return;
  const auto& events = choice("event").words;
  for (const script::Outcome& outcome : rule.outcomes) {
    const auto* answer = std::get_if<script::Answer>(&outcome.result);
    const auto* body = answer == nullptr ? nullptr : std::get_if<script::Body>(&answer->content);
    if (body == nullptr || !body->value.is_object()) continue;
    const bool some = std::any_of(events.begin(), events.end(), [&](std::string_view event) {
      return find(body->value, event) != nullptr;
    });
    if (some) continue;
    reader.mistakes.add(at, "this body has no event of ConverseStream",
                        "each of its members is an event: {messageStart: …, messageStop: …}");
  }
}

std::optional<script::Rule> read_reply(const std::string& pattern, const Node& node,
                                       Reader& reader) {
  script::Rule rule;
  rule.label = std::filesystem::path(reader.file).filename().string() + ":" +
               std::to_string(node.position.line);
  const Object& shape = object("reply");
  if (node.kind == Node::Kind::kScalar) {
    if (!read_bare_outcome(node, shape.title, reader)) return std::nullopt;
    rule.outcomes.push_back({script::Error{"ThrottlingException", ""}, {}, {}});
    return rule;
  }
  const Fields fields(node, shape, reader.mistakes);
  if (const Node* when = fields.get("when")) {
    if (auto conditions = read_when(*when, reader)) rule.when = std::move(*conditions);
    check_model(pattern, rule.when, fields.key("when"), reader);
  }
  const Node* script = fields.get("script");
  if (script == nullptr) {
    if (auto outcome = read_outcome_fields(fields, reader)) {
      rule.outcomes.push_back(std::move(*outcome));
    }
  } else {
    std::optional<script::Latency> latency;
    if (const Node* own = fields.get("latency")) latency = read_latency(*own, reader);
    for (const std::string_view name :
         {"fault", "stop_reason", "input_tokens", "output_tokens", "chunks"}) {
      if (fields.get(name) == nullptr) continue;
      reader.mistakes.add(fields.key(name),
                          "'" + std::string(name) + "' belongs to one outcome of the script",
                          "move it there: script: [{answer: …, " + std::string(name) + ": …}]");
    }
    for (const Node* line : read_list(*script, "script", reader.mistakes)) {
      std::optional<script::Outcome> outcome = read_outcome(*line, reader);
      if (!outcome) continue;
      // An error takes no time unless it says so itself.
      const bool answers = std::holds_alternative<script::Answer>(outcome->result);
      if (!outcome->latency && answers) outcome->latency = latency;
      rule.outcomes.push_back(std::move(*outcome));
    }
  }
  if (rule.outcomes.empty()) return std::nullopt;
  if (fields.get("when") != nullptr) check_events(rule, fields.key("when"), reader);
  check_faults(rule, fields.get("when") == nullptr ? node.position : fields.key("when"), reader);
  return rule;
}

}  // namespace

script::Behaviour read_behaviour(const std::string& pattern, const Fields& fields, Reader& reader) {
  script::Behaviour behaviour{pattern, {}, {}};
  if (const Node* latency = fields.get("latency")) {
    behaviour.latency = read_latency(*latency, reader);
  }
  if (const Node* replies = fields.get("replies")) {
    for (const Node* reply : read_list(*replies, "replies", reader.mistakes)) {
      if (auto rule = read_reply(pattern, *reply, reader))
        behaviour.rules.push_back(std::move(*rule));
    }
  }
  return behaviour;
}

std::optional<script::When> read_when(const Node& node, Reader& reader) {
  const Fields fields(node, object("when"), reader.mistakes);
  script::When when;
  if (const Node* prompt = fields.get("prompt")) {
    when.prompt = read_pattern(*prompt, "prompt", reader.mistakes);
  }
  if (const Node* hash = fields.get("prompt_sha256")) {
    when.prompt_sha256 = read_hash(*hash, reader);
  }
  if (const Node* operation = fields.get("operation")) {
    when.operation = read_pattern(*operation, "operation", reader.mistakes);
    if (when.operation) check_operation(*operation, *when.operation, reader);
  }
  if (const Node* region = fields.get("region")) {
    when.region = read_pattern(*region, "region", reader.mistakes);
  }
  if (const Node* attempt = fields.get("attempt")) {
    when.attempt = read_integer(*attempt, 1, "attempt", reader.mistakes);
  }
  if (const Node* call = fields.get("call")) {
    when.call = read_integer(*call, 1, "call", reader.mistakes);
  }
  if (const Node* headers = fields.get("headers")) {
    for (const Member& header : read_map(*headers, "headers", reader.mistakes)) {
      if (auto pattern = read_pattern(*header.value, header.name, reader.mistakes)) {
        when.headers[header.name] = std::move(*pattern);
      }
    }
  }
  if (const Node* body = fields.get("body")) read_body_conditions(*body, "body", when, reader);
  return when;
}

std::vector<script::Behaviour> read_models(const Node& node, Reader& reader) {
  std::vector<script::Behaviour> models;
  for (const Member& member : read_map(node, "models", reader.mistakes)) {
    const Fields fields(*member.value, object("model"), reader.mistakes);
    const Node* recorded = fields.get("recorded");
    reader.recorded = recorded != nullptr && read_true(*recorded, "recorded", reader.mistakes);
    script::Behaviour behaviour = read_behaviour(member.name, fields, reader);
    behaviour.recorded = std::exchange(reader.recorded, false);
    if (behaviour.recorded) check_recorded_model(fields, reader);
    behaviour.quota = read_quota(fields, member.name, reader);
    if (const Node* tokens = fields.get("tokens")) {
      behaviour.tokens = read_token_rule(*tokens, reader);
    }
    if (const Node* chunks = fields.get("chunks")) {
      behaviour.chunks = read_chunk_rule(*chunks, reader);
    }
    models.push_back(std::move(behaviour));
  }
  return models;
}

}  // namespace bedlam::scenario
