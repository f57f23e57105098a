// Texts, truth values and documents: equal, a glob, a /regular expression/, {contains: …},
// {length: …}, a part of an object, `$.path: value`, a list of these.
#pragma once

#include "harness/expect/matcher.h"

namespace bedlam::harness {

// A list means that all hold; against a value that is itself a list, its elements match one by one.
MatcherPtr compile_value(const Cursor& cursor);

// As compile_value, and a plain text must be one of `words`.
MatcherPtr compile_word(const Cursor& cursor, const std::vector<std::string_view>& words);

}  // namespace bedlam::harness
