// Letters of five by seven blocks.
#pragma once

#include <array>
#include <cstdint>

namespace bedlam::bedrock {

inline constexpr int kGlyphWidth = 5, kGlyphHeight = 7;

// Rows from the top; the leftmost block is the highest of five bits. Lower case is drawn as upper
// case, a letter that is not there as a box.
using Glyph = std::array<std::uint8_t, kGlyphHeight>;
const Glyph& glyph_of(char letter);

}  // namespace bedlam::bedrock
