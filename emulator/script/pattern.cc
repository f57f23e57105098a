#include "emulator/script/pattern.h"

#include <regex>

#include "emulator/base/glob.h"

namespace bedlam::script {
namespace {

// The library's usual matcher goes one call deeper with every character, which ends on the stack's
// guard page, and may take exponential time. Its breadth-first one does neither; a search with it
// is quadratic, so the whole text is matched, with anything around the pattern.
constexpr auto kSyntax = std::regex::ECMAScript | std::regex_constants::__polynomial;

std::string inside(std::string_view pattern) {
  return std::string(pattern.substr(1, pattern.size() - 2));
}

std::regex compile(std::string_view pattern) {
  return std::regex("[^]*(?:" + inside(pattern) + ")[^]*", kSyntax);
}

}  // namespace

bool is_regex(std::string_view pattern) {
  return pattern.size() >= 2 && pattern.front() == '/' && pattern.back() == '/';
}

std::optional<std::string> pattern_mistake(std::string_view pattern) {
  if (!is_regex(pattern)) return std::nullopt;
  try {
    (void)std::regex(inside(pattern), kSyntax);  // first alone: "a)(b" is right inside of brackets
    (void)compile(pattern);
    return std::nullopt;
  } catch (const std::regex_error& error) {
    return "not a regular expression: " + std::string(error.what());
  }
}

bool pattern_matches(std::string_view pattern, const std::string& text) {
  if (!is_regex(pattern)) return glob_match(pattern, text);
  try {
    const std::string head = text.substr(0, kMaxRegexText);
    return std::regex_match(head, compile(pattern));
  } catch (const std::regex_error&) {
    return false;  // too complex for this text; mistakes were found when the pattern was read
  }
}

}  // namespace bedlam::script
