// Numbers as JavaScript writes them.
#pragma once

#include <string>

namespace bedlam::states::jsonata {

// Number.prototype.toString: the fewest digits that give the same number again.
std::string number_text(double number);
// toString(radix) of an integer.
std::string number_text(double integer, int radix);
// toFixed(digits).
std::string fixed_text(double number, int digits);
// Number(number.toPrecision(15)), which $string applies to fractions.
double rounded_to_15_digits(double number);

// The number that a decimal text gives; NaN where it is none.
double parse_number(std::string_view text);

}  // namespace bedlam::states::jsonata
