// run: what is done, and what must hold of it.
#include <algorithm>
#include <set>

#include "emulator/scenario/sections.h"
#include "emulator/scenario/values.h"

namespace bedlam::scenario {
namespace {

// The kinds of steps, by the field that makes a step one of them.
struct StepKind {
  std::string_view field, shape;
};
constexpr StepKind kStepKinds[] = {{"start", "start step"},
                                   {"call", "call step"},
                                   {"command", "command step"},
                                   {"wait", "wait step"}};

StartStep read_start(const Fields& fields, const Scenario& scenario, Reader& reader) {
  StartStep step;
  const Node& start = *fields.get("start");
  if (auto name = read_text(start, "start", reader.mistakes)) {
    std::vector<std::string_view> known;
    for (const Workflow& workflow : scenario.workflows) known.push_back(workflow.name);
    if (std::find(known.begin(), known.end(), *name) == known.end()) {
      reader.mistakes.add(
          start.position, "there is no workflow '" + *name + "'" + did_you_mean(*name, known),
          known.empty() ? "the file has no workflows" : "the workflows: " + enumerate(known));
    }
    step.workflow = std::move(*name);
  }
  if (const Node* input = fields.get("input")) step.input = to_json(*input, reader.mistakes);
  if (const Node* file = fields.get("input_file")) {
    if (auto input = read_json_file(*file, "input_file", reader)) step.input = std::move(*input);
  }
  if (const Node* name = fields.get("name")) step.name = read_text(*name, "name", reader.mistakes);
  return step;
}

ClientSettings read_client(const Node& node, Reader& reader) {
  ClientSettings settings;
  const Fields fields(node, object("client"), reader.mistakes);
  if (const Node* timeout = fields.get("read_timeout")) {
    settings.read_timeout = read_duration(*timeout, "read_timeout", reader.mistakes);
  }
  if (const Node* retries = fields.get("retries")) {
    const auto mode = read_choice(*retries, choice("retry policy"), "retries", reader.mistakes);
    settings.retries = mode.value_or(settings.retries);
  }
  if (const Node* attempts = fields.get("max_attempts")) {
    settings.max_attempts = read_integer(*attempts, 1, "max_attempts", reader.mistakes);
  }
  return settings;
}

// The only model of the file, where its id is written out.
std::string default_model(const Node& step, const Scenario& scenario, Reader& reader) {
  std::vector<std::string_view> literal;
  for (const script::Behaviour& model : scenario.models) {
    if (model.pattern.find('*') == std::string::npos) literal.push_back(model.pattern);
  }
  if (literal.size() == 1) return std::string(literal.front());
  reader.mistakes.add(step.position, "a call step needs the field 'model'",
                      "it may be left out where models has exactly one id without *");
  return "";
}

void read_message(const Fields& fields, CallStep& step, Reader& reader) {
  if (const Node* prompt = fields.get("prompt")) {
    step.prompt = read_text(*prompt, "prompt", reader.mistakes).value_or("");
  }
  if (const Node* body = fields.get("body")) step.body = read_json_object(*body, "body", reader);
  if (const Node* file = fields.get("body_file")) {
    step.body = read_json_file(*file, "body_file", reader);
    if (step.body && !step.body->is_object()) {
      reader.mistakes.add(file->position, "a request's body is a JSON object");
    }
  }
  const Node* tokens = fields.get("max_tokens");
  if (tokens == nullptr) return;
  if (const auto count = read_integer(*tokens, 1, "max_tokens", reader.mistakes)) {
    step.max_tokens = *count;
  }
  if (fields.get("body") != nullptr || fields.get("body_file") != nullptr) {
    reader.mistakes.add(fields.key("max_tokens"), "a body is sent as it is",
                        "put the number of tokens into the body; max_tokens goes with prompt");
  }
}

// What a call step says to an operation beside its parameters.
struct Said {
  std::string_view operation;
  bool model = false, prompt = false, body = true;
};
constexpr Said kSaid[] = {{"InvokeModel", true, true},
                          {"InvokeModelWithResponseStream", true, true},
                          {"Converse", true, true},
                          {"ConverseStream", true, true},
                          {"CountTokens", true, true},
                          {"ApplyGuardrail", false, true},
                          {"StartAsyncInvoke"},
                          {"GetAsyncInvoke", false, false, false},
                          {"ListAsyncInvokes", false, false, false},
                          {"InvokeEndpoint", false, true},
                          {"InvokeEndpointWithResponseStream", false, true},
                          {"InvokeEndpointAsync", false, false, false}};

void check_message(const Fields& fields, const Said& said, Reader& reader) {
  const std::string operation(said.operation);
  const auto refuse = [&](std::string_view name, const std::string& why) {
    if (fields.get(name) == nullptr) return;
    reader.mistakes.add(fields.key(name), operation + " has no " + why,
                        "leave '" + std::string(name) + "' out");
  };
  if (!said.model) refuse("model", "model in its path");
  if (!said.prompt) refuse("prompt", "message to build; its body is written out");
  if (!said.body) {
    for (const std::string_view name : {"body", "body_file"}) refuse(name, "body");
    return;
  }
  const bool any = fields.get("prompt") != nullptr || fields.get("body") != nullptr ||
                   fields.get("body_file") != nullptr;
  if (any) return;
  reader.mistakes.add(fields.node().position, "a call step needs one of " +
                                                  std::string(said.prompt ? "prompt, " : "") +
                                                  "body or body_file");
}

std::map<std::string, std::string> read_parameters(const Node& node, Reader& reader) {
  std::map<std::string, std::string> parameters;
  for (const Member& member : read_map(node, "parameters", reader.mistakes)) {
    if (member.value->kind == Node::Kind::kScalar) {
      parameters[member.name] = member.value->text;
    } else {
      reader.mistakes.add(member.value->position,
                          member.name + " is a text or a number, not " + describe(*member.value));
    }
  }
  return parameters;
}

CallStep read_call(const Fields& fields, const Scenario& scenario, Reader& reader) {
  CallStep step;
  if (auto operation =
          read_choice(*fields.get("call"), choice("operation"), "call", reader.mistakes)) {
    step.operation = std::move(*operation);
  }
  const auto* said = std::find_if(std::begin(kSaid), std::end(kSaid),
                                  [&](const Said& s) { return s.operation == step.operation; });
  const bool known = said != std::end(kSaid);
  if (const Node* model = fields.get("model")) {
    step.model = read_text(*model, "model", reader.mistakes).value_or("");
    if (step.model.find('*') != std::string::npos) {
      reader.mistakes.add(model->position, "a call names one model, without *",
                          "such as anthropic.claude-3-haiku-20240307-v1:0");
    }
  } else if (!known || said->model) {
    step.model = default_model(fields.node(), scenario, reader);
  }
  if (known) check_message(fields, *said, reader);
  if (const Node* parameters = fields.get("parameters")) {
    step.parameters = read_parameters(*parameters, reader);
  }
  read_message(fields, step, reader);
  if (const Node* region = fields.get("region")) {
    step.region = read_region(*region, "region", reader.mistakes).value_or(step.region);
  }
  if (const Node* client = fields.get("client")) step.client = read_client(*client, reader);
  if (const Node* deadline = fields.get("deadline")) {
    step.deadline = read_duration(*deadline, "deadline", reader.mistakes);
  }
  return step;
}

CommandStep read_command(const Fields& fields, Reader& reader) {
  CommandStep step;
  const Node& command = *fields.get("command");
  step.command = read_text(command, "command", reader.mistakes).value_or("");
  if (command.kind == Node::Kind::kScalar && command.text.empty()) {
    reader.mistakes.add(command.position, "the command is empty");
  }
  if (const Node* timeout = fields.get("timeout")) {
    step.timeout = read_duration(*timeout, "timeout", reader.mistakes).value_or(step.timeout);
  }
  if (const Node* environment = fields.get("environment")) {
    for (const Member& variable : read_map(*environment, "environment", reader.mistakes)) {
      if (variable.value->kind == Node::Kind::kScalar) {
        step.environment[variable.name] = variable.value->text;
      } else {
        reader.mistakes.add(variable.value->position,
                            variable.name + " is a text, not " + describe(*variable.value));
      }
      if (variable.name.empty() ||
          variable.name.find_first_of(std::string("=\0", 2)) != std::string::npos) {
        reader.mistakes.add(variable.position, "'" + variable.name + "' names no variable");
      }
    }
  }
  return step;
}

// What a step is called where the file does not say: what it does.
struct DefaultName {
  std::string operator()(const StartStep& step) const { return step.workflow; }
  std::string operator()(const CallStep& step) const { return step.operation; }
  std::string operator()(const CommandStep& step) const {
    const std::string_view command = step.command;
    const std::size_t begin = std::min(command.find_first_not_of(" \t\n"), command.size());
    const std::string_view program =
        command.substr(begin, command.find_first_of(" \t\n", begin) - begin);
    return std::string(program.substr(program.rfind('/') + 1));
  }
  std::string operator()(const WaitStep& /*step*/) const { return "wait"; }
};

// Names repeat where the file repeats itself: "Converse", "Converse 2".
void name_step(const Fields& fields, Step& step, std::set<std::string>& taken, Reader& reader) {
  std::string name = std::visit(DefaultName{}, step.action);
  if (const Node* as = fields.get("as")) {
    if (auto text = read_text(*as, "as", reader.mistakes)) name = std::move(*text);
    if (name.empty()) reader.mistakes.add(as->position, "the name is empty");
  }
  step.as = name;
  for (int number = 2; !taken.insert(step.as).second; ++number) {
    step.as = name + " " + std::to_string(number);
  }
}

void report_unknown_step(const Node& node, Reader& reader) {
  std::vector<std::string_view> kinds;
  for (const StepKind& kind : kStepKinds) kinds.push_back(kind.field);
  const std::string needs = "a step needs one of " + enumerate(kinds);
  if (node.kind != Node::Kind::kMap) {
    reader.mistakes.add(node.position, "a step is an object, not " + describe(node), needs);
    return;
  }
  for (const Member& member : node.members) {
    const std::string suggestion = did_you_mean(member.name, kinds);
    if (suggestion.empty()) continue;
    reader.mistakes.add(member.position, "there is no step '" + member.name + "'" + suggestion,
                        needs);
    return;
  }
  reader.mistakes.add(node.position, needs);
}

const StepKind* kind_of(const Node& node, Reader& reader) {
  const StepKind* found = nullptr;
  const Member* first = nullptr;
  for (const Member& member : node.members) {
    for (const StepKind& kind : kStepKinds) {
      if (member.name != kind.field) continue;
      if (found != nullptr) {
        reader.mistakes.add(member.position,
                            "'" + first->name + "' and '" + member.name + "' exclude each other",
                            "each step does one thing: begin another with '- '");
        return nullptr;
      }
      found = &kind;
      first = &member;
    }
  }
  if (found == nullptr) report_unknown_step(node, reader);
  return found;
}

}  // namespace

std::optional<Located> read_expectations(const Node& node, const Object& shape, Reader& reader) {
  const Fields fields(node, shape, reader.mistakes);
  if (!fields.ok()) return std::nullopt;
  return locate(node, reader.mistakes);
}

std::vector<Step> read_run(const Node& node, const Scenario& scenario, Reader& reader) {
  std::vector<Step> steps;
  std::set<std::string> names;
  for (const Node* item : read_list(node, "run", reader.mistakes)) {
    const StepKind* kind = kind_of(*item, reader);
    if (kind == nullptr) continue;
    const Fields fields(*item, object(kind->shape), reader.mistakes);
    Step step;
    step.position = item->position;
    if (kind->field == "start") step.action = read_start(fields, scenario, reader);
    if (kind->field == "call") step.action = read_call(fields, scenario, reader);
    if (kind->field == "command") step.action = read_command(fields, reader);
    if (kind->field == "wait") {
      const auto duration = read_duration(*fields.get("wait"), "wait", reader.mistakes);
      step.action = WaitStep{duration.value_or(Duration{})};
    } else if (const Node* expect = fields.get("expect")) {
      const std::string shape = std::string(kind->field) + " expectations";
      step.expect = read_expectations(*expect, object(shape), reader);
    }
    if (kind->field == "call" || kind->field == "command") {
      if (const Node* memory = fields.get("in_function")) {
        step.in_function_mb = read_memory(*memory, "in_function", reader.mistakes);
      }
    }
    name_step(fields, step, names, reader);
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace bedlam::scenario
