#include "harness/money/money.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace bedlam::harness {
namespace {

constexpr double kPicosInUsd = 1e12;
// What 64 bits of picodollars hold, with room for sums: nine million dollars.
constexpr double kMostUsd = 1e6;
constexpr int kSignificantDigits = 6;

std::int64_t whole_picos(double picos) {
  constexpr double kMost = kMostUsd * kPicosInUsd;
  return std::llround(std::clamp(picos, -kMost, kMost));
}

}  // namespace

Money Money::from_usd(double usd) {
  return {whole_picos(usd * kPicosInUsd)};
}

Money Money::most() {
  return from_usd(kMostUsd);
}

double Money::usd() const {
  return static_cast<double>(picos) / kPicosInUsd;
}

Money price_of(double units, double usd, double per) {
  return {whole_picos(units * usd * kPicosInUsd / per)};
}

std::string format_money(Money money) {
  if (money.picos == 0) return "0 USD";
  const double usd = money.usd();
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(usd))));
  const int decimals = std::max(kSignificantDigits - 1 - magnitude, 0);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, usd);
  std::string shown = text.data();
  if (shown.find('.') != std::string::npos) {
    while (shown.back() == '0') shown.pop_back();
    if (shown.back() == '.') shown.pop_back();
  }
  return shown + " USD";
}

std::optional<Money> parse_money(std::string_view text) {
  constexpr std::string_view kUnit = "USD";
  const auto trim = [&text] {
    while (text.ends_with(' ')) text.remove_suffix(1);
    while (text.starts_with(' ')) text.remove_prefix(1);
  };
  trim();
  const bool dollars = text.starts_with('$');
  if (dollars) {
    text.remove_prefix(1);
  } else if (text.ends_with(kUnit)) {
    text.remove_suffix(kUnit.size());
  } else {
    return std::nullopt;
  }
  trim();
  double usd = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), usd);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!(usd >= 0) || usd > kMostUsd) return std::nullopt;
  return Money::from_usd(usd);
}

}  // namespace bedlam::harness
