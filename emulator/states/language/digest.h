// What States.Hash and the function $hash of JSONata say: a digest in hexadecimal, in lower case.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bedlam::states {

// nullopt where the algorithm is none of MD5, SHA-1, SHA-256, SHA-384 and SHA-512 (developer guide,
// "Intrinsic functions", States.Hash).
std::optional<std::string> hexadecimal_digest(std::string_view algorithm, std::string_view data);

}  // namespace bedlam::states
