// Numbers as wires and file formats have them: the most significant byte first.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bedlam {

// The number in `bytes` ≤ 8 bytes from there on; all of them are there.
inline std::uint64_t read_big_endian(std::string_view from, std::size_t at, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    value = value << 8U | static_cast<unsigned char>(from[at + i]);
  }
  return value;
}

// Appends the last `bytes` ≤ 8 bytes of the number.
inline void append_big_endian(std::string& to, std::uint64_t value, std::size_t bytes) {
  std::array<char, 8> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>(value >> (56 - 8 * i));
  to.append(all.data() + all.size() - bytes, bytes);
}

}  // namespace bedlam
