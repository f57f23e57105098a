#include "emulator/clock/instant.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace bedlam {
namespace {

struct Calendar {
  int year;
  unsigned month, day, weekday;
  int hour, minute, second, millisecond;
};

Calendar calendar_of(WallTime time) {
  using namespace std::chrono;
  const auto day_start = floor<days>(time);
  const year_month_day date(day_start);
  const hh_mm_ss clock(floor<milliseconds>(time - day_start));
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          weekday(day_start).c_encoding(),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()),
          static_cast<int>(clock.subseconds().count())};
}

constexpr std::array<const char*, 7> kWeekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::string to_iso8601(WallTime time) {
  const Calendar c = calendar_of(time);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", c.year, c.month,
                c.day, c.hour, c.minute, c.second, c.millisecond);
  return text.data();
}

// Every answer has one: written without printf, which would take as long as the rest of its head.
std::string to_http_date(WallTime time) {
  const Calendar c = calendar_of(time);
  std::string text = "Day, 00 Mon 0000 00:00:00 GMT";
  const auto two = [&text](std::size_t at, unsigned number) {
    text[at] = static_cast<char>('0' + number / 10);
    text[at + 1] = static_cast<char>('0' + number % 10);
  };
  text.replace(0, 3, kWeekdays[c.weekday]);
  two(5, c.day);
  text.replace(8, 3, kMonths[c.month - 1]);
  two(12, static_cast<unsigned>(c.year) / 100);
  two(14, static_cast<unsigned>(c.year) % 100);
  two(17, static_cast<unsigned>(c.hour));
  two(20, static_cast<unsigned>(c.minute));
  two(23, static_cast<unsigned>(c.second));
  return text;
}

std::string_view HttpDates::at(WallTime time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  if (second != second_) text_ = to_http_date(time);
  second_ = second;
  return text_;
}

double to_epoch_seconds(WallTime time) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
  return static_cast<double>(ms.count()) / 1000.0;
}

}  // namespace bedlam
