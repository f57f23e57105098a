// Reads a date with a picture: a regular expression made of it finds the components, and from them
// comes an instant.
#include <cmath>
#include <cstdlib>

#include "emulator/states/language/jsonata/date_names.h"
#include "emulator/states/language/jsonata/date_picture.h"
#include "emulator/states/language/jsonata/evaluator.h"

namespace bedlam::states::jsonata {
namespace {

std::string escaped(std::string_view literal) {
  std::string result;
  for (const char c : literal) {
    if (std::string_view(".*+?^${}()|[]\\").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

double to_integer(std::string_view text) {
  char* end = nullptr;
  const std::string copy(text);
  const double value = static_cast<double>(std::strtoll(copy.c_str(), &end, 10));
  return end == copy.c_str() ? NAN : value;
}

template <std::size_t kCount>
std::optional<double> index_of(const std::array<std::string_view, kCount>& names,
                               std::string_view text, std::optional<int> most) {
  for (std::size_t i = 0; i < kCount; ++i) {
    const auto length = most ? static_cast<std::size_t>(*most) : names[i].size();
    if (names[i].substr(0, length) == text) return static_cast<double>(i + 1);
  }
  return std::nullopt;
}

// Whether the components of `letters` that are there (and not zero) are among `type`, one at least.
template <typename Components>
bool is_type(const Components& components, std::string_view letters, std::string_view type) {
  bool any = false;
  for (const char letter : letters) {
    const auto found = components.find(letter);
    const bool there =
        found != components.end() && found->second != 0 && !std::isnan(found->second);
    if (!there) continue;
    if (type.find(letter) == type.npos) return false;
    any = true;
  }
  return any;
}

}  // namespace

Result<std::string, Fault> DatePicture::pattern_of(const Part& part) {
  if (part.component == '\0') return escaped(part.literal);
  if (part.component == 'Z' || part.component == 'z') {
    std::string pattern = part.component == 'z' ? "GMT[-+][0-9]+" : "[-+][0-9]+";
    if (part.integer->regular > 0) {
      pattern += escaped(to_utf8({&part.integer->separators[0].character, 1})) + "[0-9]+";
    }
    return pattern;
  }
  if (part.component == 'f') return std::string("[0-9]+");
  if (part.integer) return part.integer->pattern();
  if (std::string_view("MxFP").find(part.component) == std::string_view::npos) {
    return Fault("D3133").with("value", std::string(1, part.component));
  }
  return std::string("[a-zA-Z]+");
}

double DatePicture::read_zone(const Part& part, std::string_view text) {
  if (part.component == 'z') text.remove_prefix(3);
  double hours = 0, minutes = 0;
  if (part.integer->regular > 0) {
    const std::string separator = to_utf8({&part.integer->separators[0].character, 1});
    const std::size_t at = text.find(separator);
    hours = to_integer(text.substr(0, at));
    minutes = to_integer(text.substr(at + separator.size()));
  } else if (text.size() <= 3) {
    hours = to_integer(text);
  } else {
    hours = to_integer(text.substr(0, 3));
    minutes = to_integer(text.substr(3));
  }
  return hours * 60 + minutes;
}

std::optional<double> DatePicture::read_name(const Part& part, std::string_view text) {
  if (part.component == 'F') return index_of(kDays, text, part.most);
  if (part.component != 'P') return index_of(kMonths, text, part.most);
  if (text == "am" || text == "AM") return 0;
  return text == "pm" || text == "PM" ? std::optional<double>(1) : std::nullopt;
}

std::optional<double> DatePicture::read_part(const Part& part, std::string_view text) {
  if (part.component == 'Z' || part.component == 'z') return read_zone(part, text);
  if (part.component == 'f') {
    const std::string fraction = "0." + std::string(text.substr(0, 3));
    return std::strtod(fraction.c_str(), nullptr) * 1000;
  }
  if (!part.integer) return read_name(part, text);
  const auto value = part.integer->read(text);
  return value.ok() ? std::optional(*value) : std::nullopt;
}

Result<std::optional<double>, Fault> DatePicture::read(std::string_view text, double now_millis,
                                                       Evaluator& evaluator) const {
  if (!regex_) {
    std::string pattern = "^";
    for (const Part& part : parts_) {
      auto piece = pattern_of(part);
      if (!piece.ok()) return std::move(piece).error();
      pattern += "(" + *piece + ")";
    }
    auto compiled = Regex::compile(pattern + "$", true, false);
    if (!compiled.ok()) return std::optional<double>();
    regex_ = *std::move(compiled);
  }
  MatchSpan match;
  if (!search(evaluator, *regex_, text, 0, match)) return evaluator.take_fault();
  if (!match.found) return std::optional<double>();
  Components components;
  bool any = false;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].component == '\0') continue;
    any = true;
    const Regex::Span span = match.groups[i + 1];
    const auto value = read_part(parts_[i], text.substr(span.start, span.end - span.start));
    if (value) components[parts_[i].component] = *value;
  }
  if (!any) return std::optional<double>();
  return instant(std::move(components), now_millis);
}

// The components that are there must be adjacent in their order: what is missing before them comes
// from now, what is missing behind them is the least.
Result<std::optional<double>, Fault> DatePicture::instant(Components components,
                                                          double now_millis) {
  static constexpr std::string_view kDates = "YXMxWwdD", kTimes = "PHhmsf";
  const bool by_day = !is_type(components, kDates, "YMD") && is_type(components, kDates, "Yd");
  const bool by_month_week = is_type(components, kDates, "Xxw");
  const bool by_week = !by_month_week && is_type(components, kDates, "XW");
  const bool half_days =
      !is_type(components, kTimes, "Hmsf") && is_type(components, kTimes, "Phmsf");
  std::string order = by_day ? "YD" : by_month_week ? "XxwF" : by_week ? "XWF" : "YMD";
  order += half_days ? "Phmsf" : "Hmsf";
  bool started = false, ended = false;
  for (const char component : order) {
    if (components.count(component) > 0) {
      if (ended) return Fault("D3136");
      started = true;
    } else if (started) {
      components[component] = component == 'M' || component == 'D' ? 1 : 0;
      ended = true;
    } else {
      components[component] = date_component(now_millis, component);
    }
  }
  if (by_month_week || by_week) return Fault("D3136");
  const auto value = [&components](char c) {
    const auto found = components.find(c);
    return found == components.end() ? NAN : found->second;
  };
  double year = value('Y'), month = value('M') > 0 ? value('M') - 1 : 0, day = value('D');
  if (year >= 0 && year <= 99) year += 1900;  // as Date.UTC has it
  if (by_day) {
    month = 0;
    day = value('d');
  }
  double hour = value('H');
  if (half_days) hour = (value('h') == 12 ? 0 : value('h')) + (value('P') == 1 ? 12 : 0);
  double millis = utc_millis(year, month, day, hour, value('m'), value('s'), value('f'));
  for (const char zone : {'z', 'Z'}) {
    if (components.count(zone) == 0 || components[zone] == 0) continue;
    millis -= components[zone] * 60'000;
    if (zone == 'z' && components.count('Z') > 0 && components['Z'] != 0) {
      millis += components[zone] * 60'000;
    }
  }
  return std::optional(millis);
}

}  // namespace bedlam::states::jsonata
