#include "emulator/states/language/intrinsic/catalog.h"

#include <array>

#include "emulator/states/language/intrinsic/functions.h"

namespace bedlam::states::intrinsic {
namespace {

// A new function is one line here and a body in the file of its topic.
constexpr std::array kFunctions{
    // name, fewest and most arguments, body
    Function{"States.Array", 0, kAnyNumber, array},
    Function{"States.ArrayContains", 2, 2, array_contains},
    Function{"States.ArrayGetItem", 2, 2, array_get_item},
    Function{"States.ArrayLength", 1, 1, array_length},
    Function{"States.ArrayPartition", 2, 2, array_partition},
    Function{"States.ArrayRange", 3, 3, array_range},
    Function{"States.ArrayUnique", 1, 1, array_unique},
    Function{"States.Base64Decode", 1, 1, base64_decode_text},
    Function{"States.Base64Encode", 1, 1, base64_encode_text},
    Function{"States.Format", 1, kAnyNumber, format},
    Function{"States.Hash", 2, 2, hash},
    Function{"States.JsonMerge", 3, 3, json_merge},
    Function{"States.JsonToString", 1, 1, json_to_string},
    Function{"States.MathAdd", 2, 2, math_add},
    Function{"States.MathRandom", 2, 3, math_random},
    Function{"States.StringSplit", 2, 2, string_split},
    Function{"States.StringToJson", 1, 1, string_to_json},
    Function{"States.UUID", 0, 0, uuid},
};

}  // namespace

const Function* find_function(std::string_view name) {
  for (const Function& function : kFunctions) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

std::vector<std::string_view> function_names() {
  std::vector<std::string_view> names;
  for (const Function& function : kFunctions) names.push_back(function.name);
  return names;
}

}  // namespace bedlam::states::intrinsic
