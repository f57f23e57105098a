// The bodies of the intrinsic functions, by topic. catalog.cc gives them their names.
#pragma once

#include <cstdint>
#include <optional>

#include "emulator/states/language/intrinsic/function.h"

namespace bedlam::states::intrinsic {

// Developer guide: Base64Encode, Base64Decode and Hash take up to 10,000 characters, ArrayRange
// gives up to 1,000 elements.
inline constexpr std::size_t kMaxEncodedCharacters = 10'000;
inline constexpr std::size_t kMaxRangeElements = 1'000;

// strings.cc
Result<Json, Misuse> format(const Arguments& arguments, Random& random);
Result<Json, Misuse> string_split(const Arguments& arguments, Random& random);

// json.cc
Result<Json, Misuse> string_to_json(const Arguments& arguments, Random& random);
Result<Json, Misuse> json_to_string(const Arguments& arguments, Random& random);
Result<Json, Misuse> json_merge(const Arguments& arguments, Random& random);

// arrays.cc
Result<Json, Misuse> array(const Arguments& arguments, Random& random);
Result<Json, Misuse> array_partition(const Arguments& arguments, Random& random);
Result<Json, Misuse> array_contains(const Arguments& arguments, Random& random);
Result<Json, Misuse> array_range(const Arguments& arguments, Random& random);
Result<Json, Misuse> array_get_item(const Arguments& arguments, Random& random);
Result<Json, Misuse> array_length(const Arguments& arguments, Random& random);
Result<Json, Misuse> array_unique(const Arguments& arguments, Random& random);

// encoding.cc
Result<Json, Misuse> base64_encode_text(const Arguments& arguments, Random& random);
Result<Json, Misuse> base64_decode_text(const Arguments& arguments, Random& random);
Result<Json, Misuse> hash(const Arguments& arguments, Random& random);

// math.cc
Result<Json, Misuse> math_random(const Arguments& arguments, Random& random);
Result<Json, Misuse> math_add(const Arguments& arguments, Random& random);

// identity.cc
Result<Json, Misuse> uuid(const Arguments& arguments, Random& random);

// math.cc: a number without its fraction, as AWS takes indexes, sizes and bounds; nullopt where
// `value` is no number or beyond 2^53.
std::optional<std::int64_t> truncated(const Json& value);

}  // namespace bedlam::states::intrinsic
