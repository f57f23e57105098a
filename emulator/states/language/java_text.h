// How Java prints a JSON value: AWS's own texts leak it, and so does States.Format.
#pragma once

#include <string>

#include "emulator/base/json.h"

namespace bedlam::states {

// Strings as they are, `{Arg1=1, Arg2=[]}`, `[1, a]`, `null`.
std::string java_text(const Json& value);

// The class that the value has behind AWS's JSON reader: "java.lang.String"; "null" for null.
std::string java_class(const Json& value);

}  // namespace bedlam::states
