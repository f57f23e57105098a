// The JSON Schema of the format (json-schema.org, draft 2020-12), from the tables of shapes.h.
#include <algorithm>
#include <stdexcept>
#include <string>

#include "emulator/scenario/scenario.h"
#include "emulator/scenario/shapes.h"

namespace bedlam::scenario {
namespace {

std::string definition_name(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), ' ', '_');
  return text;
}

bool known(std::string_view name) {
  const auto is_it = [&](const auto& entry) { return entry.name == name; };
  return std::any_of(objects().begin(), objects().end(), is_it) ||
         std::any_of(choices().begin(), choices().end(), is_it) ||
         std::any_of(scalars().begin(), scalars().end(), is_it);
}

// The alternatives of a type, at its outermost level.
std::vector<std::string_view> alternatives(std::string_view type) {
  std::vector<std::string_view> parts;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < type.size(); ++i) {
    if (type[i] == '[' || type[i] == '{') ++depth;
    if (type[i] == ']' || type[i] == '}') --depth;
    if (type[i] == '|' && depth == 0) {
      parts.push_back(type.substr(begin, i - 1 - begin));
      begin = i + 2;
    }
  }
  parts.push_back(type.substr(begin));
  return parts;
}

Json type_schema(std::string_view type) {
  const std::vector<std::string_view> parts = alternatives(type);
  if (parts.size() > 1) {
    Json any = Json::array();
    for (const std::string_view part : parts) any.push_back(type_schema(part));
    return {{"anyOf", std::move(any)}};
  }
  if (type.front() == '[') {
    return {{"type", "array"},
            {"items", type_schema(type.substr(1, type.size() - 2))},
            {"minItems", 1}};
  }
  if (type.front() == '{') {
    return {{"type", "object"},
            {"additionalProperties", type_schema(type.substr(1, type.size() - 2))}};
  }
  if (!known(type)) throw std::logic_error("no type named " + std::string(type));
  return {{"$ref", "#/$defs/" + definition_name(type)}};
}

// At most one of the fields: no two of them; exactly one: one of them, and no two.
void add_group(const Group& group, Json& schema) {
  Json one = Json::array();
  for (const std::string_view name : group.names) {
    one.push_back({{"required", Json::array({name})}});
  }
  if (!group.required) {
    Json any = one;
    one.push_back({{"not", {{"anyOf", std::move(any)}}}});
  }
  schema["allOf"].push_back({{"oneOf", std::move(one)}});
}

Json object_schema(const Object& object) {
  Json schema{{"description", object.about}, {"type", "object"}};
  Json required = Json::array();
  Json properties = Json::object();
  for (const Field& field : object.fields) {
    Json property = type_schema(field.type);
    property["description"] = field.about;
    properties[std::string(field.name)] = std::move(property);
    if (field.required) required.push_back(field.name);
  }
  schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  for (const Group& group : object.groups) add_group(group, schema);
  return schema;
}

}  // namespace

Json scenario_schema() {
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", "Bedlam scenario"}};
  schema.update(object_schema(objects().front()));
  Json definitions = Json::object();
  for (const Object& object : objects()) {
    if (&object == &objects().front()) continue;
    definitions[definition_name(object.name)] = object_schema(object);
  }
  for (const Choices& choice : choices()) {
    definitions[definition_name(choice.name)] = {
        {"description", choice.about}, {"type", "string"}, {"enum", choice.words}};
  }
  for (const Scalar& scalar : scalars()) {
    Json definition{{"description", scalar.about}};
    definition.update(scalar.schema);
    definitions[definition_name(scalar.name)] = std::move(definition);
  }
  schema["$defs"] = std::move(definitions);
  return schema;
}

}  // namespace bedlam::scenario
