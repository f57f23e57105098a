// The intrinsic functions by name.
#pragma once

#include <string_view>
#include <vector>

#include "emulator/states/language/intrinsic/function.h"

namespace bedlam::states::intrinsic {

// nullptr where there is no function of that name; names are case-sensitive.
const Function* find_function(std::string_view name);

std::vector<std::string_view> function_names();

}  // namespace bedlam::states::intrinsic
