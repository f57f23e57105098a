// The JSON schemas that Bedrock holds InvokeModel bodies against before the model sees them, and
// the sentences in which it refuses: "Malformed input request: #/top_p: expected type: Number,
// found: String, please reformat your input and try again."
//
// In public logs: required key, extraneous key, expected type, expected maxLength. The others are
// the words of the library that AWS's sentences come from (everit-org/json-schema); unverified.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/aws/error.h"
#include "emulator/base/json.h"

namespace bedlam::bedrock {

enum class JsonType { kAny, kString, kInteger, kNumber, kBoolean, kArray, kObject };

// One member of an object, or the items of an array.
struct Member {
  std::string_view name;
  JsonType type = JsonType::kAny;
  bool required = false;
  // Of a number its value, of a string its characters, of an array its items.
  double from = -std::numeric_limits<double>::infinity();
  double to = std::numeric_limits<double>::infinity();
  std::vector<std::string_view> words = {};  // the only strings allowed; empty: any
  std::vector<int> numbers = {};             // the only numbers allowed; empty: any
  std::vector<Member> items = {};            // of an array: one for them all, or none: any
  std::vector<Member> members = {};          // of an object: all that it may have; empty: any
  bool open = false;                         // of an object: it may have others too
};

// What the schema does not allow, in its order, one sentence behind the other as AWS puts them; ""
// for a body that it allows.
std::string violations(const Json& body, const std::vector<Member>& schema);
// The same as what AWS answers.
std::optional<aws::Error> refusal_of(const Json& body, const std::vector<Member>& schema);

// Whether the schema allows that value of the member.
bool allows(const Member& member, const Json& value);

// A whole number, or the largest that there is in place of a larger one.
std::int64_t whole_number(const Json& number);

// A member that the schema made sure of, or what holds where it is not given.
int int_or(const Json& object, std::string_view name, int otherwise);
std::string text_or(const Json& object, std::string_view name, std::string otherwise);
std::vector<std::string> texts_of(const Json& object, std::string_view name);

}  // namespace bedlam::bedrock
