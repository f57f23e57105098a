#include <algorithm>
#include <stdexcept>

#include "emulator/scenario/reader.h"
#include "emulator/scenario/values.h"

namespace bedlam::scenario {
namespace {

// Other objects with that field: "a field of a call step".
std::string elsewhere(std::string_view field) {
  std::vector<std::string_view> titles;
  for (const Object& object : objects()) {
    if (object.find(field) != nullptr) titles.push_back(object.title);
  }
  return titles.empty() ? "" : "; it is a field of " + enumerate(titles);
}

}  // namespace

Fields::Fields(const Node& node, const Object& shape, Mistakes& mistakes)
    : node_(node), shape_(shape), mistakes_(mistakes), ok_(node.kind == Node::Kind::kMap) {
  if (!ok_) {
    mistakes.add(node.position, std::string(shape.title) + " is an object, not " + describe(node),
                 "its fields: " + enumerate(shape.names()));
    return;
  }
  bool unknown = false;
  for (const Member& member : node.members) {
    if (shape.find(member.name) != nullptr) continue;
    report_unknown(member);
    unknown = true;
  }
  // A misspelt field is the missing one, most likely: one mistake, not two.
  if (unknown) return;
  for (const Field& field : shape.fields) {
    if (field.required && node.find(field.name) == nullptr) {
      mistakes.add(node.position,
                   std::string(shape.title) + " needs the field '" + std::string(field.name) + "'",
                   std::string(field.name) + ": " + std::string(field.about));
    }
  }
  for (const Group& group : shape.groups) check_group(group);
}

void Fields::report_unknown(const Member& member) {
  const std::vector<std::string_view> names = shape_.names();
  std::string suggestion = did_you_mean(member.name, names);
  if (suggestion.empty()) suggestion = elsewhere(member.name);
  // {throttle: Wait, please.} has a field 'please.' without a value, for YAML.
  const bool rest_of_text = suggestion.empty() && member.value->kind == Node::Kind::kNull;
  mistakes_.add(member.position,
                std::string(shape_.title) + " has no field '" + member.name + "'" + suggestion,
                rest_of_text ? "inside { } a text with a comma stands in quotes"
                             : "allowed here: " + enumerate(names));
}

void Fields::check_group(const Group& group) {
  const Member* first = nullptr;
  for (const Member& member : node_.members) {
    if (std::find(group.names.begin(), group.names.end(), member.name) == group.names.end()) {
      continue;
    }
    if (first != nullptr) {
      mistakes_.add(member.position,
                    "'" + first->name + "' and '" + member.name + "' exclude each other",
                    std::string(shape_.title) + " has " + (group.required ? "exactly" : "at most") +
                        " one of " + enumerate(group.names));
      return;
    }
    first = &member;
  }
  if (first == nullptr && group.required) {
    mistakes_.add(node_.position,
                  std::string(shape_.title) + " needs one of " + enumerate(group.names));
  }
}

const Node* Fields::get(std::string_view name) const {
  if (shape_.find(name) == nullptr) {
    throw std::logic_error(std::string(shape_.title) + " has no field " + std::string(name));
  }
  const Member* member = ok_ ? node_.find(name) : nullptr;
  return member == nullptr ? nullptr : member->value;
}

Position Fields::key(std::string_view name) const {
  const Member* member = node_.find(name);
  return member == nullptr ? node_.position : member->position;
}

std::string enumerate(const std::vector<std::string_view>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace bedlam::scenario
