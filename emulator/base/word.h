// Eight bytes of a text at a time, for loops over every byte of every request and reply.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace bedlam {

inline constexpr std::size_t kWordBytes = 8;

// The first byte in the lowest bits. `text` has eight bytes or more.
constexpr std::uint64_t word_at_start(std::string_view text) {
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t word = 0;
  if (std::is_constant_evaluated()) {  // by the compiler, which knows no memcpy
    for (std::size_t i = kWordBytes; i-- > 0;)
      word = word << 8U | static_cast<unsigned char>(text[i]);
    return word;
  }
  std::memcpy(&word, text.data(), kWordBytes);
  return word;
}

// Whether a byte of the word is below a limit, which is 0x80 at most (Anderson, "Bit Twiddling
// Hacks", "hasless").
constexpr bool has_byte_below(std::uint64_t word, std::uint64_t limit) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  return ((word - kOnes * limit) & ~word & kOnes * 0x80) != 0;
}

constexpr bool has_byte(std::uint64_t word, std::uint64_t byte) {
  return has_byte_below(word ^ byte * 0x0101010101010101U, 1);
}

}  // namespace bedlam
