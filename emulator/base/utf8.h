// Characters (code points) of UTF-8. What is not UTF-8 is counted too: every byte that does not
// continue a character is one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace bedlam {

inline bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

inline std::size_t characters_in(std::string_view text) {
  return text.size() -
         static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues_character));
}

}  // namespace bedlam
