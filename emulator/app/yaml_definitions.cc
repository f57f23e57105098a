#include "emulator/app/yaml_definitions.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "emulator/scenario/document.h"
#include "emulator/scenario/values.h"

namespace bedlam::app {
namespace {

using scenario::Document;
using scenario::Mistakes;
using scenario::Node;
using scenario::Tags;
using scenario::Workflow;

const Node* value_of(const Node& node, std::string_view name) {
  const scenario::Member* member = node.find(name);
  return member == nullptr ? nullptr : member->value;
}

std::string text_of(const Node& node, std::string_view name) {
  const Node* value = value_of(node, name);
  return value == nullptr || value->kind != Node::Kind::kScalar ? "" : value->text;
}

bool is_yaml(const std::string& file) {
  return file.ends_with(".yaml") || file.ends_with(".yml");
}

void take_node(const Node& node, Workflow& workflow, Mistakes& mistakes) {
  workflow.source = scenario::locate(node, mistakes);
  workflow.definition = to_text(workflow.source->value);
  workflow.position = node.position;
}

class Template {
 public:
  Template(const std::string& file, Mistakes& mistakes) : file_(file), mistakes_(mistakes) {}

  YamlDefinitions machines(const Node& resources) {
    YamlDefinitions found;
    for (const scenario::Member& resource : resources.members) {
      const std::string type = text_of(*resource.value, "Type");
      const Node* properties = value_of(*resource.value, "Properties");
      const bool machine =
          type == "AWS::Serverless::StateMachine" || type == "AWS::StepFunctions::StateMachine";
      if (!machine || properties == nullptr) continue;
      Workflow workflow;
      workflow.name = resource.name;
      workflow.file = file_;
      workflow.position = resource.position;
      const bool express = text_of(*properties, "Type") == "EXPRESS" ||
                           text_of(*properties, "StateMachineType") == "EXPRESS";
      workflow.type = express ? "EXPRESS" : "STANDARD";
      if (read_definition(*properties, workflow)) {
        found.machines.push_back(std::move(workflow));
      } else if (told_ == unread_.size()) {
        unread_.push_back({Severity::kWarning, file_, resource.position,
                           "the definition of '" + resource.name + "' is not at hand here",
                           "a template gives it by Definition, DefinitionString or DefinitionUri"});
      }
      told_ = unread_.size();
    }
    found.unread = std::move(unread_);
    return found;
  }

 private:
  // False where the definition is not at hand: in Amazon S3, or what a function of the template
  // gives.
  bool read_definition(const Node& properties, Workflow& workflow) {
    if (const Node* node = value_of(properties, "Definition")) {
      if (node->kind != Node::Kind::kMap) return false;
      take_node(*node, workflow, mistakes_);
      return true;
    }
    if (const Node* text = value_of(properties, "DefinitionString")) {
      return read_string(*text, workflow);
    }
    const Node* uri = value_of(properties, "DefinitionUri");
    return uri != nullptr && uri->kind == Node::Kind::kScalar && read_file(*uri, workflow);
  }

  // JSON, of which the whole text has one place.
  bool read_string(const Node& node, Workflow& workflow) {
    const Node* text = &node;
    if (const Node* sub = value_of(node, "Fn::Sub")) text = sub;
    if (const Node* join = value_of(node, "Fn::Join")) return read_joined(*join, workflow);
    if (text->kind == Node::Kind::kList && !text->items.empty()) text = text->items[0];
    if (text->kind != Node::Kind::kScalar || !text->text.starts_with("{")) return false;
    workflow.definition = text->text;
    workflow.source.emplace();
    workflow.source->positions[""] = text->position;
    return true;
  }

  // Of pieces, as the AWS CDK writes it; what a function gives among them is a placeholder.
  static bool read_joined(const Node& join, Workflow& workflow) {
    const bool list = join.kind == Node::Kind::kList && join.items.size() == 2 &&
                      join.items[1]->kind == Node::Kind::kList;
    if (!list) return false;
    std::string text;
    for (const Node* piece : join.items[1]->items) {
      if (!text.empty()) text += join.items[0]->text;
      text += piece->kind == Node::Kind::kScalar ? piece->text : "${Join}";
    }
    if (!text.starts_with("{")) return false;
    workflow.definition = std::move(text);
    workflow.source.emplace();
    workflow.source->positions[""] = join.position;
    return true;
  }

  bool read_file(const Node& uri, Workflow& workflow) {
    if (uri.text.starts_with("s3://") || uri.text.starts_with("${")) return false;
    const auto path = std::filesystem::path(file_).parent_path() / uri.text;
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream) {
      unread_.push_back({Severity::kError, file_, uri.position, "cannot read '" + uri.text + "'",
                         "DefinitionUri is relative to the template"});
      return false;
    }
    workflow.file = path.string();
    workflow.definition = text.str();
    if (!is_yaml(workflow.file)) return true;
    const auto inside = read_yaml_definitions(workflow.definition, workflow.file);
    if (!inside) return false;
    if (!*inside) {
      const Diagnostics& found = inside->error();
      unread_.insert(unread_.end(), found.begin(), found.end());
      return false;
    }
    if ((*inside)->machines.size() != 1) return false;
    const std::string type = workflow.type;
    workflow = (*inside)->machines.front();
    workflow.type = type;
    return true;
  }

  const std::string& file_;
  Mistakes& mistakes_;
  Diagnostics unread_;
  std::size_t told_ = 0;  // of unread_, by the machines before
};

}  // namespace

std::optional<Result<YamlDefinitions, Diagnostics>> read_yaml_definitions(const std::string& text,
                                                                          const std::string& file) {
  Mistakes mistakes(file);
  const std::unique_ptr<Document> document =
      scenario::read_document(text, mistakes, Tags::kTemplate);
  const Node* root = document == nullptr ? nullptr : document->root;
  const Node* resources = root == nullptr ? nullptr : value_of(*root, "Resources");
  const bool machine = root != nullptr && root->find("States") != nullptr;
  const bool by_name = file.ends_with(".asl.yaml") || file.ends_with(".asl.yml");
  if (resources == nullptr && !machine && !by_name) return std::nullopt;
  YamlDefinitions definitions;
  if (resources != nullptr && !machine) {
    definitions = Template(file, mistakes).machines(*resources);
  } else if (root != nullptr) {
    Workflow workflow;
    workflow.file = file;
    take_node(*root, workflow, mistakes);
    definitions.machines.push_back(std::move(workflow));
  }
  if (!mistakes.empty()) return std::move(mistakes).sorted();
  return definitions;
}

}  // namespace bedlam::app
