#include "emulator/bedrock/quota/token_bucket.h"

#include <algorithm>

#include "emulator/clock/scheduler.h"

namespace bedlam::bedrock::quota {
namespace {

// A trillion units times a century of nanoseconds.
__extension__ using Wide = __int128;

}  // namespace

TokenBucket::TokenBucket(script::Rate rate, script::Refill refill, Duration calendar)
    : rate_(rate), refill_(refill), calendar_(calendar), level_(rate.amount) {}

std::int64_t TokenBucket::window_of(Instant instant) const {
  return (instant.time_since_epoch() + calendar_) / rate_.per;
}

Instant TokenBucket::start_of(std::int64_t window) const {
  return Instant(window * rate_.per - calendar_);
}

void TokenBucket::advance(Instant now) {
  if (now <= at_) return;
  const Duration passed = now - at_;
  const bool new_window = window_of(now) != window_of(at_);
  at_ = now;
  if (refill_ == script::Refill::kWindow) {
    if (new_window) level_ = rate_.amount;
    return;
  }
  const Wide gained = Wide{rate_.amount} * passed.count() + fraction_;
  const Wide units = gained / rate_.per.count();
  const bool full = units >= rate_.amount - level_;
  level_ = full ? rate_.amount : level_ + static_cast<std::int64_t>(units);
  fraction_ = full ? 0 : static_cast<std::int64_t>(gained % rate_.per.count());
}

std::int64_t TokenBucket::left(Instant now) {
  advance(now);
  return level_;
}

void TokenBucket::take(std::int64_t units, Instant now) {
  advance(now);
  level_ -= units;
}

void TokenBucket::give_back(std::int64_t units, Instant taken, Instant now) {
  advance(now);
  if (refill_ == script::Refill::kWindow && window_of(taken) != window_of(now)) return;
  level_ += units;
  if (level_ < rate_.amount) return;
  level_ = rate_.amount;
  fraction_ = 0;
}

std::optional<Instant> TokenBucket::when(std::int64_t units, Instant now) {
  if (units > rate_.amount) return std::nullopt;
  advance(now);
  if (level_ >= units) return now;
  if (refill_ == script::Refill::kWindow) return start_of(window_of(now) + 1);
  const Wide missing = Wide{units - level_} * rate_.per.count() - fraction_;
  const Wide wait = (missing + rate_.amount - 1) / rate_.amount;
  const Duration longest = kLastInstant - now;
  return now + (wait > longest.count() ? longest : Duration(static_cast<std::int64_t>(wait)));
}

}  // namespace bedlam::bedrock::quota
