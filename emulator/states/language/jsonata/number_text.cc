#include "emulator/states/language/jsonata/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string_view>

namespace bedlam::states::jsonata {
namespace {

constexpr double kLargestExact = 9007199254740992.0;  // 2^53

// "-d.ddde-XX" taken apart: the digits, and the power of ten of the first one.
struct Decimal {
  bool negative;
  std::string digits;
  int exponent;
};

Decimal take_apart(std::string_view scientific) {
  Decimal result{scientific.starts_with('-'), {}, 0};
  const std::size_t e = scientific.find('e');
  for (const char c : scientific.substr(0, e)) {
    if (c >= '0' && c <= '9') result.digits += c;
  }
  const bool plus = scientific[e + 1] == '+';
  std::from_chars(scientific.data() + e + (plus ? 2 : 1), scientific.data() + scientific.size(),
                  result.exponent);
  while (result.digits.size() > 1 && result.digits.back() == '0') result.digits.pop_back();
  return result;
}

Decimal shortest(double number) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                 std::chars_format::scientific);
  return take_apart({buffer.data(), end.ptr});
}

}  // namespace

std::string number_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  if (std::fabs(number) < kLargestExact && number == std::trunc(number)) {
    std::array<char, 24> buffer{};
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), static_cast<long long>(number));
    return {buffer.data(), end.ptr};
  }
  const Decimal decimal = shortest(number);
  const int count = static_cast<int>(decimal.digits.size()), point = decimal.exponent + 1;
  std::string text = decimal.negative ? "-" : "";
  if (count <= point && point <= 21) {
    text += decimal.digits + std::string(static_cast<std::size_t>(point - count), '0');
  } else if (point > 0 && point <= 21) {
    text += decimal.digits.substr(0, static_cast<std::size_t>(point)) + "." +
            decimal.digits.substr(static_cast<std::size_t>(point));
  } else if (point > -6 && point <= 0) {
    text += "0." + std::string(static_cast<std::size_t>(-point), '0') + decimal.digits;
  } else {
    text += decimal.digits.substr(0, 1);
    if (count > 1) text += "." + decimal.digits.substr(1);
    text += decimal.exponent < 0 ? "e-" : "e+";
    text += std::to_string(std::abs(decimal.exponent));
  }
  return text;
}

std::string number_text(double integer, int radix) {
  if (radix == 10) return number_text(integer);
  if (!std::isfinite(integer)) return number_text(integer);
  double rest = std::fabs(integer);
  std::string text;
  do {
    const int digit = static_cast<int>(std::fmod(rest, radix));
    text += "0123456789abcdefghijklmnopqrstuvwxyz"[digit];
    rest = std::floor(rest / radix);
  } while (rest >= 1);
  if (integer < 0) text += '-';
  std::reverse(text.begin(), text.end());
  return text;
}

std::string fixed_text(double number, int digits) {
  if (std::fabs(number) >= 1e21) return number_text(number);
  std::string text(static_cast<std::size_t>(std::snprintf(nullptr, 0, "%.*f", digits, number)),
                   ' ');
  std::snprintf(text.data(), text.size() + 1, "%.*f", digits, number);
  return text;
}

double rounded_to_15_digits(double number) {
  constexpr int kDigits = 15;
  if (!std::isfinite(number) || number == 0 ||
      shortest(number).digits.size() <= static_cast<std::size_t>(kDigits)) {
    return number;
  }
  // The exact expansion of a double has at most 767 digits; a tie at the 16th shows within these.
  std::array<char, 64> buffer{};
  const int size = std::snprintf(buffer.data(), buffer.size(), "%.40e", number);
  Decimal decimal{number < 0, {}, 0};
  const std::string_view text(buffer.data(), static_cast<std::size_t>(size));
  const std::size_t e = text.find('e');
  for (const char c : text.substr(0, e)) {
    if (c >= '0' && c <= '9') decimal.digits += c;
  }
  const bool up = decimal.digits[kDigits] >= '5';  // ties go up, as toPrecision has it
  std::string rounded = decimal.digits.substr(0, kDigits);
  std::string exponent(text.substr(e));
  std::int64_t mantissa = std::stoll(rounded) + (up ? 1 : 0);
  const std::string result = (number < 0 ? "-" : "") + std::to_string(mantissa) + "e" +
                             std::to_string(std::stoi(exponent.substr(1)) - (kDigits - 1));
  return parse_number(result);
}

double parse_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec == std::errc::result_out_of_range) {
    const std::size_t e = text.find_first_of("eE");
    const bool tiny = e == text.npos ? text.find_first_of("123456789") > text.find('.')
                                     : text.find('-', e) != text.npos;
    const double extreme = tiny ? 0.0 : std::numeric_limits<double>::infinity();
    return text.starts_with('-') ? -extreme : extreme;
  }
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return value;
}

}  // namespace bedlam::states::jsonata
