// Eight bytes of a text at a time, for loops over every byte of every request and reply.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace bedlam {

inline constexpr std::size_t kWordBytes = 8;

// The first byte in the lowest bits. `text` has eight bytes or more.
inline std::uint64_t word_at_start(std::string_view text) {
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t word = 0;
  std::memcpy(&word, text.data(), kWordBytes);
  return word;
}

}  // namespace bedlam
