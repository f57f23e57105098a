#include "emulator/base/json.h"

#include "emulator/states/language/intrinsic/functions.h"

namespace bedlam::states::intrinsic {

// Text of nothing but blanks is null.
Result<Json, Misuse> string_to_json(const Arguments& arguments, Random&) {
  if (!arguments[0].is_string()) return Misuse{"the argument must be a string"};
  const auto& text = arguments[0].get_ref<const std::string&>();
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return Json(nullptr);
  auto value = parse_json(text);
  if (!value) return Misuse{"the string is not JSON: " + value.error().message};
  return *std::move(value);
}

Result<Json, Misuse> json_to_string(const Arguments& arguments, Random&) {
  return Json(to_text(arguments[0]));
}

// Shallow. The third argument asks for a deep merge, which AWS announces but refuses; whatever is
// not `true` there means shallow.
Result<Json, Misuse> json_merge(const Arguments& arguments, Random&) {
  if (!arguments[0].is_object()) return Misuse{"the first argument must be an object"};
  if (!arguments[1].is_object()) return Misuse{"the second argument must be an object"};
  if (arguments[2] == Json(true)) {
    return Misuse{"deep merging is not supported, the third argument must be false"};
  }
  Json merged = arguments[0];
  for (const auto& [name, value] : arguments[1].items()) merged[name] = value;
  return merged;
}

}  // namespace bedlam::states::intrinsic
