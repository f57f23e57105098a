#pragma once

#include <string_view>

namespace bedlam::app {

inline constexpr std::string_view kVersion = BEDLAM_VERSION;

}  // namespace bedlam::app
