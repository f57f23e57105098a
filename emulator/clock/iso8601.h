// Times as clients write them: RFC 3339, section 5.6 (Smithy's date-time, with an offset too).
#pragma once

#include <optional>
#include <string_view>

#include "emulator/clock/instant.h"

namespace bedlam {

// Of "2024-10-04T09:00:00Z" or "2024-10-04T14:00:00.5+05:00"; nullopt where `text` is anything
// else, a day that is not in the calendar, or a time that a WallTime cannot hold.
std::optional<WallTime> parse_iso8601(std::string_view text);

}  // namespace bedlam
