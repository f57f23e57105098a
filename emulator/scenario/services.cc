// functions: and tasks: — what answers beside the models.
#include <filesystem>

#include "emulator/scenario/sections.h"
#include "emulator/scenario/values.h"

namespace bedlam::scenario {
namespace {

// The names of "too many requests".
constexpr std::string_view kFunctionThrottled = "TooManyRequestsException";
constexpr std::string_view kTaskThrottled = "ThrottlingException";

using Form = script::Answer::Form;

template <typename Content>
script::Answer formed(Content content, Form form) {
  script::Answer answer;
  answer.content = std::move(content);
  answer.form = form;
  return answer;
}

std::optional<script::Error> read_service_error(const Node& node, Reader& reader) {
  if (node.kind != Node::Kind::kMap) {
    std::optional<std::string> name = read_text(node, "error", reader.mistakes);
    if (!name) return std::nullopt;
    return script::Error{std::move(*name), ""};
  }
  const Fields fields(node, object("service error"), reader.mistakes);
  script::Error error;
  if (const Node* name = fields.get("name")) {
    error.name = read_text(*name, "name", reader.mistakes).value_or("");
  }
  if (const Node* message = fields.get("message")) {
    error.message = read_text(*message, "message", reader.mistakes).value_or("");
  }
  if (const Node* stack = fields.get("stack")) {
    error.stack = Json::array();
    for (const Node* line : read_list(*stack, "stack", reader.mistakes)) {
      error.stack.push_back(read_text(*line, "a line of the stack", reader.mistakes).value_or(""));
    }
  }
  return error;
}

std::optional<script::Answer> read_echo(const Node& node, Reader& reader) {
  Mistakes ignored("");
  if (to_json(node, ignored) == Json(true)) return formed(std::string("$"), Form::kEcho);
  std::optional<std::string> path = read_text(node, "echo", reader.mistakes);
  if (!path) return std::nullopt;
  if (!path->starts_with('$')) {
    reader.mistakes.add(node.position, "'" + *path + "' is not a path",
                        "write echo: true for all of it, or a path such as $.order.id");
  }
  return formed(std::move(*path), Form::kEcho);
}

// What the fields say, where they say something.
std::optional<script::Outcome> read_service_outcome(const Fields& fields,
                                                    std::string_view throttled, Reader& reader) {
  std::optional<std::variant<script::Answer, script::Error>> result;
  if (const Node* node = fields.get("answer")) {
    result = formed(script::Body{to_json(*node, reader.mistakes)}, Form::kAsIs);
  }
  if (const Node* node = fields.get("echo")) {
    if (auto echo = read_echo(*node, reader)) result = std::move(*echo);
  }
  if (const Node* node = fields.get("template")) {
    if (auto json = read_json_object(*node, "template", reader)) {
      result = formed(script::Body{std::move(*json)}, Form::kTemplate);
    }
  }
  if (const Node* node = fields.get("format")) {
    if (auto text = read_text(*node, "format", reader.mistakes)) {
      result = formed(std::move(*text), Form::kFormat);
    }
  }
  if (const Node* node = fields.get("throttle")) {
    if (auto error = read_throttle(*node, throttled, reader)) result = std::move(*error);
  }
  if (const Node* node = fields.get("error")) {
    if (auto error = read_service_error(*node, reader)) result = std::move(*error);
  }
  script::Outcome outcome;
  if (const Node* node = fields.get("latency")) outcome.latency = read_latency(*node, reader);
  if (const Node* node = fields.get("fault")) outcome.fault = read_fault(*node, reader);
  if (const Node* node = fields.get("submitted")) {
    outcome.submitted = to_json(*node, reader.mistakes);
  }
  if (!result) return std::nullopt;
  outcome.result = std::move(*result);
  return outcome;
}

std::optional<script::Outcome> read_line(const Node& node, std::string_view throttled,
                                         Reader& reader) {
  const Object& shape = object("service outcome");
  if (node.kind != Node::Kind::kScalar) {
    return read_service_outcome(Fields(node, shape, reader.mistakes), throttled, reader);
  }
  if (!read_bare_outcome(node, shape.title, reader)) return std::nullopt;
  return script::Outcome{script::Error{std::string(throttled), ""}, {}, {}};
}

std::vector<script::Outcome> read_outcomes(const Fields& fields, std::string_view throttled,
                                           Reader& reader) {
  std::vector<script::Outcome> outcomes;
  const Node* script = fields.get("script");
  if (script == nullptr) {
    if (auto outcome = read_service_outcome(fields, throttled, reader)) {
      outcomes.push_back(std::move(*outcome));
    }
    return outcomes;
  }
  std::optional<script::Latency> latency;
  if (const Node* own = fields.get("latency")) latency = read_latency(*own, reader);
  for (const Node* line : read_list(*script, "script", reader.mistakes)) {
    std::optional<script::Outcome> outcome = read_line(*line, throttled, reader);
    if (!outcome) continue;
    const bool answers = std::holds_alternative<script::Answer>(outcome->result);
    if (!outcome->latency && answers) outcome->latency = latency;
    outcomes.push_back(std::move(*outcome));
  }
  return outcomes;
}

script::When read_service_when(const Node& node, Reader& reader) {
  const Fields fields(node, object("service when"), reader.mistakes);
  script::When when;
  const auto pattern = [&](std::string_view name) -> std::optional<std::string> {
    const Node* value = fields.get(name);
    return value == nullptr ? std::nullopt : read_pattern(*value, name, reader.mistakes);
  };
  const auto number = [&](std::string_view name) -> std::optional<int> {
    const Node* value = fields.get(name);
    return value == nullptr ? std::nullopt : read_integer(*value, 1, name, reader.mistakes);
  };
  when.state = pattern("state");
  when.workflow = pattern("workflow");
  when.region = pattern("region");
  when.attempt = number("attempt");
  when.call = number("call");
  for (const std::string_view name : {"event", "parameters"}) {
    if (const Node* body = fields.get(name)) read_body_conditions(*body, name, when, reader);
  }
  return when;
}

std::string label_of(const Node& node, const Reader& reader) {
  return std::filesystem::path(reader.file).filename().string() + ":" +
         std::to_string(node.position.line);
}

std::optional<script::Rule> read_service_reply(const Node& node, std::string_view throttled,
                                               Reader& reader) {
  const Object& shape = object("service reply");
  script::Rule rule;
  rule.label = label_of(node, reader);
  if (node.kind == Node::Kind::kScalar) {
    if (!read_bare_outcome(node, shape.title, reader)) return std::nullopt;
    rule.outcomes.push_back({script::Error{std::string(throttled), ""}, {}, {}});
    return rule;
  }
  const Fields fields(node, shape, reader.mistakes);
  if (const Node* when = fields.get("when")) rule.when = read_service_when(*when, reader);
  rule.outcomes = read_outcomes(fields, throttled, reader);
  if (rule.outcomes.empty()) return std::nullopt;
  return rule;
}

// The rules of an entry: its replies, or the one that its own fields make.
script::Behaviour read_entry(const Member& member, const Fields& fields, std::string_view throttled,
                             Reader& reader) {
  script::Behaviour behaviour{member.name, {}, {}};
  const Node* replies = fields.get("replies");
  if (replies == nullptr) {
    script::Rule rule;
    rule.label = label_of(*member.value, reader);
    rule.outcomes = read_outcomes(fields, throttled, reader);
    if (!rule.outcomes.empty()) behaviour.rules.push_back(std::move(rule));
    return behaviour;
  }
  for (const std::string_view name : {"fault", "submitted"}) {
    if (fields.get(name) == nullptr) continue;
    reader.mistakes.add(fields.key(name), "'" + std::string(name) + "' belongs to one reply",
                        "move it into the reply");
  }
  if (const Node* latency = fields.get("latency")) {
    behaviour.latency = read_latency(*latency, reader);
  }
  for (const Node* reply : read_list(*replies, "replies", reader.mistakes)) {
    if (auto rule = read_service_reply(*reply, throttled, reader)) {
      behaviour.rules.push_back(std::move(*rule));
    }
  }
  return behaviour;
}

}  // namespace

std::vector<script::Function> read_functions(const Node& node, Reader& reader) {
  reader.section = "functions";
  std::vector<script::Function> functions;
  for (const Member& member : read_map(node, "functions", reader.mistakes)) {
    const Fields fields(*member.value, object("function"), reader.mistakes);
    script::Function function;
    function.behaviour = read_entry(member, fields, kFunctionThrottled, reader);
    if (const Node* runtime = fields.get("runtime")) {
      if (auto text = read_text(*runtime, "runtime", reader.mistakes)) {
        function.runtime = std::move(*text);
      }
    }
    if (const Node* timeout = fields.get("timeout")) {
      function.timeout = read_duration(*timeout, "timeout", reader.mistakes);
    }
    if (const Node* memory = fields.get("memory")) {
      function.memory_mb =
          read_memory(*memory, "memory", reader.mistakes).value_or(function.memory_mb);
    }
    functions.push_back(std::move(function));
  }
  reader.section = "models";
  return functions;
}

std::vector<script::Behaviour> read_tasks(const Node& node, Reader& reader) {
  reader.section = "tasks";
  std::vector<script::Behaviour> tasks;
  for (const Member& member : read_map(node, "tasks", reader.mistakes)) {
    const Fields fields(*member.value, object("task"), reader.mistakes);
    script::Behaviour task = read_entry(member, fields, kTaskThrottled, reader);
    // The whole ARN is welcome too.
    constexpr std::string_view kArn = "arn:aws:states:::";
    if (task.pattern.starts_with(kArn)) task.pattern.erase(0, kArn.size());
    tasks.push_back(std::move(task));
  }
  reader.section = "models";
  return tasks;
}

}  // namespace bedlam::scenario
