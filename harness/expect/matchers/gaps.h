// Pauses between attempts: the name of a retry policy, for what it allows after each failure (a
// band that the pause lies in, or no retry at all); `asl`, for what the Retry of the workflow's
// state says; a duration or range that every pause must match; or a list, one for each pause.
#pragma once

#include "harness/expect/matcher.h"

namespace bedlam::harness {

// On the real clock a pause also holds the time the program needs to get going again: a band is
// this much wider at its end. Retry bands are seconds wide, so it hides no wrong policy.
inline constexpr Duration kRealClockSlack = std::chrono::milliseconds(250);

MatcherPtr compile_gaps(const Cursor& cursor);

}  // namespace bedlam::harness
