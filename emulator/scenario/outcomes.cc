// What a model answers: outcomes with their latencies.
#include <algorithm>

#include "emulator/scenario/sections.h"
#include "emulator/scenario/values.h"

namespace bedlam::scenario {
namespace {

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

std::map<std::string, std::string> read_reply_headers(const Node& node, Reader& reader) {
  std::map<std::string, std::string> headers;
  for (const Member& header : read_map(node, "headers", reader.mistakes)) {
    const bool named = !header.name.empty() && is_printable(header.name) &&
                       header.name.find_first_of(" :") == std::string::npos;
    if (!named) reader.mistakes.add(header.position, "'" + header.name + "' names no header");
    if (header.value->kind == Node::Kind::kScalar && is_printable(header.value->text)) {
      headers[header.name] = header.value->text;
    } else {
      reader.mistakes.add(header.value->position,
                          header.name + " is a line of text, not " + describe(*header.value));
    }
  }
  return headers;
}

namespace {

constexpr std::string_view kThrottling = "ThrottlingException";

using Content = std::variant<script::Answer, script::Error>;

std::optional<script::ToolUse> read_tool(const Node& node, Reader& reader) {
  const Fields fields(node, object("tool"), reader.mistakes);
  script::ToolUse tool{"", Json::object()};
  const Node* name = fields.get("name");
  if (name == nullptr) return std::nullopt;
  const std::optional<std::string> text = read_text(*name, "name", reader.mistakes);
  if (const Node* input = fields.get("input")) {
    std::optional<Json> json = read_json_object(*input, "input", reader);
    if (!json) return std::nullopt;
    tool.input = std::move(*json);
  }
  if (!text) return std::nullopt;
  tool.name = *text;
  return tool;
}

std::optional<script::Answer> read_answer_file(const Node& node, Reader& reader) {
  std::optional<FileText> file = read_named_file(node, "file", reader);
  if (!file) return std::nullopt;
  if (!file->path.ends_with(".json")) return script::Answer{std::move(file->text), ""};
  std::optional<Json> json = parse_json_file(*file, reader);
  if (!json) return std::nullopt;
  if (json->is_object()) return script::Answer{script::Body{std::move(*json)}, ""};
  reader.mistakes.add(node.position, "a model's body is a JSON object",
                      "a file that is a text ends in something other than .json");
  return std::nullopt;
}

std::optional<script::Answer> read_answer(const Node& node, Reader& reader) {
  if (node.kind != Node::Kind::kMap) {
    if (reader.recorded) {
      reader.mistakes.add(node.position, "a recorded model answers only what was recorded",
                          "that is {body: …}, {raw: …}, {file: …} or {frames: …}");
      return std::nullopt;
    }
    std::optional<std::string> text = read_text(node, "answer", reader.mistakes);
    if (!text) return std::nullopt;
    return script::Answer{std::move(*text), ""};
  }
  const Fields fields(node, object("answer"), reader.mistakes);
  if (reader.recorded || is_of_recordings(fields)) return read_verbatim(fields, reader);
  if (const Node* tokens = fields.get("tokens")) {
    const std::optional<int> count = read_integer(*tokens, 1, "tokens", reader.mistakes);
    if (!count) return std::nullopt;
    return script::Answer{script::Tokens{*count}, ""};
  }
  if (const Node* tool = fields.get("tool")) {
    std::optional<script::ToolUse> use = read_tool(*tool, reader);
    if (!use) return std::nullopt;
    return script::Answer{std::move(*use), ""};
  }
  if (const Node* file = fields.get("file")) return read_answer_file(*file, reader);
  if (const Node* body = fields.get("body")) {
    std::optional<Json> json = read_json_object(*body, "body", reader);
    if (!json) return std::nullopt;
    return script::Answer{script::Body{std::move(*json)}, ""};
  }
  if (const Node* recorded = fields.get("recorded")) {
    std::optional<script::Recorded> chunks = read_recorded(*recorded, reader);
    if (!chunks) return std::nullopt;
    return script::Answer{std::move(*chunks), ""};
  }
  return std::nullopt;
}

// Members of an error's body that only some errors have (the two services' models). A status is
// taken of any.
void check_members(const script::Error& error, const Fields& fields, Reader& reader) {
  const auto refuse = [&](std::string_view field, std::string_view owners) {
    if (fields.get(field) == nullptr) return;
    reader.mistakes.add(fields.key(field), error.name + " has no " + std::string(field),
                        std::string(owners) + " has one");
  };
  if (error.name != "ModelErrorException") refuse("resource_name", "ModelErrorException");
  if (error.name != "ModelStreamErrorException") {
    refuse("original_message", "ModelStreamErrorException");
  }
}

std::optional<script::Error> read_error(const Node& node, Reader& reader) {
  if (node.kind != Node::Kind::kMap) {
    std::optional<std::string> name =
        read_choice(node, choice(reader.error_names), "error", reader.mistakes);
    if (!name) return std::nullopt;
    return script::Error{std::move(*name), ""};
  }
  const Fields fields(node, object("error"), reader.mistakes);
  std::optional<std::string> name, message = "";
  if (const Node* value = fields.get("name")) {
    name = read_choice(*value, choice(reader.error_names), "name", reader.mistakes);
  }
  if (const Node* value = fields.get("message")) {
    message = read_text(*value, "message", reader.mistakes);
  }
  int status = 0;
  if (const Node* value = fields.get("original_status")) {
    status = read_integer(*value, 1, "original_status", reader.mistakes).value_or(0);
  }
  script::Error error;
  error.original_status = status;
  if (const Node* value = fields.get("original_message")) {
    error.original_message = read_text(*value, "original_message", reader.mistakes).value_or("");
  }
  if (const Node* value = fields.get("resource_name")) {
    error.resource_name = read_text(*value, "resource_name", reader.mistakes).value_or("");
  }
  if (const Node* value = fields.get("headers")) error.headers = read_reply_headers(*value, reader);
  if (!name || !message) return std::nullopt;
  error.name = std::move(*name);
  error.message = std::move(*message);
  check_members(error, fields, reader);
  return error;
}

}  // namespace

std::optional<script::Error> read_throttle(const Node& node, std::string_view error,
                                           Reader& reader) {
  Mistakes ignored("");
  if (to_json(node, ignored) == Json(true)) return script::Error{std::string(error), ""};
  if (std::optional<std::string> message = read_text(node, "throttle", ignored)) {
    return script::Error{std::string(error), std::move(*message)};
  }
  reader.mistakes.add(node.position,
                      "throttle is true, or the message as a text, not " + describe(node));
  return std::nullopt;
}

namespace {

bool has_times(const Content& content) {
  const auto* answer = std::get_if<script::Answer>(&content);
  if (answer == nullptr) return false;
  const auto* verbatim = std::get_if<script::Verbatim>(&answer->content);
  if (verbatim != nullptr) {
    return !verbatim->frames.empty() && verbatim->frames.front().at.has_value();
  }
  const auto* recorded = std::get_if<script::Recorded>(&answer->content);
  return recorded != nullptr && recorded->chunks.front().at.has_value();
}

void read_stop_reason(const Fields& fields, std::optional<Content>& result, Reader& reader) {
  const Node* node = fields.get("stop_reason");
  if (node == nullptr) return;
  std::optional<std::string> reason =
      read_choice(*node, choice("stop reason"), "stop_reason", reader.mistakes);
  if (fields.get("answer") == nullptr) {
    reader.mistakes.add(fields.key("stop_reason"), "'stop_reason' belongs to an answer",
                        "it stands beside 'answer'");
    return;
  }
  auto* answer = result ? std::get_if<script::Answer>(&*result) : nullptr;
  if (answer == nullptr) return;
  if (std::holds_alternative<script::Body>(answer->content) ||
      std::holds_alternative<script::Verbatim>(answer->content)) {
    reader.mistakes.add(fields.key("stop_reason"), "a body is sent as it is",
                        "put the stop reason into the body");
  }
  if (reason) answer->stop_reason = std::move(*reason);
}

}  // namespace

std::optional<script::Outcome> read_outcome_fields(const Fields& fields, Reader& reader) {
  std::optional<Content> result;
  if (const Node* node = fields.get("answer")) {
    if (auto answer = read_answer(*node, reader)) result = std::move(*answer);
  }
  if (const Node* node = fields.get("throttle")) {
    if (auto error = read_throttle(*node, kThrottling, reader)) result = std::move(*error);
  }
  if (const Node* node = fields.get("error")) {
    if (auto error = read_error(*node, reader)) result = std::move(*error);
  }
  read_stop_reason(fields, result, reader);
  read_counts(fields, result ? std::get_if<script::Answer>(&*result) : nullptr, reader);
  script::Outcome outcome;
  if (const Node* node = fields.get("latency")) {
    outcome.latency = read_latency(*node, reader);
    if (result && has_times(*result)) {
      reader.mistakes.add(fields.key("latency"), "what was recorded has times of its own",
                          "leave out the latency, or the times");
    }
  }
  if (const Node* node = fields.get("fault")) outcome.fault = read_fault(*node, reader);
  if (!result) return std::nullopt;
  outcome.result = std::move(*result);
  return outcome;
}

bool read_bare_outcome(const Node& node, std::string_view title, Reader& reader) {
  const std::string& word = node.text;
  if (word == choice("throttle").words.front()) return true;
  std::string hint = "for an answer write {answer: " + word + "}";
  for (const std::string_view name : choice(reader.error_names).words) {
    if (word == name) hint = "for an error write {error: " + word + "}";
  }
  reader.mistakes.add(node.position,
                      std::string(title) + " is an object or the word throttle, not " +
                          describe(node) + did_you_mean(word, choice("throttle").words),
                      std::move(hint));
  return false;
}

std::optional<script::Outcome> read_outcome(const Node& node, Reader& reader) {
  const Object& shape = object("outcome");
  if (node.kind == Node::Kind::kScalar) {
    if (!read_bare_outcome(node, shape.title, reader)) return std::nullopt;
    return script::Outcome{script::Error{std::string(kThrottling), ""}, {}, {}};
  }
  return read_outcome_fields(Fields(node, shape, reader.mistakes), reader);
}

}  // namespace bedlam::scenario
