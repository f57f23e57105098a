#include "harness/record/yaml_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "emulator/scenario/document.h"

namespace bedlam::harness {
namespace {

// What a recording puts around a value: sections, models, rules, scripts, answers, frames.
constexpr std::size_t kLevelsAround = 12;

// Characters that YAML does not print, or that end a line in it, beside those that JSON escapes:
// the C1 controls with NEL, the separators of lines and paragraphs, and the byte order mark.
struct Escape {
  std::string_view bytes, text;
};
constexpr std::array<Escape, 3> kEscapes{
    {{"\xe2\x80\xa8", "\\u2028"}, {"\xe2\x80\xa9", "\\u2029"}, {"\xef\xbb\xbf", "\\uFEFF"}}};

std::string hex_digits(unsigned byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  return {kDigits[byte >> 4U], kDigits[byte & 15U]};
}

// Words that the core schema, or older readers, take for something else.
bool is_taken(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  constexpr std::array<std::string_view, 9> kTaken{"true", "false", "null", "yes", "no",
                                                   "on",   "off",   "y",    "n"};
  return std::find(kTaken.begin(), kTaken.end(), lower) != kTaken.end();
}

bool fits_level(const Json& value, std::size_t level) {
  if (!value.is_structured()) return true;
  if (level == 0) return false;
  for (const auto& [name, member] : value.items()) {
    if (value.is_object() && name.size() * 2 > scenario::kMaxKeyBytes) return false;
    if (!fits_level(member, level - 1)) return false;
  }
  return true;
}

}  // namespace

std::string yaml_quoted(std::string_view text) {
  // JSON's escapes are YAML's too.
  const std::string json = to_text(Json(std::string(text)));
  std::string quoted;
  quoted.reserve(json.size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string_view rest = std::string_view(json).substr(i);
    const auto byte = static_cast<unsigned char>(json[i]);
    const auto* const found = std::find_if(kEscapes.begin(), kEscapes.end(), [&](const Escape& e) {
      return rest.starts_with(e.bytes);
    });
    if (found != kEscapes.end()) {
      quoted += found->text;
      i += found->bytes.size() - 1;
    } else if (byte == 0x7f) {
      quoted += "\\x7F";
    } else if (byte == 0xc2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xa0) {
      quoted += "\\x" + hex_digits(static_cast<unsigned char>(rest[1]));
      ++i;
    } else {
      quoted += json[i];
    }
  }
  return quoted;
}

bool is_utf8(std::string_view text) {
  const auto json = parse_json(to_text(Json(std::string(text))));
  return json.ok() && json->get_ref<const std::string&>() == text;
}

std::string yaml_word(std::string_view text) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' ||
           c == ':' || c == '/';
  };
  const bool word = !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) != 0 &&
                    text.back() != ':' && std::all_of(text.begin(), text.end(), plain) &&
                    !is_taken(text) && text.size() * 2 <= scenario::kMaxKeyBytes;
  return word ? std::string(text) : yaml_quoted(text);
}

std::string yaml_flow(const Json& value) {
  if (value.is_string()) return yaml_quoted(value.get_ref<const std::string&>());
  if (!value.is_structured()) return to_text(value);
  std::string text(1, value.is_object() ? '{' : '[');
  bool first = true;
  for (const auto& [name, member] : value.items()) {
    if (!std::exchange(first, false)) text += ", ";
    if (value.is_object()) text += yaml_word(name) + ": ";
    text += yaml_flow(member);
  }
  return text + (value.is_object() ? '}' : ']');
}

bool fits_yaml(const Json& value) {
  return fits_level(value, scenario::kMaxNesting - kLevelsAround);
}

std::string yaml_duration(Duration duration) {
  std::string text = format_duration(std::chrono::round<std::chrono::microseconds>(duration));
  std::erase(text, ' ');
  return text;
}

}  // namespace bedlam::harness
