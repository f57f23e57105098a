// Amounts of US dollars, exact: whole picodollars, so that sums and comparisons do not drift. A
// token of Nova Micro costs 35,000 of them.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace bedlam::harness {

struct Money {
  std::int64_t picos = 0;

  // At most a million USD either way, as price_of() below.
  static Money from_usd(double usd);
  static Money most();
  double usd() const;

  // Sums stay at the largest amount there is, or the smallest, rather than pass it.
  Money& operator+=(Money other) { return *this = *this + other; }
  friend Money operator+(Money a, Money b) {
    using Limits = std::numeric_limits<std::int64_t>;
    if (b.picos > 0 && a.picos > Limits::max() - b.picos) return {Limits::max()};
    if (b.picos < 0 && a.picos < Limits::min() - b.picos) return {Limits::min()};
    return {a.picos + b.picos};
  }
  friend auto operator<=>(const Money&, const Money&) = default;
};

// So many units at a price for each thousand, or million: rounded once, to a picodollar.
Money price_of(double units, double usd, double per = 1);

// "0.0225 USD": as many digits as it has, at most six that count.
std::string format_money(Money money);

// "0.02 USD", "$0.02"; nullopt for anything else, and below zero.
std::optional<Money> parse_money(std::string_view text);

}  // namespace bedlam::harness
