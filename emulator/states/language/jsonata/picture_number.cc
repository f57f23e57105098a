#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "emulator/states/language/jsonata/functions.h"
#include "emulator/states/language/jsonata/number_text.h"
#include "emulator/states/language/jsonata/picture.h"

namespace bedlam::states::jsonata {
namespace {

using Text = std::u32string;

// The symbols as code points, and what they make of a character.
struct Symbols {
  explicit Symbols(const NumberSymbols& s)
      : decimal(to_code_points(s.decimal_separator)),
        grouping(to_code_points(s.grouping_separator)),
        exponent(to_code_points(s.exponent_separator)),
        percent(to_code_points(s.percent)),
        per_mille(to_code_points(s.per_mille)),
        digit(to_code_points(s.digit)),
        pattern(to_code_points(s.pattern_separator)),
        zero(s.zero_digit.empty() ? U'0' : to_code_points(s.zero_digit)[0]) {}

  bool is(char32_t c, const Text& symbol) const { return symbol.size() == 1 && symbol[0] == c; }
  bool is_digit(char32_t c) const { return c >= zero && c <= zero + 9; }
  bool is_any_digit(char32_t c) const { return is_digit(c) || is(c, digit); }
  bool is_active(char32_t c) const {
    return is_any_digit(c) || is(c, decimal) || is(c, exponent) || is(c, grouping) ||
           is(c, pattern);
  }

