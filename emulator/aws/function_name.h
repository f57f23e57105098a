// The name of an AWS Lambda function, in each of the forms in which a call may give it (Lambda API,
// "Invoke": FunctionName).
#pragma once

#include <string_view>

namespace bedlam::aws {

// Of "arn:aws:lambda:…:function:name:PROD", "123456789012:function:name" and "name:1", without its
// version or alias.
inline std::string_view function_name(std::string_view function) {
  constexpr std::string_view kFunction = "function:";
  const std::size_t at = function.find(kFunction);
  if (at != std::string_view::npos) function.remove_prefix(at + kFunction.size());
  return function.substr(0, function.find(':'));
}

}  // namespace bedlam::aws
