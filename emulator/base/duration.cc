#include "emulator/base/duration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace bedlam {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

constexpr std::array<Unit, 7> kUnits{{{"d", 86'400'000'000'000},
                                      {"h", 3'600'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"s", 1'000'000'000},
                                      {"ms", 1'000'000},
                                      {"us", 1'000},
                                      {"ns", 1}}};
constexpr std::int64_t kLongestNs = kLongestDuration.count();

std::string_view take_digits(std::string_view& text) {
  const std::string_view digits = text.substr(0, text.find_first_not_of("0123456789"));
  text.remove_prefix(digits.size());
  return digits;
}

void skip_spaces(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
}

const Unit* take_unit(std::string_view& text) {
  skip_spaces(text);
  const std::string_view name = text.substr(0, text.find_first_of(" .0123456789"));
  text.remove_prefix(name.size());
  const auto* unit =
      std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.name == name; });
  return unit == kUnits.end() ? nullptr : unit;
}

// The digits behind the point as a part of `unit`, in integers, so that 7.2s is 7,200,000,000 ns.
std::int64_t fraction_of(std::string_view digits, std::int64_t unit) {
  std::int64_t whole = 0;
  while (!digits.empty() && unit % 10 == 0) {
    unit /= 10;
    whole += (digits.front() - '0') * unit;
    digits.remove_prefix(1);
  }
  // What is left is finer than the unit's last decimal: round it. Six digits decide.
  std::int64_t numerator = 0, denominator = 1;
  for (const char c : digits.substr(0, 6)) {
    numerator = numerator * 10 + (c - '0');
    denominator *= 10;
  }
  return whole + (numerator * unit + denominator / 2) / denominator;
}

// Reads `12.5ms` off the front of `text`.
std::optional<std::int64_t> take_part(std::string_view& text) {
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  if (whole.empty() && fraction.empty()) return std::nullopt;
  const Unit* unit = take_unit(text);
  if (unit == nullptr) return std::nullopt;
  std::int64_t count = 0;
  for (const char c : whole) {
    count = count * 10 + (c - '0');
    if (count > kLongestNs / unit->nanoseconds) return std::nullopt;
  }
  return count * unit->nanoseconds + fraction_of(fraction, unit->nanoseconds);
}

std::string decimal(std::int64_t ns, std::int64_t unit) {
  std::string text = std::to_string(ns / unit);
  std::int64_t rest = ns % unit;
  if (rest == 0) return text;
  text += '.';
  while (rest != 0) {  // ends: decimals are only asked of units that are powers of ten
    rest *= 10;
    text += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  return text;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  std::int64_t total = 0;
  if (text.empty() || text.ends_with(' ')) return std::nullopt;
  while (!text.empty()) {
    const std::optional<std::int64_t> part = take_part(text);
    if (!part || *part > kLongestNs - total) return std::nullopt;
    total += *part;
    skip_spaces(text);
  }
  return Duration(total);
}

std::string format_duration(Duration duration) {
  const std::int64_t ns = duration.count();
  if (ns == 0) return "0 s";
  if (ns < 0) return "-" + format_duration(ns == INT64_MIN ? Duration::max() : -duration);
  // Minutes never, hours and days only where they come out even: "90 s" says more than "1.5 m".
  for (const Unit& unit : kUnits) {
    const bool long_unit = unit.nanoseconds > 1'000'000'000;
    if (ns < unit.nanoseconds || (long_unit && (ns % unit.nanoseconds != 0 || unit.name == "m"))) {
      continue;
    }
    return decimal(ns, unit.nanoseconds) + " " + std::string(unit.name);
  }
  return std::to_string(ns) + " ns";
}

Duration from_seconds(double s) {
  if (std::isnan(s)) return Duration{};
  const double longest = static_cast<double>(kLongestNs);
  return Duration(static_cast<std::int64_t>(std::clamp(std::round(s * 1e9), -longest, longest)));
}

}  // namespace bedlam
