#include "harness/bench/sample.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <map>

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
  std::array<char, 32> text{};
  if (open()) std::snprintf(text.data(), text.size(), "%g a second", *a_second);
  std::string label = open() ? text.data() : std::to_string(concurrency) + " at a time";
  if (repetition > 1) label += " (" + std::to_string(repetition) + ")";
  return label;
}

void number_stages(std::vector<Stage>& stages) {
  std::map<std::string, int> seen;
  for (Stage& stage : stages) {
    stage.repetition = 1;
    stage.repetition = ++seen[stage.label()];
  }
}

}  // namespace bedlam::harness
