#include "emulator/bedrock/operations/converse_tools.h"

#include <algorithm>
#include <set>
#include <vector>

#include "emulator/bedrock/errors.h"

namespace bedlam::bedrock {
namespace {

using Ids = std::vector<std::string>;

// Adds the ids of a message's blocks of that kind.
void add_ids(const Json& message, std::string_view kind, Ids& to) {
  for (const Json& block : *given(message, "content")) {
    if (const Json* found = given(block, kind)) {
      to.push_back(given(*found, "toolUseId")->get<std::string>());
    }
  }
}

std::optional<aws::Error> check_answers(const Ids& asked, const Ids& answered, std::size_t at) {
  if (answered.size() > asked.size()) return errors::too_many_tool_results(at);
  const std::set<std::string_view> found(answered.begin(), answered.end());  // only looked up in
  Ids missing;
  std::copy_if(asked.begin(), asked.end(), std::back_inserter(missing),
               [&](const auto& id) { return !found.contains(id); });
  if (missing.empty()) return std::nullopt;
  return errors::tool_results_missing(at, missing);
}

}  // namespace

const Json* given(const Json& object, std::string_view name) {
  const Json* value = find(object, name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::optional<aws::Error> check_tool_input(const Json& use, const std::string& at) {
  if (given(use, "input")->is_object()) return std::nullopt;
  return errors::no_json_object(at + ".toolUse.input");
}

std::optional<aws::Error> check_tool_json(const Json& result, const std::string& at) {
  std::size_t index = 0;
  for (const Json& part : *given(result, "content")) {
    const Json* json = given(part, "json");
    if (json != nullptr && !json->is_object()) {
      return errors::no_json_object(at + ".toolResult.content." + std::to_string(index) + ".json");
    }
    ++index;
  }
  return std::nullopt;
}

std::optional<aws::Error> check_tool_schemas(const Json& tools) {
  for (std::size_t i = 0; i < tools.size(); ++i) {
    const Json* spec = given(tools[i], "toolSpec");
    const Json* schema = spec == nullptr ? nullptr : given(*given(*spec, "inputSchema"), "json");
    if (schema == nullptr) continue;
    if (!schema->is_object()) {
      return errors::no_json_object("toolConfig.tools." + std::to_string(i) +
                                    ".toolSpec.inputSchema.json");
    }
    const Json* type = given(*schema, "type");
    if (type == nullptr || *type != "object") return errors::no_object_schema(i);
  }
  return std::nullopt;
}

std::optional<aws::Error> check_tool_pairs(const Json& messages) {
  Ids asked;
  for (std::size_t i = 0; i < messages.size();) {
    const std::size_t first = i;
    const Json& role = *given(messages[first], "role");
    Ids answered, asks;
    for (; i < messages.size() && *given(messages[i], "role") == role; ++i) {
      add_ids(messages[i], "toolResult", answered);
      add_ids(messages[i], "toolUse", asks);
    }
    if (const auto problem = check_answers(asked, answered, first)) return problem;
    asked = std::move(asks);
  }
  return std::nullopt;
}

}  // namespace bedlam::bedrock
