// workflows: what is deployed.
#include <filesystem>
#include <string_view>

#include "emulator/scenario/sections.h"
#include "emulator/scenario/values.h"

namespace bedlam::scenario {
namespace {

// AWS Step Functions API reference, CreateStateMachine: name.
constexpr std::size_t kMaxNameLength = 80;
constexpr std::string_view kForbiddenInNames = " \t\r\n<>{}[]?*\"#%\\^|~`$&,;:/";

void check_name(const Member& member, Reader& reader) {
  if (member.name.empty() || member.name.size() > kMaxNameLength ||
      member.name.find_first_of(kForbiddenInNames) != std::string::npos) {
    reader.mistakes.add(
        member.position, "'" + member.name + "' cannot be the name of a state machine",
        "a name has 1 to 80 characters, no space and none of < > { } [ ] ? * \" # % \\ ^ | ~ ` $ & "
        ", ; : /");
  }
}

// A definition as the AWS Toolkit and AWS SAM take it too, `.asl.yaml`.
void read_yaml_definition(const FileText& file, Workflow& workflow, Reader& reader) {
  Mistakes mistakes(std::filesystem::path(file.path).lexically_normal().string());
  if (const auto document = read_document(file.text, mistakes)) {
    if (document->root != nullptr) workflow.source = locate(*document->root, mistakes);
  }
  workflow.file = file.path;
  workflow.definition = workflow.source ? to_text(workflow.source->value) : "{}";
  for (const Diagnostic& found : std::move(mistakes).sorted()) {
    reader.mistakes.add_in(found.file, found.position, found.message, found.hint);
  }
}

void read_definition_file(const Node& node, std::string_view what, Workflow& workflow,
                          Reader& reader) {
  std::optional<FileText> file = read_named_file(node, what, reader);
  if (!file) return;
  if (file->path.ends_with(".yaml") || file->path.ends_with(".yml")) {
    read_yaml_definition(*file, workflow, reader);
    return;
  }
  if (!parse_json_file(*file, reader)) return;
  workflow.file = std::move(file->path);
  workflow.definition = std::move(file->text);
}

Workflow read_workflow(const Member& member, Reader& reader) {
  Workflow workflow;
  workflow.name = member.name;
  workflow.position = member.position;
  check_name(member, reader);
  if (member.value->kind != Node::Kind::kMap) {
    read_definition_file(*member.value, "a workflow's file", workflow, reader);
    return workflow;
  }
  const Node& node = *member.value;
  // An inline definition one level too high is the likeliest mistake here.
  if (node.find("StartAt") != nullptr || node.find("States") != nullptr) {
    reader.mistakes.add(node.position, "a definition stands below 'definition'",
                        "write definition: {StartAt: …, States: …}");
    return workflow;
  }
  const Fields fields(node, object("workflow"), reader.mistakes);
  if (const Node* file = fields.get("file")) {
    read_definition_file(*file, "file", workflow, reader);
  }
  if (const Node* definition = fields.get("definition")) {
    if (definition->kind == Node::Kind::kMap) {
      workflow.source = locate(*definition, reader.mistakes);
      workflow.definition = to_text(workflow.source->value);
    } else {
      reader.mistakes.add(definition->position,
                          "definition is an object, not " + describe(*definition),
                          "for a file write file: instead");
    }
  }
  if (const Node* type = fields.get("type")) {
    if (auto word = read_choice(*type, choice("workflow type"), "type", reader.mistakes)) {
      workflow.type = std::move(*word);
    }
  }
  return workflow;
}

}  // namespace

std::vector<Workflow> read_workflows(const Node& node, Reader& reader) {
  std::vector<Workflow> workflows;
  for (const Member& member : read_map(node, "workflows", reader.mistakes)) {
    workflows.push_back(read_workflow(member, reader));
  }
  return workflows;
}

}  // namespace bedlam::scenario
