#include "emulator/script/pattern.h"

#include <regex>

#include "emulator/base/glob.h"

namespace bedlam::script {
namespace {

std::regex compile(std::string_view pattern) {
  pattern = pattern.substr(1, pattern.size() - 2);
  return std::regex(pattern.begin(), pattern.end(), std::regex::ECMAScript);
}

}  // namespace

bool is_regex(std::string_view pattern) {
  return pattern.size() >= 2 && pattern.front() == '/' && pattern.back() == '/';
}

std::optional<std::string> pattern_mistake(std::string_view pattern) {
  if (!is_regex(pattern)) return std::nullopt;
  try {
    compile(pattern);
    return std::nullopt;
  } catch (const std::regex_error& error) {
    return "not a regular expression: " + std::string(error.what());
  }
}

bool pattern_matches(std::string_view pattern, const std::string& text) {
  if (!is_regex(pattern)) return glob_match(pattern, text);
  try {
    const std::string head = text.substr(0, kMaxRegexText);
    return std::regex_search(head, compile(pattern));
  } catch (const std::regex_error&) {
    return false;  // too complex for this text; mistakes were found when the pattern was read
  }
}

}  // namespace bedlam::script
