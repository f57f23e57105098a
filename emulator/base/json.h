// JSON as it is used everywhere: members keep the order they were written in, because the order of
// an AWS answer is part of its bytes.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "emulator/base/result.h"

namespace bedlam {

using Json = nlohmann::ordered_json;

struct JsonError {
  std::string message;  // what the parser expected, without position
  std::size_t line = 1, column = 1;
};

// Parses RFC 8259 text, in time linear in its length (but for sorting the names of large objects).
// Of members with the same name the last value counts, at the first one's place. Nesting deeper
// than kMaxJsonDepth is an error, so that no input can exhaust the stack of a recursive reader; so
// is a number beyond a double. Positions are in bytes and name the last byte of what was not
// expected.
Result<Json, JsonError> parse_json(std::string_view text);
inline constexpr int kMaxJsonDepth = 512;

// Compact text, no spaces; invalid UTF-8 becomes U+FFFD.
std::string to_text(const Json& value);

// Equality of values: the order of members does not matter, 1 equals 1.0. Integers are compared
// exactly, an integer and a fraction as doubles.
bool same_value(const Json& a, const Json& b);

// The member of that name, or nullptr; also nullptr where `object` is no object.
const Json* find(const Json& object, std::string_view name);

}  // namespace bedlam