  Text decimal, grouping, exponent, percent, per_mille, digit, pattern;
  char32_t zero;
};

// A sub-picture taken apart.
struct Parts {
  Text whole, prefix, suffix, active, mantissa, integer, fraction;
  std::optional<Text> exponent;
};

bool holds(const Text& text, const Text& symbol) {
  return text.find(symbol) != Text::npos;
}
bool holds_twice(const Text& text, const Text& symbol) {
  return text.find(symbol) != text.rfind(symbol);
}

Parts take_apart(const Text& whole, const Symbols& symbols) {
  const auto begins = [&](char32_t c) {
    return symbols.is_active(c) && !symbols.is(c, symbols.exponent);
  };
  Parts parts;
  parts.whole = whole;
  const auto first = std::find_if(whole.begin(), whole.end(), begins);
  const auto last = std::find_if(whole.rbegin(), whole.rend(), begins);
  if (first != whole.end()) {
    parts.prefix.assign(whole.begin(), first);
    parts.suffix.assign(last.base(), whole.end());
  }
  parts.active =
      whole.substr(parts.prefix.size(), whole.size() - parts.prefix.size() - parts.suffix.size());
  parts.mantissa = parts.active;
  const std::size_t exponent = parts.active.find(symbols.exponent);
  if (exponent != Text::npos) {
    parts.mantissa = parts.active.substr(0, exponent);
    parts.exponent = parts.active.substr(exponent + symbols.exponent.size());
  }
  const std::size_t decimal = parts.mantissa.find(symbols.decimal);
  parts.integer = parts.mantissa.substr(0, decimal);
  if (decimal != Text::npos) parts.fraction = parts.mantissa.substr(decimal + 1);
  return parts;
}

// The error in a sub-picture, "" where there is none; of several the last counts.
std::string_view mistake(const Parts& parts, const Symbols& symbols) {
  const auto digit = [&](char32_t c) { return symbols.is_digit(c); };
  const auto any_digit = [&](char32_t c) { return symbols.is_any_digit(c); };
  const auto active = [&](char32_t c) { return symbols.is_active(c); };
  const auto any = [](const Text& text, const auto& test) {
    return std::any_of(text.begin(), text.end(), test);
  };
  const bool scaled = holds(parts.whole, symbols.percent) || holds(parts.whole, symbols.per_mille);
  const std::size_t decimal = parts.whole.find(symbols.decimal);
  std::string_view error;
  if (holds_twice(parts.whole, symbols.decimal)) error = "D3081";
  if (holds_twice(parts.whole, symbols.percent)) error = "D3082";
  if (holds_twice(parts.whole, symbols.per_mille)) error = "D3083";
  if (holds(parts.whole, symbols.percent) && holds(parts.whole, symbols.per_mille)) error = "D3084";
  if (!any(parts.mantissa, any_digit)) error = "D3085";
  if (!std::all_of(parts.active.begin(), parts.active.end(), active)) error = "D3086";
  const auto grouping_at = [&](std::size_t at) {
    return at < parts.whole.size() && symbols.is(parts.whole[at], symbols.grouping);
  };
  if (decimal != Text::npos) {
    if (grouping_at(decimal - 1) || grouping_at(decimal + 1)) error = "D3087";
  } else if (!parts.integer.empty() && symbols.is(parts.integer.back(), symbols.grouping)) {
    error = "D3088";
  }
  if (holds(parts.whole, symbols.grouping + symbols.grouping)) error = "D3089";
  const std::size_t first_optional = parts.integer.find(symbols.digit);
  if (first_optional != Text::npos && any(parts.integer.substr(0, first_optional), digit)) {
    error = "D3090";
  }
  const std::size_t last_optional = parts.fraction.rfind(symbols.digit);
  if (last_optional != Text::npos && any(parts.fraction.substr(last_optional), digit)) {
    error = "D3091";
  }
  if (!parts.exponent) return error;
  if (!parts.exponent->empty() && scaled) error = "D3092";
  const bool only_digits = std::all_of(parts.exponent->begin(), parts.exponent->end(), digit);
  return parts.exponent->empty() || !only_digits ? "D3093" : error;
}

// What a sub-picture asks for (section 4.7.4 of Functions and Operators).
struct Layout {
  std::vector<std::size_t> integer_groups, fraction_groups;  // digits to the right, to the left
  std::size_t regular = 0;
  int least_integer = 0, scaling = 0, least_fraction = 0, most_fraction = 0, least_exponent = 0;
  bool has_exponent = false;
  Text prefix, suffix, whole;
};

std::size_t regular_interval(const std::vector<std::size_t>& positions) {
  std::size_t factor = 0;
  for (const std::size_t position : positions) factor = std::gcd(factor, position);
  for (std::size_t i = 1; i <= positions.size(); ++i) {
    if (std::find(positions.begin(), positions.end(), i * factor) == positions.end()) return 0;
  }
  return factor;
}

Layout analysed(const Parts& parts, const Symbols& symbols) {
  const auto count = [](const Text& text, const auto& test) {
    return static_cast<int>(std::count_if(text.begin(), text.end(), test));
  };
  const auto digit = [&](char32_t c) { return symbols.is_digit(c); };
  const auto any_digit = [&](char32_t c) { return symbols.is_any_digit(c); };
  Layout layout;
  for (std::size_t at = parts.integer.find(symbols.grouping); at != Text::npos;
       at = parts.integer.find(symbols.grouping, at + 1)) {
    layout.integer_groups.push_back(
        static_cast<std::size_t>(count(parts.integer.substr(at), any_digit)));
  }
  for (std::size_t at = parts.fraction.find(symbols.grouping); at != Text::npos;
       at = parts.integer.find(symbols.grouping, at + 1)) {
    layout.fraction_groups.push_back(
        static_cast<std::size_t>(count(parts.fraction.substr(0, at), any_digit)));
  }
  layout.regular = regular_interval(layout.integer_groups);
  layout.least_integer = layout.scaling = count(parts.integer, digit);
  layout.least_fraction = count(parts.fraction, digit);
  layout.most_fraction = count(parts.fraction, any_digit);
  layout.has_exponent = parts.exponent.has_value();
  if (layout.least_integer == 0 && layout.most_fraction == 0) {
    if (layout.has_exponent) {
      layout.least_fraction = layout.most_fraction = 1;
    } else {
      layout.least_integer = 1;
    }
  }
  if (layout.has_exponent && layout.least_integer == 0 && holds(parts.integer, symbols.digit)) {
    layout.least_integer = 1;
  }
  if (layout.least_integer == 0 && layout.least_fraction == 0) layout.least_fraction = 1;
  if (layout.has_exponent) layout.least_exponent = count(*parts.exponent, digit);
  layout.prefix = parts.prefix;
  layout.suffix = parts.suffix;
  layout.whole = parts.whole;
  return layout;
}

Text digits_of(double value, int places, char32_t zero) {
  Text text = to_code_points(fixed_text(std::fabs(value), std::min(places, 100)));
  for (char32_t& c : text) {
    if (c >= U'0' && c <= U'9') c += zero - U'0';
  }
  return text;
}

// The mantissa between the powers of ten that the picture's integer digits stand for.
int scale(double& mantissa, int scaling) {
  const double most = std::pow(10, scaling), least = std::pow(10, scaling - 1);
  int exponent = 0;
  if (mantissa == 0 || !std::isfinite(mantissa)) return exponent;
  for (; std::fabs(mantissa) < least; --exponent) mantissa *= 10;
  for (; std::fabs(mantissa) > most; ++exponent) mantissa /= 10;
  return exponent;
}

void insert_groups(Text& text, std::size_t point, const Layout& layout, const Text& grouping) {
  if (layout.regular > 0) {
    const std::size_t groups = point == 0 ? 0 : (point - 1) / layout.regular;
    for (std::size_t group = 1; group <= groups; ++group) {
      text.insert(point - group * layout.regular, grouping);
    }
    return;
  }
  for (const std::size_t position : layout.integer_groups) {
    if (position >= point) continue;
    text.insert(point - position, grouping);
    point += 1;
  }
}

Text format(double value, const Layout& layout, const Symbols& symbols, const Text& minus) {
  double mantissa = holds(layout.whole, symbols.percent)     ? value * 100
                    : holds(layout.whole, symbols.per_mille) ? value * 1000
                                                             : value;
  int exponent = 0;
  if (layout.least_exponent > 0) exponent = scale(mantissa, layout.scaling);
  const double rounded = round_half_even(mantissa, layout.most_fraction);
  Text text = digits_of(rounded, layout.most_fraction, symbols.zero);
  const std::size_t dot = text.find(U'.');
  if (dot == Text::npos) {
    text += symbols.decimal;
  } else {
    text.replace(dot, 1, symbols.decimal);
  }
  text.erase(0, std::min(text.find_first_not_of(symbols.zero), text.size()));
  while (!text.empty() && text.back() == symbols.zero) text.pop_back();
  std::size_t point = text.find(symbols.decimal);
  const int left = layout.least_integer - static_cast<int>(point);
  const int right = layout.least_fraction - static_cast<int>(text.size() - point - 1);
  if (left > 0) text.insert(0, static_cast<std::size_t>(left), symbols.zero);
  if (right > 0) text.append(static_cast<std::size_t>(right), symbols.zero);
  insert_groups(text, text.find(symbols.decimal), layout, symbols.grouping);
  point = text.find(symbols.decimal);
  for (const std::size_t position : layout.fraction_groups) {
    if (point + position + 1 < text.size()) text.insert(point + position + 1, symbols.grouping);
  }
  point = text.find(symbols.decimal);
  if (!holds(layout.whole, symbols.decimal) || point + 1 == text.size()) text.pop_back();
  if (layout.least_exponent > 0) {
    Text digits = digits_of(exponent, 0, symbols.zero);
    const auto least = static_cast<std::size_t>(layout.least_exponent);
    if (digits.size() < least) digits.insert(0, least - digits.size(), symbols.zero);
    text += symbols.exponent + (exponent < 0 ? minus : Text()) + digits;
  }
  return layout.prefix + text + layout.suffix;
}

std::vector<Text> split_picture(const Text& picture, const Text& separator) {
  std::vector<Text> result;
  std::size_t start = 0;
  while (!separator.empty()) {
    const std::size_t end = picture.find(separator, start);
    if (end == Text::npos) break;
    result.push_back(picture.substr(start, end - start));
    start = end + separator.size();
  }
  result.push_back(picture.substr(start));
  return result;
}

}  // namespace

std::array<std::pair<std::string_view, std::string*>, 9> NumberSymbols::by_name() {
  return {{{"decimal-separator", &decimal_separator},
           {"grouping-separator", &grouping_separator},
           {"exponent-separator", &exponent_separator},
           {"minus-sign", &minus_sign},
           {"percent", &percent},
           {"per-mille", &per_mille},
           {"zero-digit", &zero_digit},
           {"digit", &digit},
           {"pattern-separator", &pattern_separator}}};
}

Result<std::string, Fault> format_number(double value, std::string_view picture,
                                         const NumberSymbols& given) {
  const Symbols symbols(given);
  const Text minus = to_code_points(given.minus_sign);
  const std::vector<Text> pictures = split_picture(to_code_points(picture), symbols.pattern);
  if (pictures.size() > 2) return Fault("D3080");
  std::vector<Layout> layouts;
  std::vector<Parts> parts;
  for (const Text& sub_picture : pictures) parts.push_back(take_apart(sub_picture, symbols));
  for (const Parts& part : parts) {
    if (const auto error = mistake(part, symbols); !error.empty()) return Fault(error);
  }
  for (const Parts& part : parts) layouts.push_back(analysed(part, symbols));
  if (layouts.size() == 1) {
    layouts.push_back(layouts[0]);
    layouts[1].prefix = minus + layouts[1].prefix;
  }
  return to_utf8(format(value, layouts[value >= 0 ? 0 : 1], symbols, minus));
}

}  // namespace bedlam::states::jsonata
