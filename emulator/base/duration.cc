#include "emulator/base/duration.h"

#include <algorithm>
#include <array>
#include <cctype>
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
constexpr double kCenturyNs = 100.0 * 365.0 * 86'400e9;
constexpr int kMaxFractionDigits = 9;

bool digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

// Reads `12.5ms` off the front of `text`. Decimal arithmetic in integers keeps 7.2s exact.
std::optional<double> take_part(std::string_view& text) {
  std::size_t i = 0;
  while (i < text.size() && (digit(text[i]) || text[i] == '.')) ++i;
  const std::string number(text.substr(0, i));
  if (number.empty() || std::count(number.begin(), number.end(), '.') > 1 || number == "." ||
      number.size() > 20) {
    return std::nullopt;
  }
  std::size_t end = i;
  while (end < text.size() && std::isalpha(static_cast<unsigned char>(text[end])) != 0) ++end;
  const std::string_view name = text.substr(i, end - i);
  const auto* unit =
      std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.name == name; });
  if (unit == kUnits.end()) return std::nullopt;
  text.remove_prefix(end);
  return std::round(std::stod(number) * static_cast<double>(unit->nanoseconds));
}

std::string decimal(std::int64_t ns, std::int64_t unit) {
  std::string text = std::to_string(ns / unit);
  std::int64_t rest = ns % unit;
  if (rest == 0) return text;
  text += '.';
  for (int digits = 0; rest != 0 && digits < kMaxFractionDigits; ++digits) {
    rest *= 10;
    text += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  return text;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  double total = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const std::optional<double> part = take_part(text);
    if (!part) return std::nullopt;
    total += *part;
  }
  if (total > kCenturyNs) return std::nullopt;
  return Duration(static_cast<std::int64_t>(total));
}

std::string format_duration(Duration duration) {
  const std::int64_t ns = duration.count();
  if (ns == 0) return "0 s";
  if (ns < 0) return "-" + format_duration(-duration);
  // Minutes and longer only where they come out even: "90 s" says more than "1.5 m".
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
  const double ns = std::round(s * 1e9);
  return Duration(static_cast<std::int64_t>(std::clamp(ns, -kCenturyNs, kCenturyNs)));
}

}  // namespace bedlam
