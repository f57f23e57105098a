// Numbers, durations and amounts of money: `4`, `>= 3`, `3..5`, `19.2s ± 2%`, `<= 0.02 USD`,
// `37.7% less than chain`, a list of them.
#pragma once

#include <optional>
#include <string_view>

#include "harness/expect/matcher.h"

namespace bedlam::harness {

enum class Unit { kNumber, kDuration, kMoney };

// No matcher after a mistake.
MatcherPtr compile_quantity(const Cursor& cursor, Unit unit);

// Whether the text has the form of a comparison or range of numbers; elsewhere it is just a text.
bool looks_like_number_test(std::string_view text);

// Whether the difference of `actual` to `reference`, in percent of `reference` and rounded (half
// up) to `decimals` places, is `percent_scaled` / 10^decimals. Exact: integers all through.
bool differs_by_percent(Duration reference, Duration actual, long long percent_scaled, int decimals,
                        bool less);

}  // namespace bedlam::harness
