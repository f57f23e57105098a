#include "emulator/script/value.h"

namespace bedlam::script {
namespace {

constexpr std::string_view kPathSuffix = ".$";

Json at_path(const Json& event, const std::string& path) {
  const Json* found = follow(event, path);
  return found == nullptr ? Json() : *found;
}

Json filled(const Json& form, const Json& event) {
  if (form.is_array()) {
    Json array = Json::array();
    for (const Json& element : form) array.push_back(filled(element, event));
    return array;
  }
  if (!form.is_object()) return form;
  Json object = Json::object();
  for (const auto& member : form.items()) {
    const std::string& name = member.key();
    if (name.ends_with(kPathSuffix) && member.value().is_string()) {
      object[name.substr(0, name.size() - kPathSuffix.size())] =
          at_path(event, member.value().get_ref<const std::string&>());
    } else {
      object[name] = filled(member.value(), event);
    }
  }
  return object;
}

std::string formatted(const std::string& text, const Json& event) {
  std::string result;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find('{', at);
    const std::size_t close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) break;
    const std::string inside = text.substr(open + 1, close - open - 1);
    result += text.substr(at, open - at);
    if (inside == "event") {
      result += python_str(event);
    } else if (inside.starts_with('$')) {
      result += python_str(at_path(event, inside));
    } else {
      result += text.substr(open, close - open + 1);
    }
    at = close + 1;
  }
  return result + text.substr(at);
}

// Texts inside lists and dicts, as repr() writes them.
std::string python_quoted(const std::string& text) {
  const bool has_single = text.find('\'') != std::string::npos;
  const char quote = has_single && text.find('"') == std::string::npos ? '"' : '\'';
  std::string quoted(1, quote);
  for (const char c : text) {
    if (c == '\\' || c == quote) quoted += '\\';
    if (c == '\n') {
      quoted += "\\n";
    } else {
      quoted += c;
    }
  }
  return quoted + quote;
}

std::string python_repr(const Json& value) {
  if (value.is_string()) return python_quoted(value.get_ref<const std::string&>());
  return python_str(value);
}

// `text` of each element, between brackets.
template <typename Text>
std::string python_list(const Json& array, Text text) {
  std::string result = "[";
  for (const Json& element : array) result += (result.size() > 1 ? ", " : "") + text(element);
  return result + "]";
}

}  // namespace

Json value_of(const Answer& answer, const Json& event) {
  const auto* text = std::get_if<std::string>(&answer.content);
  const auto* body = std::get_if<Body>(&answer.content);
  switch (answer.form) {
    case Answer::Form::kEcho:
      return text == nullptr ? event : at_path(event, *text);
    case Answer::Form::kTemplate:
      return body == nullptr ? Json() : filled(body->value, event);
    case Answer::Form::kFormat:
      return text == nullptr ? Json() : Json(formatted(*text, event));
    case Answer::Form::kAsIs:
      break;
  }
  if (text != nullptr) return *text;
  return body == nullptr ? Json() : body->value;
}

std::string python_json(const Json& value) {
  if (value.is_array()) return python_list(value, python_json);
  if (!value.is_object()) return to_text(value);
  std::string result = "{";
  for (const auto& member : value.items()) {
    result += (result.size() > 1 ? ", " : "") + to_text(Json(member.key())) + ": " +
              python_json(member.value());
  }
  return result + "}";
}

std::string python_str(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return "None";
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (value.is_array()) return python_list(value, python_repr);
  if (!value.is_object()) return to_text(value);
  std::string result = "{";
  for (const auto& member : value.items()) {
    result += (result.size() > 1 ? ", " : "") + python_quoted(member.key()) + ": " +
              python_repr(member.value());
  }
  return result + "}";
}

}  // namespace bedlam::script
