#include "emulator/bedrock/conversation/pieces.h"

#include <algorithm>

namespace bedlam::bedrock {

void Pieces::reserve(std::size_t pieces, std::size_t bytes) {
  text_.reserve(bytes);
  ends_.reserve(pieces);
}

void Pieces::push_back(const Piece& piece) {
  if (piece.tokens != 1 && token_ends_.empty()) {
    for (std::size_t i = 0; i < size(); ++i) {
      token_ends_.push_back(static_cast<std::uint32_t>(i) + 1);
    }
  }
  const bool counted = piece.tokens != 1 || !token_ends_.empty();
  if (counted) token_ends_.push_back(static_cast<std::uint32_t>(tokens() + piece.tokens));
  text_ += piece.text;
  ends_.push_back(static_cast<std::uint32_t>(text_.size()));
}

void Pieces::append(const Pieces& more) {
  for (const Piece piece : more) push_back(piece);
}

bool Pieces::all_have_text() const {
  return std::adjacent_find(ends_.begin(), ends_.end()) == ends_.end() &&
         (empty() || ends_.front() > 0);
}

Piece Pieces::operator[](std::size_t index) const {
  const std::size_t from = start(index);
  return {std::string_view(text_).substr(from, ends_[index] - from),
          tokens_before(index + 1) - tokens_before(index)};
}

int Pieces::tokens_before(std::size_t index) const {
  if (token_ends_.empty()) return static_cast<int>(index);
  return index == 0 ? 0 : static_cast<int>(token_ends_[index - 1]);
}

void Pieces::enclose(std::string_view before, std::string_view after) {
  if (empty()) return;
  text_.insert(0, before);
  text_ += after;
  for (std::uint32_t& end : ends_) end += static_cast<std::uint32_t>(before.size());
  ends_.back() = static_cast<std::uint32_t>(text_.size());
}

void Pieces::cut(std::size_t count) {
  if (count >= size()) return;
  ends_.resize(count);
  if (!token_ends_.empty()) token_ends_.resize(count);
  text_.resize(count == 0 ? 0 : ends_.back());
}

void Pieces::cut_text(std::size_t bytes) {
  if (bytes >= text_.size()) return;
  const auto reaching = std::lower_bound(ends_.begin(), ends_.end(), bytes);
  const auto index = static_cast<std::size_t>(reaching - ends_.begin());
  const bool inside = start(index) < bytes;
  cut(index + (inside ? 1 : 0));
  text_.resize(bytes);
  if (inside) ends_.back() = static_cast<std::uint32_t>(bytes);
}

}  // namespace bedlam::bedrock
