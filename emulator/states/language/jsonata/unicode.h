// Upper and lower case as JavaScript's strings have it (the Unicode Character Database, 14.0),
// whatever the locale is.
#pragma once

#include <string>
#include <string_view>

namespace bedlam::states::jsonata {

// One code point for one: UnicodeData.txt.
char32_t simple_upper(char32_t c);
char32_t simple_lower(char32_t c);

// Whole texts, with the mappings of one to several of SpecialCasing.txt.
std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);

// What regular expressions that ignore case compare (ECMA-262, Canonicalize): the upper case, but
// nothing beyond ASCII becomes ASCII.
inline char32_t fold_for_regex(char32_t c) {
  if (c < 128) return c >= 'a' && c <= 'z' ? c - 32 : c;
  const char32_t upper = simple_upper(c);
  return upper < 128 ? c : upper;
}

}  // namespace bedlam::states::jsonata
