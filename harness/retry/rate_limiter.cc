#include "harness/retry/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace bedlam::harness {
namespace {

constexpr double kBeta = 0.7;              // CubicCalculator._BETA
constexpr double kScale = 0.4;             // CubicCalculator._SCALE_CONSTANT
constexpr double kSmoothing = 0.8;         // RateClocker._DEFAULT_SMOOTHING
constexpr double kBucketSeconds = 0.5;     // RateClocker._TIME_BUCKET_RANGE
constexpr double kMostOfMeasuredRate = 2;  // ClientRateLimiter._MAX_RATE_ADJUST_SCALE
constexpr double kSmallestCapacity = 1;    // TokenBucket.max_rate

double seconds_from_start(Instant now) {
  return seconds(now.time_since_epoch());
}

}  // namespace

RateLimiter::RateLimiter(Instant created)
    : filled_(created),
      last_failure_(seconds_from_start(created)),
      bucket_(std::floor(seconds_from_start(created))) {}

void RateLimiter::refill(Instant now) {
  tokens_ = std::min(capacity_, tokens_ + seconds(now - filled_) * fill_rate_);
  filled_ = now;
}

Duration RateLimiter::acquire(Instant now) {
  if (!enabled_) return {};
  refill(now);
  tokens_ -= 1;  // below zero: somebody waits for it
  return tokens_ >= 0 ? Duration{} : from_seconds(-tokens_ / fill_rate_);
}

double RateLimiter::measured_rate(Instant now) {
  const double bucket = std::floor(seconds_from_start(now) / kBucketSeconds) * kBucketSeconds;
  ++count_;
  if (bucket > bucket_) {
    measured_ = count_ / (bucket - bucket_) * kSmoothing + measured_ * (1 - kSmoothing);
    count_ = 0;
    bucket_ = bucket;
  }
  return measured_;
}

void RateLimiter::answered(Instant now, bool throttled) {
  const double measured = measured_rate(now);
  double rate = 0;
  if (throttled) {
    const double current = enabled_ ? std::min(measured, fill_rate_) : measured;
    w_max_ = current;
    last_failure_ = seconds_from_start(now);
    rate = current * kBeta;
    enabled_ = true;
  } else {
    const double k = std::cbrt(w_max_ * (1 - kBeta) / kScale);
    rate = kScale * std::pow(seconds_from_start(now) - last_failure_ - k, 3) + w_max_;
  }
  set_rate(std::min(rate, kMostOfMeasuredRate * measured), now);
}

void RateLimiter::set_rate(double rate, Instant now) {
  refill(now);
  fill_rate_ = std::max(rate, kMinFillRate);
  capacity_ = std::max(rate, kSmallestCapacity);
  tokens_ = std::min(tokens_, capacity_);
}

}  // namespace bedlam::harness
