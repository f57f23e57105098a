#include "emulator/scenario/source_text.h"

#include <algorithm>
#include <cstdint>

namespace bedlam::scenario {
namespace {

unsigned char byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

bool continues(std::string_view text, std::size_t i) {
  return i < text.size() && (byte_at(text, i) & 0xC0) == 0x80;
}

// Bytes of the character at `i`; 0 where it is not UTF-8 (RFC 3629: shortest form, no surrogates,
// nothing above U+10FFFF).
std::size_t character_length(std::string_view text, std::size_t i) {
  const unsigned char first = byte_at(text, i);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return 0;
  std::uint32_t code = first & (0x7Fu >> length);
  for (std::size_t k = 1; k < length; ++k) {
    if (!continues(text, i + k)) return 0;
    code = (code << 6) | (byte_at(text, i + k) & 0x3Fu);
  }
  const bool short_form = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return short_form || surrogate || code > 0x10FFFF ? 0 : length;
}

bool control(unsigned char c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

}  // namespace

SourceText::SourceText(std::string_view text) : text_(text), line_starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') line_starts_.push_back(i + 1);
  }
}

std::optional<std::pair<Position, std::string_view>> SourceText::foreign_byte() const {
  for (std::size_t i = 0; i < text_.size();) {
    if (control(byte_at(text_, i))) return std::pair(position_at(i), "a control character");
    const std::size_t length = character_length(text_, i);
    if (length == 0) return std::pair(position_at(i), "a byte that is not UTF-8");
    i += length;
  }
  return std::nullopt;
}

std::size_t SourceText::offset(std::size_t line, std::size_t byte_column) const {
  line = std::min(line, line_starts_.size() - 1);
  return std::min(line_starts_[line] + byte_column, text_.size());
}

Position SourceText::position(std::size_t line, std::size_t byte_column) const {
  line = std::min(line, line_starts_.size() - 1);
  if (line != counted_line_ || byte_column < counted_bytes_) {
    counted_line_ = line;
    counted_bytes_ = counted_characters_ = 0;
  }
  const std::size_t start = line_starts_[line];
  const std::size_t end = offset(line, byte_column);
  for (std::size_t i = start + counted_bytes_; i < end; ++i) {
    if (!continues(text_, i)) ++counted_characters_;
  }
  counted_bytes_ = std::max(counted_bytes_, end - start);
  return {line + 1, counted_characters_ + 1};
}

Position SourceText::position_at(std::size_t offset) const {
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line = static_cast<std::size_t>(after - line_starts_.begin()) - 1;
  return position(line, offset - line_starts_[line]);
}

std::string_view SourceText::rest_of_line(std::size_t offset) const {
  const std::string_view rest = text_.substr(offset);
  return rest.substr(0, rest.find_first_of("\r\n"));
}

std::optional<std::size_t> SourceText::opening_quote(std::size_t offset) const {
  while (offset < text_.size() && (text_[offset] == '!' || text_[offset] == '&')) {
    offset = std::min(text_.find_first_of(" \t\r\n", offset), text_.size());
    offset = std::min(text_.find_first_not_of(" \t\r\n", offset), text_.size());
  }
  if (offset == text_.size() || (text_[offset] != '"' && text_[offset] != '\'')) {
    return std::nullopt;
  }
  return offset;
}

bool SourceText::quote_closes(std::size_t opening) const {
  const char quote = text_[opening];
  for (std::size_t i = opening + 1; i < text_.size(); ++i) {
    if (quote == '"' && text_[i] == '\\') {
      ++i;
    } else if (text_[i] == quote) {
      // '' inside single quotes is one quote of the text.
      if (quote == '"' || i + 1 == text_.size() || text_[i + 1] != quote) return true;
      ++i;
    }
  }
  return false;
}

}  // namespace bedlam::scenario
