// Timestamps of the Amazon States Language: RFC 3339 with upper-case T and Z or an offset. Used by
// the Timestamp comparisons of Choice and by Wait.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "emulator/clock/instant.h"

namespace bedlam::states {

struct Timestamp {
  std::int64_t seconds = 0;  // since 1970, UTC
  std::int32_t nanoseconds = 0;
  auto operator<=>(const Timestamp&) const = default;
};

// nullopt where `text` is anything else, a day that is not in the calendar included. Fractions
// finer than a nanosecond are cut.
std::optional<Timestamp> parse_timestamp(std::string_view text);

// Saturating at the years 1677 and 2262, which a WallTime cannot leave.
WallTime to_wall_time(const Timestamp& timestamp);

}  // namespace bedlam::states
