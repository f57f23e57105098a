#include "emulator/bedrock/families/picture/picture.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "emulator/base/big_endian.h"
#include "emulator/base/random.h"
#include "emulator/base/utf8.h"
#include "emulator/bedrock/families/picture/glyphs.h"

namespace bedlam::bedrock {
namespace {

struct Colour {
  std::uint8_t red, green, blue;
};

constexpr Colour kPaper{20, 20, 28}, kInk{245, 245, 240};
constexpr int kCellsAcross = 8;        // of the longer side
constexpr int kCharactersAcross = 12;  // at most so large that these fit into a line
constexpr int kCellWidth = kGlyphWidth + 1, kCellHeight = kGlyphHeight + 2;  // a letter with space

Colour between(Colour a, Colour b, double share) {
  const auto mix = [&](std::uint8_t from, std::uint8_t to) {
    return static_cast<std::uint8_t>(std::lround(from + (to - from) * share));
  };
  return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

Colour any_colour(Random& random) {
  const auto part = [&] { return static_cast<std::uint8_t>(32 + random.below(224)); };
  return {part(), part(), part()};
}

// Words of a text in lines of at most `columns` letters; longer words are broken. UTF-8 characters
// beyond ASCII become one letter each, that has no glyph.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines(1);
  std::string word;
  const auto put_word = [&] {
    if (word.empty()) return;
    const std::size_t space = lines.back().empty() ? 0 : 1;
    if (space == 1 && lines.back().size() + 1 + word.size() > columns) lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    for (const char c : word) {
      if (lines.back().size() >= columns) lines.emplace_back();
      lines.back() += c;
    }
    word.clear();
  };
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ') {
      put_word();
    } else if (!continues_character(c)) {
      word += byte < 0x80 ? c : '\x7f';
    }
  }
  put_word();
  return lines;
}

// Where the letters stand: the prompt's lines, then one with the seed.
struct Lettering {
  std::vector<std::string> lines;
  int scale = 1;  // pixels a block
  int left = 0, top = 0, width = 0, height = 0;

  Lettering(int picture_width, int picture_height, std::string_view text, std::int64_t seed) {
    const std::string last = "SEED " + std::to_string(seed);
    const int room_x = picture_width * 7 / 8, room_y = picture_height * 7 / 8;
    for (scale = std::max(1, room_x / (kCharactersAcross * kCellWidth)); scale >= 1; --scale) {
      const int columns = std::max(1, room_x / (kCellWidth * scale));
      lines = wrapped(text, static_cast<std::size_t>(columns));
      lines.push_back(last);
      if (static_cast<int>(lines.size()) * kCellHeight * scale <= room_y) break;
    }
    scale = std::max(scale, 1);
    const auto fitting = static_cast<std::size_t>(std::max(1, room_y / (kCellHeight * scale)));
    if (lines.size() > fitting) lines.resize(fitting);
    if (lines.back() != last) lines.back() = last;
    std::size_t longest = 0;
    for (const std::string& line : lines) longest = std::max(longest, line.size());
    width = std::min((static_cast<int>(longest) * kCellWidth + 1) * scale, picture_width);
    height = std::min(static_cast<int>(lines.size()) * kCellHeight * scale, picture_height);
    left = (picture_width - width) / 2;
    top = (picture_height - height) / 2;
  }

  // Rows of pixels with the same number look the same; nothing where there are no letters.
  std::optional<int> row_at(int y) const {
    if (y < top || y >= top + height) return std::nullopt;
    return (y - top) / scale;
  }

  bool is_ink(int row, int x) const {
    const std::string& line = lines[static_cast<std::size_t>(row / kCellHeight)];
    const int glyph_row = row % kCellHeight - 1, column = (x - left) / scale - 1;
    if (column < 0) return false;  // the margin
    const auto letter = static_cast<std::size_t>(column / kCellWidth);
    const int bit = column % kCellWidth;
    if (glyph_row < 0 || glyph_row >= kGlyphHeight || bit >= kGlyphWidth) return false;
    if (letter >= line.size()) return false;
    const unsigned rows = glyph_of(line[letter])[static_cast<std::size_t>(glyph_row)];
    return (rows >> static_cast<unsigned>(kGlyphWidth - 1 - bit) & 1U) != 0;
  }
};

