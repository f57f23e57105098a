// Names and presence of parameters.
#include <algorithm>
#include <cctype>

#include "emulator/states/integration/integration.h"

namespace bedlam::states {

std::optional<ParameterMistake> missing_field(const Json& parameters,
                                              std::initializer_list<std::string_view> required) {
  for (const std::string_view name : required) {
    if (bedlam::find(parameters, name) != nullptr) continue;
    if (bedlam::find(parameters, std::string(name) + ".$") != nullptr) continue;
    return ParameterMistake{"The field '" + std::string(name) + "' is required but was missing"};
  }
  return std::nullopt;
}

std::string respell(std::string name, Spelling to) {
  if (name.empty()) return name;
  const auto first = static_cast<unsigned char>(name[0]);
  name[0] = static_cast<char>(to == Spelling::kPascal ? std::toupper(first) : std::tolower(first));
  return name;
}

Json respell_all(const Json& value, Spelling to, const std::vector<std::string_view>& own) {
  if (value.is_array()) {
    Json array = Json::array();
    for (const Json& element : value) array.push_back(respell_all(element, to, own));
    return array;
  }
  if (!value.is_object()) return value;
  Json object = Json::object();
  for (const auto& member : value.items()) {
    const std::string pascal = respell(member.key(), Spelling::kPascal);
    const bool keep = std::find(own.begin(), own.end(), pascal) != own.end();
    object[respell(member.key(), to)] =
        keep ? member.value() : respell_all(member.value(), to, own);
  }
  return object;
}

}  // namespace bedlam::states
