// Patterns with `*` for any run of characters, as in model names and prompts.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string_view>

namespace bedlam {

// Whether the whole of `text` matches. Only `*` is special. Linear in time for any pattern and
// text: both may come from somebody hostile.
bool glob_match(std::string_view pattern, std::string_view text);

// Whether any of the patterns does.
template <typename Patterns = std::initializer_list<std::string_view>>
bool glob_match_any(const Patterns& patterns, std::string_view text) {
  return std::any_of(std::begin(patterns), std::end(patterns),
                     [&](std::string_view pattern) { return glob_match(pattern, text); });
}

}  // namespace bedlam
