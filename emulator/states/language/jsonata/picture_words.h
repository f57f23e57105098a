// Integers as English words, Roman numerals and letters.
#pragma once

#include <string>
#include <string_view>

namespace bedlam::states::jsonata {

std::string words_of(double value, bool ordinal);     // "One Hundred and Fifth"
double number_of_words(std::string_view lower_case);  // NaN: not such words
std::string words_pattern();                          // of a regular expression

std::string roman_of(double value);  // "mcmlxxxiv"
double number_of_roman(std::string_view upper_case);

std::string letters_of(double value, char first);  // 'a': "a" to "z", "aa", ...
double number_of_letters(std::string_view letters, char first);

}  // namespace bedlam::states::jsonata
