#include "emulator/aws/http_message.h"

#include <algorithm>

namespace bedlam::aws {
namespace {

constexpr std::size_t kUsualFields = 12;
constexpr std::size_t kUsualText = 256;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Headers::Headers(std::initializer_list<Field> fields) {
  for (const auto& [name, value] : fields) add(name, value);
}

Headers::Place Headers::append(std::string_view name, std::string_view value) {
  const Place place{static_cast<std::uint32_t>(text_.size()),
                    static_cast<std::uint32_t>(name.size()),
                    static_cast<std::uint32_t>(value.size())};
  const std::size_t size = text_.size() + name.size() + value.size();
  if (size <= text_.capacity()) {
    text_.append(name).append(value);
    return place;
  }
  std::string grown;  // beside the old text, of which the new field may be a part
  grown.reserve(std::max(2 * size, kUsualText));
  grown.append(text_).append(name).append(value);
  text_ = std::move(grown);
  if (places_.empty()) places_.reserve(kUsualFields);
  return place;
}

void Headers::add(std::string_view name, std::string_view value) {
  places_.push_back(append(name, value));
}

void Headers::add_first(std::string_view name, std::string_view value) {
  const Place place = append(name, value);  // makes room, which moves the first one
  places_.insert(places_.begin(), place);
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const Place& place : places_) {
    if (place.name_size != name.size()) continue;
    const char* field = text_.data() + place.at;
    if (!same_but_for_case({field, place.name_size}, name)) continue;
    return std::string_view(field + place.name_size, place.value_size);
  }
  return std::nullopt;
}

bool same_but_for_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(),
                    [lower](char x, char y) { return x == y || lower(x) == lower(y); });
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
  decoded += text;
  return decoded;
}

}  // namespace bedlam::aws
