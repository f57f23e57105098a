// What stands in Amazon S3: by "bucket/key", in which `*` stands for anything, a matcher for the
// content (as JSON where it is JSON, one value a line where the key ends in .jsonl, else as text).
// Every object that a name matches must match, and there must be one; null: there is none.
#pragma once

#include "harness/expect/matcher.h"

namespace bedlam::harness {

MatcherPtr compile_objects(const Cursor& cursor);

}  // namespace bedlam::harness
