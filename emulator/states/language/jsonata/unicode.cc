#include "emulator/states/language/jsonata/unicode.h"

#include <algorithm>
#include <iterator>

#include "emulator/states/language/jsonata/lexer.h"
#include "emulator/states/language/jsonata/regex.h"
#include "emulator/states/language/jsonata/unicode_tables.h"

namespace bedlam::states::jsonata {
namespace {

template <std::size_t kSize>
char32_t mapped(const CaseRange (&ranges)[kSize], char32_t c) {
  const CaseRange* range =
      std::upper_bound(std::begin(ranges), std::end(ranges), c,
                       [](char32_t value, const CaseRange& known) { return value < known.first; });
  if (range == std::begin(ranges)) return c;
  --range;
  if (c > range->last || (c - range->first) % range->step != 0) return c;
  return static_cast<char32_t>(static_cast<std::int64_t>(c) + range->delta);
}

constexpr char32_t kCapitalSigma = 0x3A3, kSigma = 0x3C3, kFinalSigma = 0x3C2;
constexpr char32_t kCapitalDottedI = 0x130;

bool is_letter(std::string_view text, std::size_t position, bool before) {
  if (before ? position == 0 : position >= text.size()) return false;
  const char32_t c = before ? previous_code_point(text, position) : next_code_point(text, position);
  return simple_upper(c) != c || simple_lower(c) != c;
}

}  // namespace

char32_t simple_upper(char32_t c) {
  if (c < 128) return c >= 'a' && c <= 'z' ? c - 32 : c;
  return mapped(kUpperRanges, c);
}

char32_t simple_lower(char32_t c) {
  if (c < 128) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  return mapped(kLowerRanges, c);
}

std::string to_upper(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = next_code_point(text, i);
    const Expansion* several =
        std::find_if(std::begin(kUpperExpansions), std::end(kUpperExpansions),
                     [c](const Expansion& e) { return e.from == c; });
    if (c < 128 || several == std::end(kUpperExpansions)) {
      append_code_point(result, simple_upper(c));
    } else {
      for (const char32_t part : several->to) {
        if (part != 0) append_code_point(result, part);
      }
    }
  }
  return result;
}

std::string to_lower(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t start = i;
    const char32_t c = next_code_point(text, i);
    if (c == kCapitalDottedI) {
      result += "i\xCC\x87";
    } else if (c == kCapitalSigma) {
      const bool final = is_letter(text, start, true) && !is_letter(text, i, false);
      append_code_point(result, final ? kFinalSigma : kSigma);
    } else {
      append_code_point(result, simple_lower(c));
    }
  }
  return result;
}

}  // namespace bedlam::states::jsonata
