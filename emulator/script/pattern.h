// Texts that match texts: a glob, or a regular expression between slashes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bedlam::script {

// Whether all of `text` matches the glob, or some part of it the /regular expression/ (ECMAScript).
// Texts beyond kMaxRegexText are cut for a regular expression: the standard library's matcher
// recurses once a character.
bool pattern_matches(std::string_view pattern, const std::string& text);
inline constexpr std::size_t kMaxRegexText = 16 * 1024;

bool is_regex(std::string_view pattern);  // stands between slashes
// What is wrong with a pattern, or nothing.
std::optional<std::string> pattern_mistake(std::string_view pattern);

}  // namespace bedlam::script
