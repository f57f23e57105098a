#include "emulator/aws/http_message.h"

#include <algorithm>

namespace bedlam::aws {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

const std::string* Headers::find(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (equals_ignoring_case(field, name)) return &value;
  }
  return nullptr;
}

std::string_view Headers::get(std::string_view name, std::string_view otherwise) const {
  const std::string* value = find(name);
  return value == nullptr ? otherwise : std::string_view(*value);
}

bool same_but_for_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(),
                    [lower](char x, char y) { return x == y || lower(x) == lower(y); });
}

std::vector<std::string> path_segments(std::string_view raw_path) {
  constexpr std::size_t kUsual = 4;
  std::vector<std::string> segments;
  segments.reserve(kUsual);
  if (!raw_path.empty() && raw_path.front() == '/') raw_path.remove_prefix(1);
  while (!raw_path.empty()) {
    const std::size_t slash = raw_path.find('/');
    segments.push_back(percent_decode(raw_path.substr(0, slash)));
    if (slash == std::string_view::npos) break;
    raw_path.remove_prefix(slash + 1);
  }
  return segments;
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t percent = text.find('%'); percent != std::string_view::npos;
       percent = text.find('%')) {
    decoded += text.substr(0, percent);
    text.remove_prefix(percent);
    const bool coded = text.size() > 2 && hex_digit(text[1]) >= 0 && hex_digit(text[2]) >= 0;
    decoded += coded ? static_cast<char>(hex_digit(text[1]) * 16 + hex_digit(text[2])) : '%';
    text.remove_prefix(coded ? 3 : 1);
  }
  return decoded += text;
}

}  // namespace bedlam::aws
