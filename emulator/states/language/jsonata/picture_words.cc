#include "emulator/states/language/jsonata/picture_words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

namespace bedlam::states::jsonata {
namespace {

constexpr std::array<std::string_view, 20> kFew{
    "Zero",     "One",     "Two",     "Three",     "Four",     "Five",    "Six",
    "Seven",    "Eight",   "Nine",    "Ten",       "Eleven",   "Twelve",  "Thirteen",
    "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen"};
constexpr std::array<std::string_view, 20> kOrdinals{
    "Zeroth",     "First",     "Second",    "Third",       "Fourth",     "Fifth",     "Sixth",
    "Seventh",    "Eighth",    "Ninth",     "Tenth",       "Eleventh",   "Twelfth",   "Thirteenth",
    "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth"};
constexpr std::array<std::string_view, 9> kDecades{"Twenty",  "Thirty", "Forty",  "Fifty",  "Sixty",
                                                   "Seventy", "Eighty", "Ninety", "Hundred"};
constexpr std::array<std::string_view, 4> kMagnitudes{"Thousand", "Million", "Billion", "Trillion"};

std::string words(double number, bool follows, bool ordinal);

std::string below_hundred(int number, bool follows, bool ordinal) {
  std::string text = follows ? " and " : "";
  if (number < 20) {
    const auto index = static_cast<std::size_t>(number);
    return text + std::string(ordinal ? kOrdinals[index] : kFew[index]);
  }
  text += kDecades[static_cast<std::size_t>(number / 10 - 2)];
  if (number % 10 > 0) return text + "-" + words(number % 10, false, ordinal);
  if (ordinal) text.replace(text.size() - 1, 1, "ieth");
  return text;
}

std::string words(double number, bool follows, bool ordinal) {
  if (number < 100) return below_hundred(static_cast<int>(number), follows, ordinal);
  std::string text = follows ? ", " : "";
  double rest = 0;
  if (number < 1000) {
    text += kFew[static_cast<std::size_t>(number / 100)];
    text += " Hundred";
    rest = std::fmod(number, 100);
  } else {
    const auto largest = static_cast<double>(kMagnitudes.size());
    const double magnitude = std::min(std::floor(std::log10(number) / 3), largest);
    const double factor = std::pow(10, magnitude * 3);
    const double count = std::floor(number / factor);
    text += words(count, false, false) + " ";
    text += kMagnitudes[static_cast<std::size_t>(magnitude) - 1];
    rest = number - count * factor;
  }
  if (rest > 0) return text + words(rest, true, ordinal);
  return ordinal ? text + "th" : text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return result;
}

using Words = std::vector<std::pair<std::string, double>>;

const Words& word_values() {
  static const Words values = [] {
    Words all;
    for (std::size_t i = 0; i < kFew.size(); ++i) all.emplace_back(lower(kFew[i]), i);
    for (std::size_t i = 0; i < kOrdinals.size(); ++i) all.emplace_back(lower(kOrdinals[i]), i);
    for (std::size_t i = 0; i < kDecades.size(); ++i) {
      std::string word = lower(kDecades[i]);
      const double value = static_cast<double>(i + 2) * 10;
      all.emplace_back(word, value);
      const bool hundred = value == 100;
      all.emplace_back(hundred ? word + "th" : word.substr(0, word.size() - 1) + "ieth", value);
    }
    for (std::size_t i = 0; i < kMagnitudes.size(); ++i) {
      const double value = std::pow(10, static_cast<double>(i + 1) * 3);
      all.emplace_back(lower(kMagnitudes[i]), value);
      all.emplace_back(lower(kMagnitudes[i]) + "th", value);
    }
    return all;
  }();
  return values;
}

constexpr std::array<std::pair<int, std::string_view>, 13> kNumerals{{{1000, "m"},
                                                                      {900, "cm"},
                                                                      {500, "d"},
                                                                      {400, "cd"},
                                                                      {100, "c"},
                                                                      {90, "xc"},
                                                                      {50, "l"},
                                                                      {40, "xl"},
                                                                      {10, "x"},
                                                                      {9, "ix"},
                                                                      {5, "v"},
                                                                      {4, "iv"},
                                                                      {1, "i"}}};

}  // namespace

std::string words_of(double value, bool ordinal) {
  return words(value, false, ordinal);
}

double number_of_words(std::string_view text) {
  std::vector<double> segments{0};
  const auto take = [&](std::string_view word) {
    const Words& known = word_values();
    const auto found = std::find_if(known.begin(), known.end(),
                                    [word](const auto& entry) { return entry.first == word; });
    const double value = found == known.end() ? NAN : found->second;
    if (!(value < 100)) {
      segments.back() *= value;
    } else if (segments.back() >= 1000) {
      segments.push_back(value);
    } else {
      segments.back() += value;
    }
  };
  const auto is_blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  std::string word;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::size_t separator = 0;
    if (text[i] == ',' && i + 1 < text.size() && is_blank(text[i + 1])) {
      separator = 2;
    } else if (is_blank(text[i]) && text.substr(i + 1, 3) == "and" && i + 4 < text.size() &&
               is_blank(text[i + 4])) {
      separator = 5;
    } else if (is_blank(text[i]) || text[i] == '-' || text[i] == '\\') {
      separator = 1;
    }
    if (separator == 0) {
      word += text[i];
      continue;
    }
    take(std::exchange(word, {}));
    i += separator - 1;
  }
  take(word);
  return std::accumulate(segments.begin(), segments.end(), 0.0);
}

std::string words_pattern() {
  std::string pattern = "(?:";
  for (const auto& [word, value] : word_values()) pattern += word + "|";
  return pattern + "and|[\\-, ])+";
}

std::string roman_of(double value) {
  constexpr double kLongest = 1e6;  // a thousand times "m"
  std::string text;
  value = std::min(value, kLongest);
  for (const auto& [number, numeral] : kNumerals) {
    for (; value >= number; value -= number) text += numeral;
  }
  return text;
}

double number_of_roman(std::string_view text) {
  double decimal = 0, most = 1;
  for (std::size_t i = text.size(); i-- > 0;) {
    constexpr std::string_view kDigits = "MDCLXVI";
    constexpr std::array<double, 7> kValues{1000, 500, 100, 50, 10, 5, 1};
    const std::size_t digit = kDigits.find(text[i]);
    const double value = digit == kDigits.npos ? NAN : kValues[digit];
    if (value < most) {
      decimal -= value;
    } else {
      most = value;
      decimal += value;
    }
  }
  return decimal;
}

std::string letters_of(double value, char first) {
  std::string text;
  for (; value > 0; value = std::floor((value - 1) / 26)) {
    text.insert(text.begin(),
                static_cast<char>(first + static_cast<int>(std::fmod(value - 1, 26))));
  }
  return text;
}

double number_of_letters(std::string_view letters, char first) {
  double value = 0;
  for (const char c : letters) value = value * 26 + (c - first + 1);
  return value;
}

}  // namespace bedlam::states::jsonata
