// What a token is here. The real tokenizers are not public; the default rule is fixed, cheap and
// close to four characters of English a token:
//
//   - a word is letters and digits (any byte above ASCII counts as one), with one space before it
//   if
//     there is one; it is cut after every 6 bytes, never inside a UTF-8 character;
//   - every other visible character is a token of its own;
//   - a run of any other white space is one token.
//
// A scenario can replace it: a token is then a word (a run of anything but white space, with the
// white space before it; at the end of the text, with that behind it too), or so many characters
// (code points).
//
// The pieces put together give the text again, exactly.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/base/random.h"
#include "emulator/bedrock/conversation/pieces.h"
#include "emulator/script/script.h"

namespace bedlam::bedrock {

inline constexpr std::size_t kMaxWordPieceBytes = 6;

Pieces tokenize(std::string_view text, script::TokenRule rule = {});
int count_tokens(std::string_view text, script::TokenRule rule = {});

// The text in exactly `count` ≥ 1 tokens, each as many characters as any other, give or take one;
// some are empty where the text has fewer characters.
Pieces split_evenly(std::string_view text, int count);

// Readable English sentences of exactly `count` tokens by the default rule: tokenize() of the whole
// gives these pieces.
Pieces filler(int count, Random random);

struct ImageSize {
  std::uint32_t width, height;  // pixels
};

// "png", "jpeg", "gif" or "webp" by the file's first bytes; "" for anything else.
std::string_view image_format(std::string_view bytes);
// Read from the header of a PNG, JPEG or GIF; nullopt for WebP and where the header is broken.
std::optional<ImageSize> image_size(std::string_view bytes);

// width × height / 750, the rule that Anthropic documents; at most 1,600, about what a picture has
// after it was scaled down (the exact cap is unverified), and 1,600 where the size cannot be read.
inline constexpr int kMaxImageTokens = 1'600;
int image_tokens(std::string_view bytes);

// Of a picture in base64 that is valid, what tells its format and size, or all of it where that
// does not; "" where it is not base64 up to there.
std::string image_header(std::string_view base64);

}  // namespace bedlam::bedrock
