#include "emulator/bedrock/conversation/tokens.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "emulator/base/base64.h"
#include "emulator/base/big_endian.h"
#include "emulator/base/utf8.h"

namespace bedlam::bedrock {
namespace {

// Every byte of every prompt is asked for this.
enum class Letter : std::uint8_t { kNone, kAscii, kPartOfOne };
constexpr auto kLetters = [] {
  std::array<Letter, 256> letters{};
  for (std::size_t c = 0; c < letters.size(); ++c) {
    const bool ascii = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    letters[c] = c >= 0x80 ? Letter::kPartOfOne : ascii ? Letter::kAscii : Letter::kNone;
  }
  return letters;
}();

Letter letter(char c) {
  return kLetters[static_cast<unsigned char>(c)];
}
bool is_word(char c) {
  return letter(c) != Letter::kNone;
}

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// Where the word piece that starts with letters at `from` ends.
std::size_t word_end(std::string_view text, std::size_t from) {
  // Most are ASCII, one byte a character; what is left of the piece is taken with more care.
  const std::size_t limit = std::min(text.size(), from + kMaxWordPieceBytes);
  std::size_t end = from;
  while (end < limit && letter(text[end]) == Letter::kAscii) ++end;
  while (end < text.size() && is_word(text[end])) {
    std::size_t next = end + 1;
    while (next < text.size() && continues_character(text[next])) ++next;
    if (next - from > kMaxWordPieceBytes && end > from) break;
    end = next;
  }
  return end;
}

// Where the piece that starts at `from` ends.
std::size_t piece_end(std::string_view text, std::size_t from) {
  if (is_word(text[from])) return word_end(text, from);
  if (!is_space(text[from])) return from + 1;
  const bool before_word = text[from] == ' ' && from + 1 < text.size() && is_word(text[from + 1]);
  if (before_word) return word_end(text, from + 1);
  std::size_t end = from;
  while (end < text.size() && is_space(text[end])) {
    // The last space of a run belongs to the word behind it.
    if (text[end] == ' ' && end > from && end + 1 < text.size() && is_word(text[end + 1])) break;
    ++end;
  }
  return end;
}

// The white space from `from`, and the word behind it.
std::size_t word_with_space_end(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_space(text[end])) ++end;
  while (end < text.size() && !is_space(text[end])) ++end;
  // What is left is white space alone: it belongs to the last word.
  return text.find_first_not_of(" \t\n\v\f\r", end) == std::string_view::npos ? text.size() : end;
}

std::size_t characters_end(std::string_view text, std::size_t from, std::size_t characters) {
  std::size_t end = from;
  for (; characters > 0 && end < text.size(); --characters) {
    do {
      ++end;
    } while (end < text.size() && continues_character(text[end]));
  }
  return end;
}

std::size_t token_end(std::string_view text, std::size_t from, script::TokenRule rule) {
  using Kind = script::TokenRule::Kind;
  if (rule.kind == Kind::kWords) return word_with_space_end(text, from);
  if (rule.kind == Kind::kCharacters) {
    return characters_end(text, from, static_cast<std::size_t>(std::max(rule.characters, 1)));
  }
  return piece_end(text, from);
}

template <typename Use>
void for_each_token(std::string_view text, script::TokenRule rule, Use use) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = token_end(text, at, rule);
    use(end);
    at = end;
  }
}

// Six letters at most, so that each is one token.
constexpr std::array<std::string_view, 64> kWords{
    "the",    "road",  "bright", "family", "and",  "a",     "quiet", "engine", "of",    "space",
    "for",    "seven", "with",   "light",  "on",   "every", "turn",  "you",    "feel",  "how",
    "it",     "moves", "smooth", "safe",   "in",   "the",   "city",  "or",     "far",   "away",
    "at",     "sea",   "doors",  "open",   "wide", "to",    "a",     "calm",   "cabin", "where",
    "voices", "sound", "clear",  "and",    "time", "slows", "down",  "we",     "made",  "room",
    "so",     "that",  "plans",  "can",    "grow", "from",  "first", "trip",   "until", "last",
    "mile",   "this",  "is",     "yours"};
constexpr std::size_t kShortestSentence = 6, kLongestSentence = 14;  // words

std::uint32_t big_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  return static_cast<std::uint32_t>(read_big_endian(bytes, at, size));
}

std::uint32_t little_endian16(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]) |
         static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + 1])) << 8U;
}

