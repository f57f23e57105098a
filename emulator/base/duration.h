// Durations as people write them: a number and a unit, `800ms`, `1.5s`, `2m`, `1h30m`.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace bedlam {

using Duration = std::chrono::nanoseconds;

// 100 years of 365 days: far beyond every AWS limit, and small enough that sums of a few stay
// inside the 292 years that a Duration holds.
inline constexpr Duration kLongestDuration = std::chrono::hours(100 * 365 * 24);

// Units ns, us, ms, s, m, h, d; several parts may follow each other, and spaces may stand between
// numbers and units, so that what format_duration() writes is read again. Exact where the value is
// a whole number of nanoseconds, else rounded to one. nullopt where the text is anything else,
// negative or larger than kLongestDuration.
std::optional<Duration> parse_duration(std::string_view text);

// Exact: hours and days where they come out even, else seconds, or below one second the largest
// unit that fits: "3 d", "90 s", "19.2 s", "800 ms".
std::string format_duration(Duration duration);

inline double seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}
// Rounded to a nanosecond, saturating at ±kLongestDuration; not-a-number is zero.
Duration from_seconds(double s);

}  // namespace bedlam
