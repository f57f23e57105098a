// JSON as text, byte for byte as the library writes it.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "emulator/base/json.h"
#include "emulator/base/json_plain.h"

namespace bedlam {
namespace {

void append_control(std::string& to, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(c);
  to += "\\u00";
  to += kHex[code >> 4U];
  to += kHex[code & 0xfU];
}

void append_escape(std::string& to, char c) {
  constexpr std::string_view kLetters = "btn?fr";  // of codes 8 to 13
  if (c == '"' || c == '\\') {
    to += '\\';
    to += c;
  } else if (c >= 8 && c <= 13 && c != 11) {
    to += '\\';
    to += kLetters[static_cast<std::size_t>(c - 8)];
  } else {
    append_control(to, c);
  }
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

template <typename Number>
void append_integer(std::string& to, Number number) {
  std::array<char, 24> digits{};
  to.append(digits.data(), std::to_chars(digits.data(), digits.data() + 24, number).ptr);
}

void append_double(std::string& to, double number) {
  if (!std::isfinite(number)) {
    to += "null";
    return;
  }
  std::array<char, 64> digits{};
  to.append(digits.data(),
            nlohmann::detail::to_chars(digits.data(), digits.data() + digits.size(), number));
}

void append_quoted(std::string& to, std::string_view text) {
  to += '"';
  append_escaped(to, text);
  to += '"';
}

void append_object(std::string& to, const Json::object_t& object) {
  to += '{';
  bool first = true;
  for (const auto& [name, value] : object) {
    if (!std::exchange(first, false)) to += ',';
    append_quoted(to, name);
    to += ':';
    append_text(to, value);
  }
  to += '}';
}

void append_array(std::string& to, const Json::array_t& array) {
  to += '[';
  bool first = true;
  for (const Json& value : array) {
    if (!std::exchange(first, false)) to += ',';
    append_text(to, value);
  }
  to += ']';
}

}  // namespace

void append_escaped(std::string& to, std::string_view text) {
  if (plain_size(text) == text.size()) {
    to += text;
    return;
  }
  if (!is_ascii(text)) {  // the library checks it, and mends what is no UTF-8
    const std::string quoted = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    to.append(quoted, 1, quoted.size() - 2);
    return;
  }
  while (!text.empty()) {
    const std::size_t plain = plain_size(text);
    to += text.substr(0, plain);
    if (plain == text.size()) return;
    append_escape(to, text[plain]);
    text.remove_prefix(plain + 1);
  }
}

void append_text(std::string& to, const Json& value) {
  switch (value.type()) {
    case Json::value_t::object:
      return append_object(to, value.get_ref<const Json::object_t&>());
    case Json::value_t::array:
      return append_array(to, value.get_ref<const Json::array_t&>());
    case Json::value_t::string:
      return append_quoted(to, value.get_ref<const std::string&>());
    case Json::value_t::boolean:
      to += value.get<bool>() ? "true" : "false";
      return;
    case Json::value_t::number_integer:
      return append_integer(to, value.get<std::int64_t>());
    case Json::value_t::number_unsigned:
      return append_integer(to, value.get<std::uint64_t>());
    case Json::value_t::number_float:
      return append_double(to, value.get<double>());
    default:
      to += "null";
  }
}

std::string to_text(const Json& value) {
  constexpr std::size_t kUsual = 512;  // bytes: saves the growing of a short one
  std::string text;
  if (value.is_structured()) text.reserve(kUsual);
  append_text(text, value);
  return text;
}

}  // namespace bedlam
