// Durations as people write them: a number and a unit, `800ms`, `1.5s`, `2m`, `1h30m`.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace bedlam {

using Duration = std::chrono::nanoseconds;

// Units ns, us, ms, s, m, h, d; several parts may follow each other. nullopt where the text is
// anything else, negative or larger than 100 years.
std::optional<Duration> parse_duration(std::string_view text);

// In the largest unit that keeps it readable, exact: "19.2 s", "800 ms", "3 d".
std::string format_duration(Duration duration);

inline double seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}
Duration from_seconds(double s);  // rounded to a nanosecond, saturating at 100 years

}  // namespace bedlam
