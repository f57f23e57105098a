#include "emulator/states/language/timestamp.h"

#include <algorithm>
#include <limits>

namespace bedlam::states {
namespace {

// Takes fixed-width fields off the front of a text; once one does not fit, all further ones fail.
class TimestampFields {
 public:
  explicit TimestampFields(std::string_view text) : rest_(text) {}

  int number(std::size_t digits) {
    if (rest_.size() < digits) return fail();
    int value = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return fail();
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }

  void literal(char c) {
    if (!take(c)) fail();
  }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  int nanoseconds() {
    int value = 0, digits = 0;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++digits) {
      if (digits < 9) value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    if (digits == 0) return fail();
    for (; digits < 9; ++digits) value *= 10;
    return value;
  }

  bool complete() const { return good_ && rest_.empty(); }

 private:
  int fail() {
    good_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  using namespace std::chrono;
  TimestampFields fields(text);
  const int years = fields.number(4);
  fields.literal('-');
  const int months = fields.number(2);
  fields.literal('-');
  const int day_of_month = fields.number(2);
  fields.literal('T');
  const int hour = fields.number(2);
  fields.literal(':');
  const int minute = fields.number(2);
  fields.literal(':');
  const int second = fields.number(2);
  const int nanosecond = fields.take('.') ? fields.nanoseconds() : 0;
  int offset_minutes = 0;
  if (!fields.take('Z')) {
    const int sign = fields.take('-') ? -1 : 1;
    if (sign == 1) fields.literal('+');
    const int offset_hour = fields.number(2);
    fields.literal(':');
    const int offset_minute = fields.number(2);
    if (offset_hour > 23 || offset_minute > 59) return std::nullopt;
    offset_minutes = sign * (offset_hour * 60 + offset_minute);
  }
  const year_month_day date(year(years), month(static_cast<unsigned>(months)),
                            day(static_cast<unsigned>(day_of_month)));
  if (!fields.complete() || !date.ok() || hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  const auto days = sys_days(date).time_since_epoch().count();
  return Timestamp{
      std::int64_t{days} * 86'400 + hour * 3'600 + (minute - offset_minutes) * 60 + second,
      nanosecond};
}

WallTime to_wall_time(const Timestamp& timestamp) {
  constexpr std::int64_t kLimit = std::numeric_limits<std::int64_t>::max() / 1'000'000'000 - 1;
  const auto whole = std::clamp(timestamp.seconds, -kLimit, kLimit);
  return WallTime(std::chrono::seconds(whole) + std::chrono::nanoseconds(timestamp.nanoseconds));
}

}  // namespace bedlam::states
