#include "emulator/script/pattern.h"

#include <regex>

#include "emulator/base/glob.h"

namespace bedlam::script {

struct CompiledRegex {
  std::regex regex;
};

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

// nullptr where it is none; mistakes were found when the pattern was read.
std::shared_ptr<const CompiledRegex> try_compile(std::string_view pattern) {
  try {
    return std::make_shared<const CompiledRegex>(CompiledRegex{compile(pattern)});
  } catch (const std::regex_error&) {
    return nullptr;
  }
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
  return Patterns().match(pattern, text);
}

bool Patterns::match(std::string_view pattern, const std::string& text) {
  if (!is_regex(pattern)) return glob_match(pattern, text);
  auto found = compiled_.find(pattern);
  if (found == compiled_.end()) {
    found = compiled_.emplace(std::string(pattern), try_compile(pattern)).first;
  }
  if (found->second == nullptr) return false;
  try {
    return std::regex_match(text.substr(0, kMaxRegexText), found->second->regex);
  } catch (const std::regex_error&) {
    return false;  // too complex for this text
  }
}

}  // namespace bedlam::script
