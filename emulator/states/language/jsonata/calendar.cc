#include <array>
#include <cmath>

#include "emulator/states/language/jsonata/date_picture.h"

namespace bedlam::states::jsonata {
namespace {

constexpr double kMillisPerDay = 86'400'000, kMillisPerWeek = 7 * kMillisPerDay;

struct CivilDate {
  double year;
  int month;  // from 0
  int day;
};

// Days since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms").
double days_from_civil(double year, int month, double day) {
  const double y = month <= 1 ? year - 1 : year;
  const double era = std::floor(y / 400);
  const double year_of_era = y - era * 400;
  const int shifted = (month + 10) % 12;  // March is 0
  const double day_of_year = std::floor((153.0 * shifted + 2) / 5) + day - 1;
  const double day_of_era =
      year_of_era * 365 + std::floor(year_of_era / 4) - std::floor(year_of_era / 100) + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

CivilDate civil_from_days(double days) {
  const double z = days + 719468;
  const double era = std::floor(z / 146097);
  const double day_of_era = z - era * 146097;
  const double year_of_era =
      std::floor((day_of_era - std::floor(day_of_era / 1460) + std::floor(day_of_era / 36524) -
                  std::floor(day_of_era / 146096)) /
                 365);
  const double day_of_year = day_of_era - (365 * year_of_era + std::floor(year_of_era / 4) -
                                           std::floor(year_of_era / 100));
  const int shifted = static_cast<int>(std::floor((5 * day_of_year + 2) / 153));
  const int day = static_cast<int>(day_of_year - std::floor((153.0 * shifted + 2) / 5)) + 1;
  const int month = (shifted + 2) % 12;
  return {year_of_era + era * 400 + (month <= 1 ? 1 : 0), month, day};
}

// The Monday of the week that holds the first Thursday of a month.
double first_week(double year, int month) {
  const double first = utc_millis(year, month);
  const double days = first / kMillisPerDay;
  const int weekday = static_cast<int>(std::fmod(std::fmod(days + 3, 7) + 7, 7)) + 1;  // Monday: 1
  return weekday > 4 ? first + (8 - weekday) * kMillisPerDay
                     : first - (weekday - 1) * kMillisPerDay;
}

double week_of(double today, double start, double next_start, double previous_start, int most) {
  double week = (today - start) / kMillisPerWeek + 1;
  if (week > most) {
    if (today >= next_start) week = 1;
  } else if (week < 1) {
    week = (today - previous_start) / kMillisPerWeek + 1;
  }
  return std::floor(week);
}

double week_of_month(double today, const CivilDate& date) {
  return week_of(today, first_week(date.year, date.month), first_week(date.year, date.month + 1),
                 first_week(date.year, date.month - 1), 4);
}

double week_of_year(double today, double year) {
  return week_of(today, first_week(year, 0), first_week(year + 1, 0), first_week(year - 1, 0), 52);
}

// The month that the week belongs to.
double week_month(double millis, const CivilDate& date) {
  int month = date.month;
  if (millis < first_week(date.year, month)) {
    --month;
  } else if (millis >= first_week(date.year, month + 1)) {
    ++month;
  }
  return (month + 12) % 12 + 1;
}

double week_year(double millis, double year) {
  if (millis < first_week(year, 0)) return year - 1;
  return millis >= first_week(year + 1, 0) ? year + 1 : year;
}

bool is_digits(std::string_view text, std::size_t count) {
  return text.size() >= count && text.substr(0, count).find_first_not_of("0123456789") == text.npos;
}

// Takes `count` digits off the text.
std::optional<double> digits(std::string_view& text, std::size_t count) {
  if (!is_digits(text, count)) return std::nullopt;
  double value = 0;
  for (const char c : text.substr(0, count)) value = value * 10 + (c - '0');
  text.remove_prefix(count);
  return value;
}

bool skip(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// A two-digit number behind `mark` of which the first digit is at most `most_tens`.
bool two_digits(std::string_view& text, char mark, char most_tens, double& value) {
  if (text.size() < 3 || text[0] != mark || text[1] > most_tens || !is_digits(text.substr(1), 2)) {
    return false;
  }
  text.remove_prefix(1);
  value = *digits(text, 2);
  return true;
}

}  // namespace

double utc_millis(double year, double month, double day, double hour, double minute, double second,
                  double milli) {
  const double all = year + month + day + hour + minute + second + milli;
  if (!std::isfinite(all) || std::fabs(year) > 1e6 || std::fabs(month) > 1e6) return NAN;
  const double carried = std::floor(month / 12);
  const int in_year = static_cast<int>(month - carried * 12);
  const double days = days_from_civil(std::trunc(year) + carried, in_year, 1) + std::trunc(day) - 1;
  return days * kMillisPerDay + std::trunc(hour) * 3'600'000 + std::trunc(minute) * 60'000 +
         std::trunc(second) * 1000 + std::trunc(milli);
}

double date_component(double millis, char component) {
  if (!(std::fabs(millis) <= 8.64e15)) return NAN;  // what a JavaScript Date holds
  const double day_number = std::floor(millis / kMillisPerDay);
  const double of_day = millis - day_number * kMillisPerDay;
  const CivilDate date = civil_from_days(day_number);
  const double today = day_number * kMillisPerDay;
  const double hour = std::floor(of_day / 3'600'000);
  switch (component) {
    case 'Y':
      return date.year;
    case 'M':
      return date.month + 1;
    case 'D':
      return date.day;
    case 'd':
      return day_number - days_from_civil(date.year, 0, 1) + 1;
    case 'F':
      return std::fmod(std::fmod(day_number + 3, 7) + 7, 7) + 1;
    case 'W':
      return week_of_year(today, date.year);
    case 'w':
      return week_of_month(today, date);
    case 'X':
      return week_year(millis, date.year);
    case 'x':
      return week_month(millis, date);
    case 'H':
      return hour;
    case 'h':
      return std::fmod(hour, 12) == 0 ? 12 : std::fmod(hour, 12);
    case 'P':
      return hour >= 12 ? 1 : 0;
    case 'm':
      return std::fmod(std::floor(of_day / 60'000), 60);
    case 's':
      return std::fmod(std::floor(of_day / 1000), 60);
    case 'f':
      return std::fmod(std::floor(of_day), 1000);
    default:
      return NAN;
  }
}

std::optional<double> parse_iso8601(std::string_view text) {
  const auto year = digits(text, 4);
  if (!year) return std::nullopt;
  double month = 1, day = 1, hour = 0, minute = 0, second = 0, milli = 0, offset = 0;
  two_digits(text, '-', '1', month);
  two_digits(text, '-', '3', day);
  if (text.starts_with('T') &&
      !(two_digits(text, 'T', '2', hour) && two_digits(text, ':', '5', minute) &&
        two_digits(text, ':', '5', second))) {
    return std::nullopt;
  }
  if (skip(text, '.')) {
    if (!is_digits(text, 1)) return std::nullopt;
    for (double weight = 100; is_digits(text, 1); weight = std::floor(weight / 10)) {
      milli += *digits(text, 1) * weight;
    }
  }
  if (text.starts_with('+') || text.starts_with('-')) {
    const char sign = text[0];
    double hours = 0, minutes = 0;
    if (!two_digits(text, sign, '2', hours)) return std::nullopt;
    skip(text, ':');
    const auto read = text.empty() || text[0] > '5' ? std::nullopt : digits(text, 2);
    if (!read) return std::nullopt;
    minutes = *read;
    offset = (hours * 60 + minutes) * (sign == '-' ? -60'000 : 60'000);
  } else {
    skip(text, 'Z');
  }
  if (!text.empty()) return std::nullopt;
  const bool midnight = hour == 24 && minute == 0 && second == 0 && milli == 0;
  if (month < 1 || month > 12 || day < 1 || day > 31 || (hour > 23 && !midnight)) return NAN;
  return utc_millis(*year, month - 1, day, hour, minute, second, milli) - offset;
}

}  // namespace bedlam::states::jsonata
