// Texts that match texts: a glob, or a regular expression between slashes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bedlam::script {

// Whether all of `text` matches the glob, or some part of it the /regular expression/ (ECMAScript,
// without back-references). Takes time linear in the text, and a regular expression sees the first
// kMaxRegexText bytes only: 10 ms, during which nobody else is served.
bool pattern_matches(std::string_view pattern, const std::string& text);
inline constexpr std::size_t kMaxRegexText = 64 * 1024;

bool is_regex(std::string_view pattern);  // stands between slashes
// What is wrong with a pattern, or nothing.
std::optional<std::string> pattern_mistake(std::string_view pattern);

}  // namespace bedlam::script
