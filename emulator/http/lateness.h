// How late timers ran against their schedule. A run on the real clock is only worth a verdict while
// this stays small: noise on a shared machine must not read as a finding.
#pragma once

#include <array>
#include <cstdint>

#include "emulator/base/duration.h"

namespace bedlam::http {

// A histogram of fixed size: eight buckets for each doubling, so a quantile is at most an eighth
// too high and never too low.
class Lateness {
 public:
  void record(Duration late);  // negative counts as none

  std::uint64_t count() const { return count_; }
  Duration max() const { return max_; }
  // The lateness that this share of all timers did not exceed; 0 where none ran. `share` in [0, 1].
  Duration quantile(double share) const;

 private:
  static constexpr unsigned kBucketBits = 3;
  static constexpr std::size_t kBuckets = (64 - kBucketBits) << kBucketBits;

  static std::size_t bucket_of(std::uint64_t ns);
  static std::uint64_t upper_bound_of(std::size_t bucket);

  std::array<std::uint32_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  Duration max_{};
};

}  // namespace bedlam::http
