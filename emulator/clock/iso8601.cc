#include "emulator/clock/iso8601.h"

#include <ctime>
#include <string>

namespace bedlam {
namespace {

constexpr std::size_t kSecondsLength = std::string_view("2024-10-04T09:00:00").size();
constexpr std::size_t kOffsetLength = std::string_view("+05:00").size();

// The digits behind a point, as far as a Duration goes; nullopt where there are none.
std::optional<Duration> take_fraction(std::string_view& text) {
  Duration fraction{};
  Duration place = std::chrono::seconds(1);
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    place /= 10;
    fraction += place * (text[digits] - '0');
  }
  text.remove_prefix(digits);
  if (digits == 0) return std::nullopt;
  return fraction;
}

std::optional<std::chrono::minutes> parse_offset(std::string_view text) {
  if (text == "Z") return std::chrono::minutes(0);
  if (text.size() != kOffsetLength || text[3] != ':') return std::nullopt;
  if (text[0] != '+' && text[0] != '-') return std::nullopt;
  for (const std::size_t at : {1, 2, 4, 5}) {
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
  }
  const auto two = [text](std::size_t at) { return (text[at] - '0') * 10 + text[at + 1] - '0'; };
  if (two(1) > 23 || two(4) > 59) return std::nullopt;
  const std::chrono::minutes offset = std::chrono::hours(two(1)) + std::chrono::minutes(two(4));
  return text[0] == '-' ? -offset : offset;
}

}  // namespace

std::optional<WallTime> parse_iso8601(std::string_view text) {
  using std::chrono::days;
  using std::chrono::sys_seconds;
  if (text.size() <= kSecondsLength) return std::nullopt;
  const std::string front(text.substr(0, kSecondsLength));
  std::tm parts{};
  const char* end = strptime(front.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  const sys_seconds local(std::chrono::seconds(timegm(&parts)));
  // A day of room for the offset.
  if (local > std::chrono::floor<std::chrono::seconds>(WallTime::max()) - days(1))
    return std::nullopt;
  if (local < std::chrono::floor<std::chrono::seconds>(WallTime::min()) + days(2))
    return std::nullopt;
  // strptime() takes 30 February, and a blank for a digit.
  if (!to_iso8601(local).starts_with(front)) return std::nullopt;
  text.remove_prefix(kSecondsLength);
  Duration fraction{};
  if (text.front() == '.') {
    text.remove_prefix(1);
    const auto found = take_fraction(text);
    if (!found) return std::nullopt;
    fraction = *found;
  }
  const auto offset = parse_offset(text);
  if (!offset) return std::nullopt;
  return WallTime(local) + fraction - *offset;
}

}  // namespace bedlam
