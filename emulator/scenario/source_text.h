// The characters of a scenario file: whether they are text at all, and which line and column an
// offset is. yaml-cpp counts columns in bytes; people and editors count characters.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/base/diagnostic.h"

namespace bedlam::scenario {

class SourceText {
 public:
  // Borrows `text`.
  explicit SourceText(std::string_view text);

  // The first byte that no YAML file may contain: not UTF-8, or a control character other than tab
  // and line ends (YAML 1.2.2, 5.1). The second: which of both, in words.
  std::optional<std::pair<Position, std::string_view>> foreign_byte() const;

  // Of a line and a byte column, both from 0.
  Position position(std::size_t line, std::size_t byte_column) const;
  std::size_t offset(std::size_t line, std::size_t byte_column) const;
  Position position_at(std::size_t offset) const;

  std::string_view text() const { return text_; }
  // From the place to the end of its line.
  std::string_view rest_of_line(std::size_t offset) const;
  // Where the quote stands that opens the scalar at `offset` (behind its tag and anchor), if it is
  // a quoted one.
  std::optional<std::size_t> opening_quote(std::size_t offset) const;
  bool quote_closes(std::size_t opening) const;

 private:
  std::string_view text_;
  std::vector<std::size_t> line_starts_;
  // Questions come mostly in the order of the text; long lines are counted only once.
  mutable std::size_t counted_line_ = 0, counted_bytes_ = 0, counted_characters_ = 0;
};

}  // namespace bedlam::scenario
