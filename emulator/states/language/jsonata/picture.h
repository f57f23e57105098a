// Picture strings for numbers: $formatInteger, $parseInteger and the components of a date
// (XPath and XQuery Functions and Operators 3.1, fn:format-integer), $formatNumber
// (fn:format-number).
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/base/result.h"
#include "emulator/states/language/jsonata/errors.h"

namespace bedlam::states::jsonata {

enum class LetterCase { kLower, kUpper, kTitle };

// How an integer is written: digits, letters, Roman numerals or English words.
struct IntegerPicture {
  enum class Form { kDecimal, kLetters, kRoman, kWords, kSequence };
  struct Separator {
    std::size_t position;  // digits to its right
    char32_t character;
  };

  // Error: D3131.
  static Result<IntegerPicture, Fault> parse(std::string_view picture);

  // Error: D3130, a form that is not known.
  Result<std::string, Fault> format(double value) const;
  // NaN where the text is no such number. Error: D3130.
  Result<double, Fault> read(std::string_view text) const;
  // A regular expression of what read() understands. Error: D3130.
  Result<std::string, Fault> pattern() const;

  Form form = Form::kDecimal;
  LetterCase letters = LetterCase::kLower;
  bool ordinal = false;
  char32_t zero = U'0';
  int mandatory_digits = 0, optional_digits = 0;
  int parse_width = 0;      // 0: as many digits as there are
  std::size_t regular = 0;  // a separator every so many digits
  std::vector<Separator> separators;
  std::string token;  // of an unknown form
};

// The characters of a decimal format, by the names of $formatNumber's options.
struct NumberSymbols {
  std::string decimal_separator = ".", grouping_separator = ",", exponent_separator = "e",
              minus_sign = "-", percent = "%", per_mille = "\u2030", zero_digit = "0", digit = "#",
              pattern_separator = ";";

  std::array<std::pair<std::string_view, std::string*>, 9> by_name();
};

// Errors: D3080 to D3093.
Result<std::string, Fault> format_number(double value, std::string_view picture,
                                         const NumberSymbols& symbols);

std::u32string to_code_points(std::string_view text);
std::string to_utf8(std::u32string_view text);

}  // namespace bedlam::states::jsonata
