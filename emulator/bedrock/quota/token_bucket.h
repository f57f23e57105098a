// One quota's units: how many are left, and when so many will be. All arithmetic is in whole
// numbers: a unit is there at the first nanosecond at which the rate has brought all of it.
//
// AWS does not document how a quota comes back; this has both shapes that are talked of
// (script/quota.h, Refill). Uses no clock: each question brings its instant, which never goes back.
#pragma once

#include <cstdint>
#include <optional>

#include "emulator/clock/instant.h"
#include "emulator/script/quota.h"

namespace bedlam::bedrock::quota {

class TokenBucket {
 public:
  // Full. `calendar`: the calendar time of Instant{} since the epoch of windows, which begin at its
  // multiples of `rate.per`.
  TokenBucket(script::Rate rate, script::Refill refill, Duration calendar);

  std::int64_t capacity() const { return rate_.amount; }
  // Less than zero where calls used more than they had reserved.
  std::int64_t left(Instant now);
  void take(std::int64_t units, Instant now);
  // Gives back units that were taken at `taken`; takes more where they are negative. A window that
  // has passed is not changed, and a bucket holds no more than its capacity.
  void give_back(std::int64_t units, Instant taken, Instant now);
  // The earliest instant from `now` on at which so many are left, if nobody else takes any;
  // nullopt: never, since they are more than the capacity.
  std::optional<Instant> when(std::int64_t units, Instant now);

 private:
  void advance(Instant now);
  std::int64_t window_of(Instant instant) const;
  Instant start_of(std::int64_t window) const;

  script::Rate rate_;
  script::Refill refill_;
  Duration calendar_;
  Instant at_{};               // up to which it was refilled
  std::int64_t level_;         // whole units
  std::int64_t fraction_ = 0;  // of a unit, in 1/rate_.per.count(); 0 for windows
};

}  // namespace bedlam::bedrock::quota