// Walks the segments up to the frame header, SOF0 to SOF15 without DHT, JPG and DAC (ITU T.81).
std::optional<ImageSize> jpeg_size(std::string_view bytes) {
  std::size_t at = 2;
  while (at + 9 <= bytes.size() && bytes[at] == '\xff') {
    const auto marker = static_cast<unsigned char>(bytes[at + 1]);
    const bool frame =
        marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (frame) return ImageSize{big_endian(bytes, at + 7, 2), big_endian(bytes, at + 5, 2)};
    at += 2 + big_endian(bytes, at + 2, 2);
  }
  return std::nullopt;
}

}  // namespace

Pieces tokenize(std::string_view text, script::TokenRule rule) {
  std::vector<std::uint32_t> ends;
  ends.reserve(text.size() / 4 + 1);
  for_each_token(text, rule,
                 [&](std::size_t end) { ends.push_back(static_cast<std::uint32_t>(end)); });
  return Pieces(std::string(text), std::move(ends));
}

int count_tokens(std::string_view text, script::TokenRule rule) {
  int count = 0;
  for_each_token(text, rule, [&](std::size_t /*end*/) { ++count; });
  return count;
}

Pieces split_evenly(std::string_view text, int count) {
  const std::size_t characters = characters_in(text);
  const auto parts = static_cast<std::size_t>(count);
  Pieces tokens;
  tokens.reserve(parts, text.size());
  std::size_t at = 0, taken = 0;
  for (std::size_t i = 1; i <= parts; ++i) {
    const std::size_t until = characters * i / parts;
    const std::size_t end = i == parts ? text.size() : characters_end(text, at, until - taken);
    tokens.push_back({text.substr(at, end - at)});
    at = end;
    taken = until;
  }
  return tokens;
}

Pieces filler(int count, Random random) {
  constexpr std::size_t kBytesPerPiece = 6;  // fewer on average
  Pieces pieces;
  const auto wanted = static_cast<std::size_t>(std::max(count, 0));
  pieces.reserve(wanted, wanted * kBytesPerPiece);
  std::size_t left = 0;  // words of the sentence under way
  bool starts = true;
  while (static_cast<int>(pieces.size()) < count) {
    const bool last = static_cast<int>(pieces.size()) + 1 == count && count > 1;
    if (!starts && (left == 0 || last)) {
      pieces.push_back({"."});
      starts = true;
      continue;
    }
    std::string word(pieces.empty() ? "" : " ");
    const std::size_t first = word.size();
    word += kWords[random.below(kWords.size())];
    if (starts) {
      word[first] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[first])));
      left = kShortestSentence + random.below(kLongestSentence - kShortestSentence + 1);
    }
    starts = false;
    --left;
    pieces.push_back({word});
  }
  return pieces;
}

std::string_view image_format(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return "png";
  if (bytes.starts_with("\xff\xd8\xff")) return "jpeg";
  if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) return "gif";
  if (bytes.starts_with("RIFF") && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP")
    return "webp";
  return "";
}

std::optional<ImageSize> image_size(std::string_view bytes) {
  const std::string_view format = image_format(bytes);
  if (format == "png" && bytes.size() >= 24) {
    return ImageSize{big_endian(bytes, 16, 4), big_endian(bytes, 20, 4)};
  }
  if (format == "gif" && bytes.size() >= 10) {
    return ImageSize{little_endian16(bytes, 6), little_endian16(bytes, 8)};
  }
  if (format == "jpeg") return jpeg_size(bytes);
  return std::nullopt;
}

std::string image_header(std::string_view base64) {
  constexpr std::size_t kEnough = 64 * 1024;  // a JPEG's size stands behind its profile and preview
  std::string start = base64_decode_start(base64, kEnough).value_or("");
  const bool told = image_size(start).has_value() || image_format(start) != "jpeg";
  return told ? start : base64_decode(base64).value_or("");
}

int image_tokens(std::string_view bytes) {
  constexpr std::uint64_t kPixelsPerToken = 750;
  const std::optional<ImageSize> size = image_size(bytes);
  if (!size) return kMaxImageTokens;
  const std::uint64_t tokens = std::uint64_t{size->width} * size->height / kPixelsPerToken;
  return static_cast<int>(std::clamp<std::uint64_t>(tokens, 1, kMaxImageTokens));
}

}  // namespace bedlam::bedrock
