// Patterns with `*` for any run of characters, as in model names and prompts.
#pragma once

#include <string_view>

namespace bedlam {

// Whether the whole of `text` matches. Only `*` is special. Linear in time for any pattern and
// text: both may come from somebody hostile.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace bedlam
