// Texts that match texts: a glob, or a regular expression between slashes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/base/regex.h"

namespace bedlam::script {

// Whether all of `text` matches the glob, or some part of it the /regular expression/ (ECMAScript,
// without back-references). Takes time linear in the text, and a regular expression sees the first
// kMaxRegexText bytes only: 10 ms, during which nobody else is served.
bool pattern_matches(std::string_view pattern, const std::string& text);
inline constexpr std::size_t kMaxRegexText = 64 * 1024;

// The same for patterns that are asked again: each regular expression is compiled once.
class Patterns {
 public:
  bool match(std::string_view pattern, const std::string& text);

 private:
  // nullopt: it does not compile, and matches nothing; mistakes were found when it was read.
  std::map<std::string, std::optional<Regex>, std::less<>> compiled_;
};

bool is_regex(std::string_view pattern);  // stands between slashes
// What is wrong with a pattern, or nothing.
std::optional<std::string> pattern_mistake(std::string_view pattern);

}  // namespace bedlam::script
