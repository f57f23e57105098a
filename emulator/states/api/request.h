// Requests of an AWS JSON service, checked against a table of their members: what botocore's model
// `stepfunctions/2016-11-23` says, in AWS's own words when it is not met.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "emulator/aws/error.h"
#include "emulator/base/json.h"
#include "emulator/base/result.h"

namespace bedlam::states {

struct Member {
  enum class Kind { kText, kInteger, kNumber, kBoolean, kStructure, kTexts, kStructures };

  std::string_view name = {};
  Kind kind = Kind::kText;
  bool required = false;
  bool sensitive = false;  // its value is not repeated in an error
  // Length in characters of a text, or value of a number.
  std::optional<std::int64_t> min = std::nullopt, max = std::nullopt;
  std::span<const std::string_view> values = {};  // of an enumeration, in AWS's order
  bool ascii = false;                             // the pattern `\p{ASCII}*`
  std::span<const Member> members = {};           // of a structure, or of a list's structures
  // Of a list: how many items, and AWS's name of their shape, which an error repeats.
  std::optional<std::size_t> min_items = std::nullopt, max_items = std::nullopt;
  std::string_view item_name = {};
  // A pattern as the model writes it, and what meets it.
  std::string_view pattern = {};
  bool (*meets_pattern)(std::string_view) = nullptr;
};

using Shape = std::span<const Member>;

// The body with its null members left out. Errors: SerializationException where it is no JSON
// object or a member has another JSON type, ValidationException for constraints, all of them at
// once.
Result<Json, aws::Error> parse_request(std::string_view body, Shape shape);

// Members of a parsed request; `otherwise` where they are absent.
const std::string* find_text(const Json& request, std::string_view name);
std::string_view text_or(const Json& request, std::string_view name,
                         std::string_view otherwise = {});
std::int64_t number_or(const Json& request, std::string_view name, std::int64_t otherwise);
bool flag_or(const Json& request, std::string_view name, bool otherwise);

}  // namespace bedlam::states
