// A text in pieces, with the tokens of each: how an answer is held until it is sent. One string and
// four bytes a piece, since a server holds thousands of answers at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bedlam::bedrock {

// What a stream sends in one chunk, and the tokens that begin in it. Together the pieces have as
// many as the usage says.
struct Piece {
  std::string_view text;  // valid as long as what it is a piece of
  int tokens = 1;
};

class Pieces {
 public:
  class Iterator;

  Pieces() = default;
  Pieces(std::initializer_list<Piece> pieces) {
    for (const Piece& piece : pieces) push_back(piece);
  }
  // A text as pieces of one token each, by where they end.
  Pieces(std::string text, std::vector<std::uint32_t> ends)
      : text_(std::move(text)), ends_(std::move(ends)) {}

  void push_back(const Piece& piece);
  void reserve(std::size_t pieces, std::size_t bytes);
  void append(const Pieces& more);
  // Puts texts before the first piece and behind the last, as parts of them; nothing where there
  // are none.
  void enclose(std::string_view before, std::string_view after);
  // Keeps the first `count`, if there are more.
  void cut(std::size_t count);
  // Keeps the text up to there: the piece that reaches beyond is cut, those behind it go.
  void cut_text(std::size_t bytes);

  bool all_have_text() const;
  bool empty() const { return ends_.empty(); }
  std::size_t size() const { return ends_.size(); }
  Piece operator[](std::size_t index) const;
  const std::string& text() const { return text_; }  // of all
  int tokens() const { return tokens_before(size()); }
  // Of the pieces before that one.
  int tokens_before(std::size_t index) const;

  Iterator begin() const;
  Iterator end() const;

 private:
  std::size_t start(std::size_t index) const { return index == 0 ? 0 : ends_[index - 1]; }

  std::string text_;
  std::vector<std::uint32_t> ends_;        // in text_
  std::vector<std::uint32_t> token_ends_;  // tokens up to and including; empty: each piece has one
};

class Pieces::Iterator {
 public:
  Iterator(const Pieces& pieces, std::size_t index) : pieces_(&pieces), index_(index) {}
  Piece operator*() const { return (*pieces_)[index_]; }
  Iterator& operator++() {
    ++index_;
    return *this;
  }
  bool operator!=(const Iterator& other) const { return index_ != other.index_; }

 private:
  const Pieces* pieces_;
  std::size_t index_;
};

inline Pieces::Iterator Pieces::begin() const {
  return {*this, 0};
}
inline Pieces::Iterator Pieces::end() const {
  return {*this, size()};
}

}  // namespace bedlam::bedrock
