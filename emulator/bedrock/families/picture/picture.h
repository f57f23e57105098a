// Pictures for the image families: a field of colours that the seed chooses, and on it, readable,
// what was asked for. They are PNG files of 8-bit RGB (PNG specification, third edition) and
// compress to some kilobytes, where those of a real model have one or two megabytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bedlam::bedrock {

// Same arguments, same bytes. The text is cut where it does not fit; letters without a glyph are
// drawn as boxes. A side is 1 to 16,384 pixels.
std::string draw_picture(int width, int height, std::string_view text, std::int64_t seed);

}  // namespace bedlam::bedrock
