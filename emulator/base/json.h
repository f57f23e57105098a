// JSON as it is used everywhere: members keep the order they were written in, because the order of
// an AWS answer is part of its bytes.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

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
void append_text(std::string& to, const Json& value);
// What a JSON string of this text has between its quotes.
void append_escaped(std::string& to, std::string_view text);

// An object of names and their values in turn: object_of("role", "user", "tokens", 3). Moves what
// it may move, where braces copy all.
template <typename... Members>
Json object_of(Members&&... members);

// Equality of values: the order of members does not matter, 1 equals 1.0. Integers are compared
// exactly, an integer and a fraction as doubles.
bool same_value(const Json& a, const Json& b);

// Empties a value from its leaves up, in half the time that the library takes: its destructor moves
// all that is below onto a list first, so that no depth exhausts the stack. Of values that
// parse_json() read, whose depth is bounded.
void release(Json& value) noexcept;
class ReleaseAtEnd {  // of the scope
 public:
  explicit ReleaseAtEnd(Json& value) : value_(value) {}
  ~ReleaseAtEnd() { release(value_); }
  ReleaseAtEnd(const ReleaseAtEnd&) = delete;
  ReleaseAtEnd& operator=(const ReleaseAtEnd&) = delete;

 private:
  Json& value_;
};

// The member of that name, or nullptr; also nullptr where `object` is no object.
const Json* find(const Json& object, std::string_view name);
// The text of that member; "" where there is none, or it is no text.
std::string text_member(const Json& object, std::string_view name);
// The same, valid as long as the object.
std::string_view text_in(const Json& object, std::string_view name);

template <typename Value, typename... More>
void add_members(Json::object_t& to, std::string_view name, Value&& value, More&&... more) {
  to.emplace_back(std::string(name), std::forward<Value>(value));
  if constexpr (sizeof...(More) > 0) add_members(to, std::forward<More>(more)...);
}

template <typename... Members>
Json object_of(Members&&... members) {
  static_assert(sizeof...(Members) % 2 == 0);
  Json object(Json::value_t::object);
  auto& to = object.get_ref<Json::object_t&>();
  to.reserve(sizeof...(Members) / 2);
  if constexpr (sizeof...(Members) > 0) add_members(to, std::forward<Members>(members)...);
  return object;
}

}  // namespace bedlam
