// The prompt of a request that nobody has checked, of whatever model: what recordings match calls
// by, when they are made (harness/record) and when they answer.
#pragma once

#include <string>

#include "emulator/base/json.h"

namespace bedlam::bedrock {

// All text of the last user message where the body has messages, tool results included; else what
// stands in the member that a model's own body has its text in. Of a CountTokens body, that of the
// body inside it. "" where none of these is there.
std::string unchecked_prompt(const Json& body);

}  // namespace bedlam::bedrock
