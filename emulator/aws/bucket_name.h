// The names that a general purpose bucket of Amazon S3 may have.
#pragma once

#include <algorithm>
#include <string_view>

namespace bedlam::aws {

// "Bucket names must be between 3 and 63 characters long … lowercase letters, numbers, periods and
// hyphens … begin and end with a letter or number" (S3 user guide, "Bucket naming rules").
inline bool is_bucket_name(std::string_view name) {
  constexpr std::size_t kShortest = 3;
  constexpr std::size_t kLongest = 63;
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return name.size() >= kShortest && name.size() <= kLongest && is_plain(name.front()) &&
         is_plain(name.back()) && name.find("..") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_plain(c) || c == '.' || c == '-'; });
}

}  // namespace bedlam::aws
