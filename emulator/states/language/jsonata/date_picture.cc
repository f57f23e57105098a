#include "emulator/states/language/jsonata/date_picture.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "emulator/states/language/jsonata/date_names.h"
#include "emulator/states/language/jsonata/unicode.h"

namespace bedlam::states::jsonata {
namespace {

constexpr std::string_view kIntegerComponents = "YMDdFWwXxHhmsf";

// How a component is written where its marker does not say it; "" where there is no such component.
std::string_view default_presentation(char component) {
  if (std::string_view("YMDdWwXxHhf").find(component) != std::string_view::npos) return "1";
  if (std::string_view("FPCE").find(component) != std::string_view::npos) return "n";
  if (component == 'm' || component == 's') return "01";
  if (component == 'Z' || component == 'z') return "01:01";
  return "";
}

// parseInt; nullopt for "*" and for what is no number.
std::optional<int> width(std::string_view text) {
  const int value = std::atoi(std::string(text.substr(0, 6)).c_str());
  return value > 0 ? std::optional(value) : std::nullopt;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

}  // namespace

Result<DatePicture, Fault> DatePicture::parse(std::string_view picture) {
  DatePicture result;
  const auto literal = [&result](std::string_view text) {
    if (text.empty()) return;
    Part& part = result.parts_.emplace_back();
    part.literal = text;
    replace_all(part.literal, "]]", "]");
  };
  std::size_t start = 0;
  while (true) {
    const std::size_t open = picture.find('[', start);
    literal(picture.substr(start, open == picture.npos ? open : open - start));
    if (open == picture.npos) return result;
    if (picture.substr(open).starts_with("[[")) {
      result.parts_.emplace_back().literal = "[";
      start = open + 2;
      continue;
    }
    const std::size_t close = picture.find(']', open);
    if (close == picture.npos) return Fault("D3135");
    auto part = marker(picture.substr(open + 1, close - open - 1), result.parts_);
    if (!part.ok()) return std::move(part).error();
    result.parts_.push_back(*std::move(part));
    start = close + 1;
  }
}

Result<DatePicture::Part, Fault> DatePicture::marker(std::string_view given,
                                                     std::vector<Part>& parts) {
  std::string text;
  for (const char c : given) {
    if (c != ' ' && (c < '\t' || c > '\r')) text += c;
  }
  Part part;
  part.component = text.empty() ? '\0' : text[0];
  const std::size_t comma = text.rfind(',');
  if (comma != text.npos) {
    const std::string_view widths = std::string_view(text).substr(comma + 1);
    const std::size_t dash = widths.find('-');
    part.least = width(widths.substr(0, dash));
    if (dash != widths.npos) part.most = width(widths.substr(dash + 1));
  }
  std::string presentation =
      text.size() < 2 ? "" : text.substr(1, comma == text.npos ? comma : comma - 1);
  if (presentation.size() > 1 &&
      std::string_view("atco").find(presentation.back()) != std::string_view::npos) {
    part.modifier = presentation.back();
    presentation.pop_back();
  }
  part.presentation = presentation.empty() ? default_presentation(part.component) : presentation;
  if (part.presentation.empty()) {
    return Fault("D3132").with("value", text.empty() ? "" : text.substr(0, 1));
  }
  if (part.presentation[0] == 'n' || part.presentation[0] == 'N') {
    part.names = part.presentation[0] == 'n'           ? LetterCase::kLower
                 : part.presentation.starts_with("Nn") ? LetterCase::kTitle
                                                       : LetterCase::kUpper;
  } else if (kIntegerComponents.find(part.component) != kIntegerComponents.npos) {
    if (auto fault = as_integer(part, parts)) return *std::move(fault);
  }
  if (part.component == 'Z' || part.component == 'z') {
    auto integer = IntegerPicture::parse(part.presentation);
    if (!integer.ok()) return std::move(integer).error();
    part.integer = *std::move(integer);
  }
  return part;
}

std::optional<Fault> DatePicture::as_integer(Part& part, std::vector<Part>& parts) {
  std::string picture = part.presentation;
  if (part.modifier != '\0') picture += std::string(";") + part.modifier;
  auto parsed = IntegerPicture::parse(picture);
  if (!parsed.ok()) return std::move(parsed).error();
  IntegerPicture& integer = part.integer.emplace(*std::move(parsed));
  const bool decimal = integer.form == IntegerPicture::Form::kDecimal;
  if (decimal && part.least)
    integer.mandatory_digits = std::max(integer.mandatory_digits, *part.least);
  if (part.component == 'Y') {
    const int digits = integer.mandatory_digits + integer.optional_digits;
    if (part.most) {
      part.year_digits = integer.mandatory_digits = *part.most;
    } else if (digits >= 2) {
      part.year_digits = digits;
    }
  }
  // Two numbers with nothing between them: the first must have a definite width to be read.
  if (!parts.empty() && parts.back().integer) {
    parts.back().integer->parse_width = parts.back().integer->mandatory_digits;
  }
  return std::nullopt;
}

Result<std::string, Fault> DatePicture::format(double millis, std::string_view zone_text) const {
  Zone zone;
  if (!zone_text.empty()) {
    const int offset = std::atoi(std::string(zone_text).c_str());
    zone.hours = std::floor(offset / 100.0);
    zone.minutes = offset % 100;
  }
  const double local = millis + (60 * zone.hours + zone.minutes) * 60'000;
  std::string result;
  for (const Part& part : parts_) {
    if (part.component == '\0') {
      result += part.literal;
      continue;
    }
    auto text = format_part(part, local, zone);
    if (!text.ok()) return std::move(text).error();
    result += *text;
  }
  return result;
}

Result<std::string, Fault> DatePicture::format_part(const Part& part, double millis,
                                                    const Zone& zone) {
  if (part.component == 'Z' || part.component == 'z') return format_zone(part, zone);
  if (part.component == 'C' || part.component == 'E') return std::string("ISO");
  double value = date_component(millis, part.component);
  if (part.component == 'P') {
    const bool upper = part.names == LetterCase::kUpper;
    return std::string(value == 1 ? (upper ? "PM" : "pm") : (upper ? "AM" : "am"));
  }
  if (part.component == 'Y' && part.year_digits != -1) {
    value = std::fmod(value, std::pow(10, part.year_digits));
  }
  if (part.names) return format_name(part, value);
  if (!part.integer) return std::string();
  return part.integer->format(value);
}

Result<std::string, Fault> DatePicture::format_name(const Part& part, double value) {
  const bool month = part.component == 'M' || part.component == 'x';
  if (!month && part.component != 'F') {
    return Fault("D3133").with("value", std::string(1, part.component));
  }
  if (!std::isfinite(value)) return std::string();
  const auto index = static_cast<std::size_t>(value) - 1;
  std::string name(month ? kMonths[index] : kDays[index]);
  if (part.names == LetterCase::kUpper) name = to_upper(name);
  if (part.names == LetterCase::kLower) name = to_lower(name);
  if (part.most) name = name.substr(0, static_cast<std::size_t>(*part.most));
  return name;
}

Result<std::string, Fault> DatePicture::format_zone(const Part& part, const Zone& zone) {
  const IntegerPicture& integer = *part.integer;
  const double offset = zone.hours * 100 + zone.minutes;
  const int digits = integer.mandatory_digits;
  std::string text;
  if (integer.regular > 0 || digits == 3 || digits == 4) {
    auto formatted = integer.format(offset);
    if (!formatted.ok()) return std::move(formatted).error();
    text = *std::move(formatted);
  } else if (digits == 1 || digits == 2) {
    auto formatted = integer.format(zone.hours);
    if (!formatted.ok()) return std::move(formatted).error();
    text = *std::move(formatted);
    if (zone.minutes != 0) text += ":" + *IntegerPicture::parse("00")->format(zone.minutes);
  } else {
    return Fault("D3134").with("value", digits);
  }
  if (offset >= 0) text.insert(0, "+");
  if (part.component == 'z') text.insert(0, "GMT");
  return offset == 0 && part.modifier == 't' ? "Z" : text;
}

}  // namespace bedlam::states::jsonata
