#include "harness/bench/sample.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace bedlam::harness {

std::optional<Extent> parse_extent(std::string_view text) {
  std::uint64_t calls = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), calls);
  if (error == std::errc() && end == text.data() + text.size()) {
    return Extent{std::nullopt, calls};
  }
  const auto time = parse_duration(text);
  return time ? std::optional(Extent{time, std::nullopt}) : std::nullopt;
}

std::string Stage::label() const {
  if (!open()) return std::to_string(concurrency) + " at a time";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g a second", *a_second);
  return text.data();
}

}  // namespace bedlam::harness
