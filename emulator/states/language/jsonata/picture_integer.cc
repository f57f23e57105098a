#include <algorithm>
#include <cmath>
#include <numeric>

#include "emulator/states/language/jsonata/lexer.h"
#include "emulator/states/language/jsonata/number_text.h"
#include "emulator/states/language/jsonata/picture.h"
#include "emulator/states/language/jsonata/picture_words.h"
#include "emulator/states/language/jsonata/regex.h"
#include "emulator/states/language/jsonata/unicode.h"

namespace bedlam::states::jsonata {
namespace {

// The zeros of the families of decimal digits in Unicode's basic plane.
constexpr std::array<char32_t, 37> kZeros{
    0x30,   0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6,
    0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0,
    0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620,
    0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10};

using Form = IntegerPicture::Form;

// The distance of separators that stand at all multiples of it; 0 where they do not.
std::size_t regular_distance(const std::vector<IntegerPicture::Separator>& separators) {
  if (separators.empty()) return 0;
  std::size_t factor = 0;
  for (const auto& separator : separators) {
    if (separator.character != separators[0].character) return 0;
    factor = std::gcd(factor, separator.position);
  }
  for (std::size_t i = 1; i <= separators.size(); ++i) {
    const bool there =
        std::any_of(separators.begin(), separators.end(),
                    [&](const auto& separator) { return separator.position == i * factor; });
    if (!there) return 0;
  }
  return factor;
}

bool named_form(std::string_view primary, IntegerPicture& picture) {
  if (primary == "A" || primary == "a")
    picture.form = Form::kLetters;
  else if (primary == "I" || primary == "i")
    picture.form = Form::kRoman;
  else if (primary == "W" || primary == "w" || primary == "Ww")
    picture.form = Form::kWords;
  else
    return false;
  picture.letters = primary.size() == 2 ? LetterCase::kTitle
                    : primary[0] <= 'Z' ? LetterCase::kUpper
                                        : LetterCase::kLower;
  return true;
}

std::string with_case(std::string text, LetterCase letters) {
  if (letters == LetterCase::kTitle) return text;
  return letters == LetterCase::kUpper ? to_upper(text) : to_lower(text);
}

Fault unknown_sequence(const std::string& token) {
  return Fault("D3130").with("value", token);
}

std::string ordinal_suffix(std::u32string_view digits) {
  const char32_t last = digits.back();
  const bool teen = digits.size() > 1 && digits[digits.size() - 2] == U'1';
  if (teen || last < U'1' || last > U'3') return "th";
  return last == U'1' ? "st" : last == U'2' ? "nd" : "rd";
}

std::string decimal_text(const IntegerPicture& picture, double value) {
  std::u32string digits = to_code_points(number_text(value));
  const auto mandatory = static_cast<std::size_t>(std::clamp(picture.mandatory_digits, 0, 10'000));
  if (digits.size() < mandatory) digits.insert(0, mandatory - digits.size(), U'0');
  if (picture.zero != U'0') {
    for (char32_t& c : digits) c += picture.zero - U'0';
  }
  const auto insert = [&digits](std::size_t position, char32_t separator) {
    if (position < digits.size()) digits.insert(digits.size() - position, 1, separator);
  };
  if (picture.regular > 0) {
    for (std::size_t group = (digits.size() - 1) / picture.regular; group > 0; --group) {
      insert(group * picture.regular, picture.separators[0].character);
    }
  } else {
    for (auto s = picture.separators.rbegin(); s != picture.separators.rend(); ++s) {
      insert(s->position, s->character);
    }
  }
  return to_utf8(digits) + (picture.ordinal ? ordinal_suffix(digits) : "");
}

}  // namespace

std::u32string to_code_points(std::string_view text) {
  std::u32string result;
  for (std::size_t i = 0; i < text.size();) result += next_code_point(text, i);
  return result;
}

std::string to_utf8(std::u32string_view text) {
  std::string result;
  for (const char32_t c : text) append_code_point(result, c);
  return result;
}

Result<IntegerPicture, Fault> IntegerPicture::parse(std::string_view text) {
  IntegerPicture picture;
  const std::size_t semicolon = text.rfind(';');
  const std::string_view primary = text.substr(0, semicolon);
  picture.ordinal = semicolon != text.npos && text.substr(semicolon + 1).starts_with('o');
  if (named_form(primary, picture)) return picture;
  const std::u32string characters = to_code_points(primary);
  char32_t zero = 0;
  std::size_t position = 0;
  for (std::size_t i = characters.size(); i-- > 0;) {
    const char32_t c = characters[i];
    const auto* family = std::find_if(kZeros.begin(), kZeros.end(),
                                      [c](char32_t first) { return c >= first && c <= first + 9; });
    if (family != kZeros.end()) {
      if (zero != 0 && *family != zero) return Fault("D3131");
      zero = *family;
      ++picture.mandatory_digits;
      ++position;
    } else if (c == U'#') {
      ++picture.optional_digits;
      ++position;
    } else {
      picture.separators.push_back({position, c});
    }
  }
  if (picture.mandatory_digits == 0) {
    picture.form = Form::kSequence;
    picture.token = primary;
    picture.optional_digits = 0;
    return picture;
  }
  picture.zero = zero;
  picture.regular = regular_distance(picture.separators);
  return picture;
}

Result<std::string, Fault> IntegerPicture::format(double value) const {
  const double size = std::fabs(value);
  std::string text;
  switch (form) {
    case Form::kLetters:
      text = letters_of(size, letters == LetterCase::kUpper ? 'A' : 'a');
      break;
    case Form::kRoman:
      text = with_case(roman_of(size), letters);
      break;
    case Form::kWords:
      text = with_case(words_of(size, ordinal), letters);
      break;
    case Form::kDecimal:
      text = decimal_text(*this, size);
      break;
    case Form::kSequence:
      return unknown_sequence(token);
  }
  return value < 0 ? "-" + text : text;
}

Result<double, Fault> IntegerPicture::read(std::string_view text) const {
  switch (form) {
    case Form::kLetters:
      return number_of_letters(text, letters == LetterCase::kUpper ? 'A' : 'a');
    case Form::kRoman:
      return number_of_roman(to_upper(text));
    case Form::kWords:
      return number_of_words(to_lower(text));
    case Form::kSequence:
      return unknown_sequence(token);
    case Form::kDecimal:
      break;
  }
  std::u32string digits = to_code_points(text);
  if (ordinal) digits.resize(digits.size() < 2 ? 0 : digits.size() - 2);
  const auto is_separator = [this](char32_t c) {
    return std::any_of(separators.begin(), separators.end(),
                       [c](const Separator& known) { return known.character == c; });
  };
  digits.erase(std::remove_if(digits.begin(), digits.end(), is_separator), digits.end());
  double value = NAN;
  bool negative = false;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i == 0 && (digits[i] == U'-' || digits[i] == U'+')) {
      negative = digits[i] == U'-';
      continue;
    }
    if (digits[i] < zero || digits[i] > zero + 9) break;
    value = (std::isnan(value) ? 0 : value) * 10 + (digits[i] - zero);
  }
  return negative ? -value : value;
}

Result<std::string, Fault> IntegerPicture::pattern() const {
  switch (form) {
    case Form::kLetters:
      return std::string(letters == LetterCase::kUpper ? "[A-Z]+" : "[a-z]+");
    case Form::kRoman:
      return std::string(letters == LetterCase::kUpper ? "[MDCLXVI]+" : "[mdclxvi]+");
    case Form::kWords:
      return words_pattern();
    case Form::kSequence:
      return unknown_sequence(token);
    case Form::kDecimal:
      break;
  }
  std::string pattern = "[0-9]";
  pattern += parse_width > 0 ? "{" + std::to_string(parse_width) + "}" : "+";
  return ordinal ? pattern + "(?:th|st|nd|rd)" : pattern;
}

}  // namespace bedlam::states::jsonata
