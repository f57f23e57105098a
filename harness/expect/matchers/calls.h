// Calls that reached the endpoint: how many (`3`, `>= 1`); a list, each element a part of one call,
// all of them in order; `{count: 2, operation: Converse}`, how many match (without `count`: at
// least one).
#pragma once

#include "harness/expect/matcher.h"

namespace bedlam::harness {

MatcherPtr compile_calls(const Cursor& cursor);

}  // namespace bedlam::harness
