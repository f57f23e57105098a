#include "harness/bench/arrivals.h"

#include <charconv>
#include <cmath>

namespace bedlam::harness {
namespace {

// Beyond it no client of one machine follows.
constexpr double kMostArrivalsASecond = 1e6;

}  // namespace

Duration Arrivals::next() {
  if (pattern_ == ArrivalPattern::kEven) {
    return from_seconds(static_cast<double>(count_++) / a_second_);
  }
  at_ += -std::log1p(-random_.uniform()) / a_second_;
  return from_seconds(at_);
}

std::optional<double> parse_rate(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view number = text.substr(0, slash), unit = text.substr(slash + 1);
  double rate = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), rate);
  if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  if (unit == "m") {
    rate /= 60;
  } else if (unit != "s") {
    return std::nullopt;
  }
  return rate > 0 && rate <= kMostArrivalsASecond ? std::optional(rate) : std::nullopt;
}

}  // namespace bedlam::harness
