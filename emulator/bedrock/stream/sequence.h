// The chunks or events of a stream, in order: each by itself, or a run of them that is only made
// when it is sent, from a text in pieces.
#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "emulator/bedrock/conversation/pieces.h"

namespace bedlam::bedrock {

// T has a member `tokens`: those sent up to and including it. A sequence of a run sets it.
template <typename T>
class Sequence {
 public:
  // `tokens`: up to and including this piece.
  using Make = std::function<T(std::string_view text, int tokens)>;
  enum class Alike {
    kNo,
    kButForTheText,  // the text stands in it once, as a JSON string; all else is the same
  };
  struct Run {
    Pieces pieces;
    int tokens_before = 0;
    Make make;
    Alike alike = Alike::kNo;

    int tokens_at(std::size_t index) const {
      return tokens_before + pieces.tokens_before(index + 1);
    }
    T made(std::size_t index) const {
      T item = make(pieces[index].text, tokens_at(index));
      item.tokens = tokens_at(index);
      return item;
    }
  };
  using Part = std::variant<T, Run>;  // a run is never empty

  Sequence() = default;
  Sequence(std::vector<T> items) {  // NOLINT(google-explicit-constructor): most have no runs
    parts_.reserve(items.size());
    for (T& item : items) parts_.emplace_back(std::move(item));
  }

  void push_back(T item) { parts_.emplace_back(std::move(item)); }
  void add_run(Pieces pieces, int tokens_before, Make make, Alike alike = Alike::kButForTheText) {
    if (pieces.empty()) return;
    parts_.emplace_back(Run{std::move(pieces), tokens_before, std::move(make), alike});
  }

  bool empty() const { return parts_.empty(); }
  int first_tokens() const {
    const Run* run = std::get_if<Run>(&parts_.front());
    return run != nullptr ? run->tokens_at(0) : std::get<T>(parts_.front()).tokens;
  }
  int last_tokens() const {
    const Run* run = std::get_if<Run>(&parts_.back());
    return run != nullptr ? run->tokens_at(run->pieces.size() - 1)
                          : std::get<T>(parts_.back()).tokens;
  }
  // The last one, to be changed.
  T& back() {
    if (auto* run = std::get_if<Run>(&parts_.back())) {
      const std::size_t last = run->pieces.size() - 1;
      T item = run->made(last);
      run->pieces.cut(last);
      if (last == 0) parts_.pop_back();
      parts_.emplace_back(std::move(item));
    }
    return std::get<T>(parts_.back());
  }

  const std::vector<Part>& parts() const { return parts_; }
  std::vector<Part> take_parts() && { return std::move(parts_); }
  // Every single one, made.
  std::vector<T> all() const {
    std::vector<T> items;
    for (const Part& part : parts_) {
      if (const auto* run = std::get_if<Run>(&part)) {
        for (std::size_t i = 0; i < run->pieces.size(); ++i) items.push_back(run->made(i));
      } else {
        items.push_back(std::get<T>(part));
      }
    }
    return items;
  }

 private:
  std::vector<Part> parts_;
};

}  // namespace bedlam::bedrock
