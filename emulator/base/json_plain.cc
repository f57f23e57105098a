#include "emulator/base/json_plain.h"

#include <array>
#include <bit>

#include "emulator/base/word.h"

namespace bedlam {
namespace {

constexpr auto kStandsForItself = [] {
  std::array<bool, 256> stands{};
  for (std::size_t c = ' '; c < 0x80; ++c) stands[c] = c != '"' && c != '\\';
  return stands;
}();

constexpr std::uint64_t in_each_byte(std::uint64_t byte) {
  return byte * 0x0101010101010101U;
}

// The top bit of each byte that does not stand for itself; of bytes behind the first such one it
// may say so wrongly, because a subtraction borrows from them.
std::uint64_t others_in(std::uint64_t word) {
  const std::uint64_t quote = word ^ in_each_byte('"');
  const std::uint64_t backslash = word ^ in_each_byte('\\');
  const std::uint64_t below_space = word - in_each_byte(' ');
  const std::uint64_t zero_in_either =
      ((quote - in_each_byte(1)) & ~quote) | ((backslash - in_each_byte(1)) & ~backslash);
  return (zero_in_either | below_space | word) & in_each_byte(0x80);
}

}  // namespace

std::size_t plain_size(std::string_view text) {
  std::size_t size = 0;
  for (; size + kWordBytes <= text.size(); size += kWordBytes) {
    const std::uint64_t others = others_in(word_at_start(text.substr(size)));
    if (others != 0) return size + static_cast<std::size_t>(std::countr_zero(others)) / 8;
  }
  while (size < text.size() && kStandsForItself[static_cast<unsigned char>(text[size])]) ++size;
  return size;
}

}  // namespace bedlam
