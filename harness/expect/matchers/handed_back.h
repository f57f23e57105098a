// What a program handed back to its user, beside what of the answer was sent (partial/verdict.h):
// the verdict as a word, or {is: VERDICT, in: stdout | stderr | file: … | path: $.…, flag: TEXT,
// request: N}. Without a place it is what the program printed, what the call heard or what the
// workflow put out; without `request` the last request to a model counts.
#pragma once

#include "harness/expect/matcher.h"

namespace bedlam::harness {

MatcherPtr compile_handed_back(const Cursor& cursor);

}  // namespace bedlam::harness
