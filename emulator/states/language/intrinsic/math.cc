#include <cmath>

#include "emulator/states/language/intrinsic/functions.h"

namespace bedlam::states::intrinsic {
namespace {

constexpr double kMaxExact = 9'007'199'254'740'992.0;  // 2^53: from here on a double skips integers

// Half up, towards positive infinity: 1.5 gives 2, -1.5 gives -1 (recorded).
std::optional<std::int64_t> rounded(const Json& value) {
  if (!value.is_number()) return std::nullopt;
  const double given = value.get<double>();
  const double number = std::floor(given) + (given - std::floor(given) >= 0.5 ? 1 : 0);
  if (!(std::abs(number) <= kMaxExact)) return std::nullopt;
  return value.is_number_integer() ? value.get<std::int64_t>() : static_cast<std::int64_t>(number);
}

}  // namespace

std::optional<std::int64_t> truncated(const Json& value) {
  if (!value.is_number()) return std::nullopt;
  const double number = std::trunc(value.get<double>());
  if (!(std::abs(number) <= kMaxExact)) return std::nullopt;
  return value.is_number_integer() ? value.get<std::int64_t>() : static_cast<std::int64_t>(number);
}

// From the first argument up to the second, which is excluded. The third is a seed: the same one
// gives the same number.
Result<Json, Misuse> math_random(const Arguments& arguments, Random& random) {
  const auto start = truncated(arguments[0]), end = truncated(arguments[1]);
  if (!start || !end) return Misuse{"the bounds must be numbers"};
  if (*start >= *end) return Misuse{"the first bound must be less than the second"};
  const auto count = static_cast<std::uint64_t>(*end - *start);
  if (arguments.size() == 2) {
    return Json(*start + static_cast<std::int64_t>(random.below(count)));
  }
  const auto seed = truncated(arguments[2]);
  if (!seed) return Misuse{"the seed must be a number"};
  Random seeded = Random(static_cast<std::uint64_t>(*seed)).derive("States.MathRandom");
  return Json(*start + static_cast<std::int64_t>(seeded.below(count)));
}

Result<Json, Misuse> math_add(const Arguments& arguments, Random&) {
  const auto first = rounded(arguments[0]), second = rounded(arguments[1]);
  if (!first || !second) return Misuse{"the arguments must be numbers"};
  return Json(*first + *second);
}

}  // namespace bedlam::states::intrinsic
