// What of a text stands for itself between the quotes of a JSON string.
#pragma once

#include <cstddef>
#include <string_view>

namespace bedlam {

// How many of the first bytes do: ASCII but quotes, backslashes and control characters. Above ASCII
// it depends on the bytes around.
std::size_t plain_size(std::string_view text);

}  // namespace bedlam