// Large squares of colours between two that the seed chooses.
class Field {
 public:
  Field(int width, int height, std::int64_t seed)
      : cell_(std::max(1, (std::max(width, height) + kCellsAcross - 1) / kCellsAcross)) {
    Random random = Random(static_cast<std::uint64_t>(seed)).derive("picture");
    const Colour a = any_colour(random), b = any_colour(random);
    for (Colour& colour : colours_) colour = between(a, b, random.uniform());
  }

  int row_at(int y) const { return y / cell_; }
  Colour at(int row, int x) const {
    const int cell = row * kCellsAcross + x / cell_;
    return colours_[static_cast<std::size_t>(cell)];
  }

 private:
  int cell_;
  std::array<Colour, std::size_t{kCellsAcross} * kCellsAcross> colours_{};
};

void put_chunk(std::string& to, std::string_view type, std::string_view data) {
  append_big_endian(to, data.size(), 4);
  const std::size_t start = to.size();
  to += type;
  to += data;
  const auto* bytes = reinterpret_cast<const Bytef*>(to.data() + start);
  append_big_endian(to, crc32(0, bytes, static_cast<uInt>(to.size() - start)), 4);
}

// Deflates row after row, so that a picture is never held as a whole.
class Deflater {
 public:
  Deflater() { deflateInit(&stream_, Z_BEST_SPEED); }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void add(const std::string& bytes) { run(bytes, Z_NO_FLUSH); }
  std::string finish() && {
    run({}, Z_FINISH);
    return std::move(out_);
  }

 private:
  void run(std::string_view bytes, int flush) {
    std::array<Bytef, 4'096> buffer;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      stream_.next_out = buffer.data();
      stream_.avail_out = static_cast<uInt>(buffer.size());
      deflate(&stream_, flush);
      out_.append(reinterpret_cast<const char*>(buffer.data()), buffer.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

  z_stream stream_{};
  std::string out_;
};

// Every row says how it differs from the one above (filter 2, Up), and most do not.
std::string rows_of(int width, int height, const Field& field, const Lettering& lettering) {
  const std::size_t size = static_cast<std::size_t>(width) * 3;
  std::string above(size, '\0'), row(size, '\0'), difference(size + 1, '\0');
  const std::string same = '\2' + std::string(size, '\0');
  Deflater deflater;
  std::optional<std::pair<int, std::optional<int>>> look;
  for (int y = 0; y < height; ++y) {
    const std::pair next(field.row_at(y), lettering.row_at(y));
    if (look == next) {
      deflater.add(same);
      continue;
    }
    look = next;
    const auto& [cells, letters] = next;
    for (int x = 0; x < width; ++x) {
      const bool paper = letters && x >= lettering.left && x < lettering.left + lettering.width;
      const Colour colour = !paper                          ? field.at(cells, x)
                            : lettering.is_ink(*letters, x) ? kInk
                                                            : kPaper;
      const auto at = static_cast<std::size_t>(x) * 3;
      row[at] = static_cast<char>(colour.red);
      row[at + 1] = static_cast<char>(colour.green);
      row[at + 2] = static_cast<char>(colour.blue);
    }
    difference[0] = '\2';
    for (std::size_t i = 0; i < size; ++i) {
      difference[i + 1] = static_cast<char>(row[i] - above[i]);
    }
    deflater.add(difference);
    above.swap(row);
  }
  return std::move(deflater).finish();
}

}  // namespace

std::string draw_picture(int width, int height, std::string_view text, std::int64_t seed) {
  const Field field(width, height, seed);
  const Lettering lettering(width, height, text, seed);
  std::string header;
  append_big_endian(header, static_cast<std::uint32_t>(width), 4);
  append_big_endian(header, static_cast<std::uint32_t>(height), 4);
  header += std::string("\x08\x02\0\0\0", 5);  // 8 bits, RGB, and the only method of each kind
  std::string png = "\x89PNG\r\n\x1a\n";
  put_chunk(png, "IHDR", header);
  put_chunk(png, "IDAT", rows_of(width, height, field, lettering));
  put_chunk(png, "IEND", "");
  return png;
}

}  // namespace bedlam::bedrock
