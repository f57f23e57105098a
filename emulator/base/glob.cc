#include "emulator/base/glob.h"

#include <cstring>

namespace bedlam {
namespace {

// string_view::find is quadratic on `aaa…ab`; memmem is not (glibc manual, "Search Functions").
std::size_t find_linear(std::string_view text, std::string_view part) {
  if (part.size() > text.size()) return std::string_view::npos;
  const void* found = ::memmem(text.data(), text.size(), part.data(), part.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text) {
  const std::size_t first_star = pattern.find('*');
  if (first_star == std::string_view::npos) return pattern == text;
  const std::string_view prefix = pattern.substr(0, first_star);
  if (!text.starts_with(prefix)) return false;
  const std::size_t last_star = pattern.rfind('*');
  const std::string_view suffix = pattern.substr(last_star + 1);
  if (text.size() < prefix.size() + suffix.size() || !text.ends_with(suffix)) return false;
  text = text.substr(prefix.size(), text.size() - prefix.size() - suffix.size());
  // What stands between stars is taken where it first occurs: that leaves the most for the rest.
  pattern = pattern.substr(first_star, last_star - first_star);
  while (!pattern.empty()) {
    pattern.remove_prefix(1);
    const std::string_view part = pattern.substr(0, pattern.find('*'));
    pattern.remove_prefix(part.size());
    if (part.empty()) continue;
    const std::size_t at = find_linear(text, part);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + part.size());
  }
  return true;
}

}  // namespace bedlam
