// Collects what is wrong with a file while its readers go on.
#pragma once

#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "emulator/base/diagnostic.h"

namespace bedlam::scenario {

// A file with more mistakes than this is of another kind altogether.
inline constexpr std::size_t kMaxMistakes = 100;
// Kept before sorting; what a reader finds beyond is only counted.
inline constexpr std::size_t kMaxCollected = 10'000;

class Mistakes {
 public:
  explicit Mistakes(std::string file) : file_(std::move(file)) {}

  // The same mistake at the same place counts once: aliases bring readers to a place again.
  void add(Position position, std::string message, std::string hint = "") {
    add_in(file_, position, std::move(message), std::move(hint));
  }
  // In another file, which the scenario names.
  void add_in(const std::string& file, Position position, std::string message, std::string hint);

  bool empty() const { return found_.empty(); }
  // In the order of the file; those in other files last.
  Diagnostics sorted() &&;

 private:
  std::string file_;
  Diagnostics found_;
  std::size_t not_kept_ = 0;
  std::set<std::tuple<std::string, std::size_t, std::size_t, std::string>> seen_;
};

}  // namespace bedlam::scenario
