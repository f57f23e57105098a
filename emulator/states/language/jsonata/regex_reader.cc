#include "emulator/states/language/jsonata/regex_reader.h"

#include <algorithm>

#include "emulator/states/language/jsonata/unicode.h"

namespace bedlam::states::jsonata {
namespace {

void add_digits(Regex::Class& set) {
  set.add('0', '9');
}
void add_word(Regex::Class& set) {
  add_digits(set);
  set.add('a', 'z');
  set.add('A', 'Z');
  set.add('_', '_');
}
void add_space(Regex::Class& set) {
  set.add('\t', '\r');
  for (const char32_t c : {0x20, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF}) {
    set.add(c, c);
  }
  set.add(0x2000, 0x200A);
}

}  // namespace

void add_line_ends(Regex::Class& set) {
  for (const char32_t c : {0x0A, 0x0D, 0x2028, 0x2029}) set.add(c, c);
}

void add_complement(Regex::Class& target, const Regex::Class& set) {
  for (char32_t c = 0; c < 128; ++c) {
    if (!set.ascii[c]) target.add(c, c);
  }
  auto ranges = set.ranges;
  std::sort(ranges.begin(), ranges.end());
  char32_t next = 128;
  for (const auto& [from, to] : ranges) {
    if (from > next) target.add(next, from - 1);
    next = std::max(next, static_cast<char32_t>(to + 1));
  }
  target.add(next, 0x10FFFF);
}

bool Regex::Class::contains(char32_t c) const {
  if (c < 128) return ascii[c] != negated;
  const bool found = std::any_of(ranges.begin(), ranges.end(), [c](const auto& range) {
    return c >= range.first && c <= range.second;
  });
  return found != negated;
}

void Regex::Class::add(char32_t from, char32_t to) {
  for (char32_t c = from; c <= to && c < 128; ++c) ascii.set(c);
  if (to >= 128) ranges.emplace_back(std::max<char32_t>(from, 128), to);
}

// \d \D \w \W \s \S, added to `set`.
bool RegexReader::class_escape(Regex::Class& set) {
  const char kind = peek();
  void (*const add)(Regex::Class&) = kind == 'd' || kind == 'D'   ? add_digits
                                     : kind == 'w' || kind == 'W' ? add_word
                                     : kind == 's' || kind == 'S' ? add_space
                                                                  : nullptr;
  if (add == nullptr) return false;
  ++position_;
  if (kind >= 'a') {
    add(set);
  } else {
    Regex::Class inner;
    add(inner);
    add_complement(set, inner);
  }
  return true;
}

char32_t RegexReader::character_escape(bool in_class) {
  static constexpr std::string_view kNames = "fnrtv", kMeanings = "\f\n\r\t\v";
  const std::size_t known = at_end() ? kNames.npos : kNames.find(peek());
  if (known != kNames.npos) {
    ++position_;
    return static_cast<char32_t>(kMeanings[known]);
  }
  if (take("x")) return hexadecimal(2, 'x');
  if (take("u")) return utf16();
  if (peek() == 'c') return control(in_class);
  if (peek() >= '0' && peek() <= '7') return octal();
  return next_code_point(pattern_, position_);
}

char32_t RegexReader::control(bool in_class) {
  const char letter = peek(1);
  const bool alpha = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
  const bool more = in_class && ((letter >= '0' && letter <= '9') || letter == '_');
  if (!alpha && !more) return '\\';  // stands for itself, and the `c` behind it too
  position_ += 2;
  return static_cast<char32_t>(letter) % 32;
}

char32_t RegexReader::octal() {
  char32_t value = 0;
  for (int i = 0; i < 3 && peek() >= '0' && peek() <= '7'; ++i) {
    const char32_t next = value * 8 + static_cast<char32_t>(peek() - '0');
    if (next > 255) break;
    value = next;
    ++position_;
  }
  return value;
}

// The code point that `digits` digits give, or `otherwise` where they are not there.
char32_t RegexReader::hexadecimal(std::size_t digits, char32_t otherwise) {
  char32_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = peek(i);
    const std::size_t digit = std::string_view("0123456789abcdefABCDEF").find(at_end() ? '!' : c);
    if (digit == std::string_view::npos || c == '\0') return otherwise;
    value = value * 16 + static_cast<char32_t>(digit > 15 ? digit - 6 : digit);
  }
  position_ += digits;
  return value;
}

char32_t RegexReader::utf16() {
  const char32_t high = hexadecimal(4, 'u');
  if (high < 0xD800 || high > 0xDBFF || !pattern_.substr(position_).starts_with("\\u")) {
    return high;
  }
  position_ += 2;
  const char32_t low = hexadecimal(4, 0);
  if (low >= 0xDC00 && low <= 0xDFFF) return 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00);
  position_ -= low == 0 ? 2 : 6;
  return high;
}

// One member of a class: a code point, or nullopt where it was a class of its own.
std::optional<char32_t> RegexReader::member(Regex::Class& set) {
  if (!take("\\")) return next_code_point(pattern_, position_);
  if (at_end()) {
    fail("\\ at end of pattern");
    return std::nullopt;
  }
  if (class_escape(set)) return std::nullopt;
  if (take("b")) return '\b';
  return character_escape(true);
}

Regex::Class RegexReader::character_class() {
  Regex::Class set;
  set.negated = take("^");
  while (!error_ && !take("]")) {
    if (at_end()) {
      fail("Unterminated character class");
      break;
    }
    const auto from = member(set);
    if (error_) break;
    if (peek() != '-' || peek(1) == ']' || position_ + 1 >= pattern_.size()) {
      if (from) add_folded(set, *from, *from);
      continue;
    }
    ++position_;
    const auto to = member(set);
    if (error_) break;
    if (from && to) {
      if (*to < *from) fail("Range out of order in character class");
      add_folded(set, *from, std::max(*from, *to));
    } else {
      set.add('-', '-');
      if (from) add_folded(set, *from, *from);
      if (to) add_folded(set, *to, *to);
    }
  }
  return set;
}

void RegexReader::add_folded(Regex::Class& set, char32_t from, char32_t to) const {
  set.add(from, to);
  if (!ignore_case_) return;
  for (char32_t c = from; c <= to && c - from < 0x3000; ++c) {
    for (const char32_t variant : {simple_upper(c), simple_lower(c)}) {
      if (variant != c) set.add(variant, variant);
    }
  }
}

}  // namespace bedlam::states::jsonata
