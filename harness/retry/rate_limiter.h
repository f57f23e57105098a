// The client-side rate limiter of the adaptive retry modes: a token bucket whose rate follows a
// cubic curve, as TCP CUBIC does. It starts without any effect and is switched on by the first
// throttling error; from then on it delays every attempt, first ones too. botocore
// retries/adaptive.py, throttling.py and bucket.py; the SDK for JavaScript has the same constants.
#pragma once

#include "emulator/clock/instant.h"

namespace bedlam::harness {

class RateLimiter {
 public:
  // Below this many attempts a second it never holds a client: a lone attempt waits 2 s at most.
  static constexpr double kMinFillRate = 0.5;

  explicit RateLimiter(Instant created);

  // How long the attempt that is due `now` has to wait; its token is taken. A caller that is told
  // to wait sends when that time is over and does not ask again.
  Duration acquire(Instant now);
  void answered(Instant now, bool throttled);

  bool enabled() const { return enabled_; }
  double fill_rate() const { return fill_rate_; }  // tokens a second

 private:
  void refill(Instant now);
  double measured_rate(Instant now);
  void set_rate(double rate, Instant now);

  bool enabled_ = false;
  double fill_rate_ = 1, capacity_ = 1, tokens_ = 0;
  Instant filled_;
  double w_max_ = 0, last_failure_;  // of the curve
  double measured_ = 0, bucket_;
  int count_ = 0;
};

}  // namespace bedlam::harness
