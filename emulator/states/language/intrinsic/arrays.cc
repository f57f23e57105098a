// Equality is that of the elements' JSON, in which the order of members counts: AWS does not find
// {"b":2,"a":1} in an array that holds {"a":1,"b":2}.
#include <algorithm>

#include "emulator/states/language/intrinsic/functions.h"

namespace bedlam::states::intrinsic {
namespace {

Misuse not_an_array() {
  return {"the first argument must be an array"};
}

}  // namespace

Result<Json, Misuse> array(const Arguments& arguments, Random&) {
  Json result = Json::array();
  for (std::size_t i = 0; i < arguments.size(); ++i) result.push_back(arguments[i]);
  return result;
}

Result<Json, Misuse> array_partition(const Arguments& arguments, Random&) {
  if (!arguments[0].is_array()) return not_an_array();
  const auto size = truncated(arguments[1]);
  if (!size || *size < 1) return Misuse{"the size of the parts must be a positive integer"};
  Json parts = Json::array();
  for (const Json& element : arguments[0]) {
    if (parts.empty() || static_cast<std::int64_t>(parts.back().size()) == *size) {
      parts.push_back(Json::array());
    }
    parts.back().push_back(element);
  }
  return parts;
}

Result<Json, Misuse> array_contains(const Arguments& arguments, Random&) {
  if (!arguments[0].is_array()) return not_an_array();
  const auto& elements = arguments[0];
  return Json(std::find(elements.begin(), elements.end(), arguments[1]) != elements.end());
}

// From the first to the second argument, which is included where the steps reach it.
Result<Json, Misuse> array_range(const Arguments& arguments, Random&) {
  const auto first = truncated(arguments[0]), last = truncated(arguments[1]);
  const auto step = truncated(arguments[2]);
  if (!first || !last || !step) return Misuse{"the arguments must be numbers"};
  if (*step == 0) return Misuse{"the step must not be 0"};
  Json range = Json::array();
  for (auto value = *first; *step > 0 ? value <= *last : value >= *last; value += *step) {
    if (range.size() == kMaxRangeElements) {
      return Misuse{"the range has more than " + std::to_string(kMaxRangeElements) + " elements"};
    }
    range.push_back(value);
  }
  return range;
}

Result<Json, Misuse> array_get_item(const Arguments& arguments, Random&) {
  if (!arguments[0].is_array()) return not_an_array();
  const auto index = truncated(arguments[1]);
  if (!index) return Misuse{"the index must be a number"};
  if (*index < 0) return Misuse{"the index must not be negative"};
  if (arguments[0].empty()) return Json(nullptr);  // so AWS: only a filled array has an end to miss
  if (*index >= static_cast<std::int64_t>(arguments[0].size())) {
    return Misuse{"the index " + std::to_string(*index) + " is outside the array of " +
                  std::to_string(arguments[0].size()) + " elements"};
  }
  return arguments[0][static_cast<std::size_t>(*index)];
}

Result<Json, Misuse> array_length(const Arguments& arguments, Random&) {
  if (!arguments[0].is_array()) return not_an_array();
  return Json(arguments[0].size());
}

// The first of equal elements stays, in its place.
Result<Json, Misuse> array_unique(const Arguments& arguments, Random&) {
  if (!arguments[0].is_array()) return not_an_array();
  Json result = Json::array();
  for (const Json& element : arguments[0]) {
    if (std::find(result.begin(), result.end(), element) == result.end()) result.push_back(element);
  }
  return result;
}

}  // namespace bedlam::states::intrinsic
