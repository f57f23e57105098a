// Base64 of RFC 4648 section 4. Bodies bring pictures of 25 MB, so nothing is decoded that nobody
// reads.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace bedlam {

std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);  // nullopt: not base64
// How many bytes it decodes to, all of it being looked at.
std::optional<std::size_t> base64_size(std::string_view text);  // nullopt: not base64
// The first bytes, `most` or a few less; nullopt where what they come from is not base64.
std::optional<std::string> base64_decode_start(std::string_view text, std::size_t most);

}  // namespace bedlam
