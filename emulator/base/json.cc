#include "emulator/base/json.h"

#include <algorithm>

namespace bedlam {
namespace {

// Finds the line and column of a byte offset, both from 1.
void locate(std::string_view text, std::size_t offset, JsonError& error) {
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  error.line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_start = before.rfind('\n');
  error.column = line_start == std::string_view::npos ? offset + 1 : offset - line_start;
}

// The parser's text reads "[json.exception...] parse error at line 1, column 2: <what>".
std::string without_prefix(std::string_view text) {
  const std::size_t column = text.find("column");
  const std::size_t colon = text.find(": ", column == std::string_view::npos ? 0 : column);
  return std::string(colon == std::string_view::npos ? text : text.substr(colon + 2));
}

// Brackets open at the deepest point, outside of strings; counts without parsing.
bool too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxJsonDepth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

bool same_object(const Json& a, const Json& b) {
  if (a.size() != b.size()) return false;
  return std::all_of(a.items().begin(), a.items().end(), [&](const auto& member) {
    const Json* other = find(b, member.key());
    return other != nullptr && same_value(member.value(), *other);
  });
}

}  // namespace

Result<Json, JsonError> parse_json(std::string_view text) {
  if (too_deep(text)) {
    return JsonError{"nesting is deeper than " + std::to_string(kMaxJsonDepth) + " levels"};
  }
  try {
    return Json::parse(text);
  } catch (const Json::exception& failure) {
    JsonError error{without_prefix(failure.what())};
    const auto* parse_failure = dynamic_cast<const Json::parse_error*>(&failure);
    if (parse_failure != nullptr && parse_failure->byte > 0) {
      locate(text, parse_failure->byte - 1, error);
    }
    return error;
  }
}

std::string to_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool same_value(const Json& a, const Json& b) {
  if (a.is_object() && b.is_object()) return same_object(a, b);
  if (a.is_array() && b.is_array()) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_value);
  }
  return a == b;
}

const Json* find(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto member = object.find(name);
  return member == object.end() ? nullptr : &*member;
}

}  // namespace bedlam
