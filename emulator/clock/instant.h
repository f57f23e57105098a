// Points in time. Two questions, two types: "how long since the emulator started" is an Instant and
// rules every timer; "what does the calendar say" is a WallTime and only appears in answers.
#pragma once

#include <chrono>
#include <string>

#include "emulator/base/duration.h"

namespace bedlam {

// The emulator's own time line. It has no now(): the Scheduler is asked (scheduler.h).
struct TimeLine {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<TimeLine>;
  static constexpr bool is_steady = true;
};
using Instant = TimeLine::time_point;
using WallTime = std::chrono::sys_time<Duration>;

// "2024-10-04T09:00:00.123Z": milliseconds, trailing zeros kept, as the context object prints it.
std::string to_iso8601(WallTime time);
// "Fri, 04 Oct 2024 09:00:00 GMT" (RFC 9110 section 5.6.7).
std::string to_http_date(WallTime time);
// The same of one answer after another, most of which share their second with the one before.
class HttpDates {
 public:
  std::string_view at(WallTime time);  // valid until the next call

 private:
  std::chrono::sys_seconds second_ = std::chrono::sys_seconds::min();
  std::string text_;
};
// Seconds since 1970 with milliseconds, as AWS JSON writes timestamps.
double to_epoch_seconds(WallTime time);

}  // namespace bedlam
