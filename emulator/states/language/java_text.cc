#include "emulator/states/language/java_text.h"

#include <limits>

namespace bedlam::states {
namespace {

void append(const Json& value, std::string& text) {
  if (value.is_string()) {
    text += value.get_ref<const std::string&>();
  } else if (value.is_object()) {
    text += '{';
    std::string_view separator;
    for (const auto& [name, member] : value.items()) {
      text.append(separator).append(name) += '=';
      append(member, text);
      separator = ", ";
    }
    text += '}';
  } else if (value.is_array()) {
    text += '[';
    std::string_view separator;
    for (const Json& element : value) {
      text.append(separator);
      append(element, text);
      separator = ", ";
    }
    text += ']';
  } else {
    text += to_text(value);
  }
}

}  // namespace

std::string java_text(const Json& value) {
  std::string text;
  append(value, text);
  return text;
}

std::string java_class(const Json& value) {
  switch (value.type()) {
    case Json::value_t::string:
      return "java.lang.String";
    case Json::value_t::boolean:
      return "java.lang.Boolean";
    case Json::value_t::number_float:
      return "java.lang.Double";
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned: {
      const auto number = value.get<std::int64_t>();
      const bool is_int = number >= std::numeric_limits<std::int32_t>::min() &&
                          number <= std::numeric_limits<std::int32_t>::max();
      return is_int ? "java.lang.Integer" : "java.lang.Long";
    }
    case Json::value_t::array:
      return "java.util.ArrayList";
    case Json::value_t::object:
      return "java.util.LinkedHashMap";
    default:
      return "null";
  }
}

}  // namespace bedlam::states
