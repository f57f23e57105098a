#include "emulator/bedrock/quota/lane.h"

#include <algorithm>
#include <array>

namespace bedlam::bedrock::quota {
namespace {

constexpr std::array<std::string_view, 4> kLimitNames{"requests", "tokens", "daily_tokens",
                                                      "concurrent"};

}  // namespace

std::string_view name_of(Limit limit) {
  return kLimitNames.at(static_cast<std::size_t>(limit));
}

void Lane::Buckets::settle(std::int64_t unused, Instant taken, Instant now) {
  if (tokens) tokens->give_back(unused, taken, now);
  if (daily_tokens) daily_tokens->give_back(unused, taken, now);
}

std::optional<Instant> Lane::Buckets::when(const Wish& wish, Instant now) {
  Instant latest = now;
  const auto ask = [&](std::optional<TokenBucket>& bucket, std::int64_t units) {
    if (!bucket) return true;
    const std::optional<Instant> at = bucket->when(units, now);
    if (at) latest = std::max(latest, *at);
    return at.has_value();
  };
  const bool ever = ask(requests, wish.part_of_call ? 0 : 1) && ask(tokens, wish.tokens()) &&
                    ask(daily_tokens, wish.tokens());
  return ever ? std::optional(latest) : std::nullopt;
}

Lane::Lane(const script::Quota& quota, Duration calendar) {
  if (quota.requests) buckets_.requests.emplace(*quota.requests, quota.refill, calendar);
  if (quota.tokens) buckets_.tokens.emplace(*quota.tokens, quota.refill, calendar);
  if (quota.daily_tokens) {
    buckets_.daily_tokens.emplace(script::Rate{*quota.daily_tokens, std::chrono::hours(24)},
                                  script::Refill::kWindow, calendar);
  }
  if (quota.concurrent) concurrent_ = *quota.concurrent;
}

std::int64_t Lane::places_taken() const {
  return std::count_if(under_way_.begin(), under_way_.end(),
                       [](const auto& call) { return call.second.has_place; });
}

std::vector<Standing> Lane::standings(const Wish& wish, Instant now) {
  std::vector<Standing> all;
  const auto add = [&](Limit limit, std::optional<TokenBucket>& bucket, std::int64_t asked) {
    if (bucket) all.push_back({limit, bucket->capacity(), asked, bucket->left(now)});
  };
  if (!wish.part_of_call) add(Limit::kRequests, buckets_.requests, 1);
  add(Limit::kTokens, buckets_.tokens, wish.tokens());
  add(Limit::kDailyTokens, buckets_.daily_tokens, wish.tokens());
  if (concurrent_ && !wish.part_of_call) {
    all.push_back({Limit::kConcurrent, *concurrent_, 1, *concurrent_ - places_taken()});
  }
  return all;
}

Forecast Lane::forecast(const Wish& wish, Instant now) const {
  Buckets buckets = buckets_;
  std::int64_t running = places_taken();
  auto next = ends_.lower_bound({now, 0});
  for (Instant at = now;; ++next) {
    const std::optional<Instant> ready = buckets.when(wish, at);
    if (!ready) return {std::nullopt, true};
    const bool place = !concurrent_ || wish.part_of_call || running < *concurrent_;
    if (next == ends_.end()) return {place ? ready : std::nullopt, false};
    if (place && *ready <= next->first) return {ready, false};
    at = next->first;
    const Under& call = under_way_.at(next->second);
    buckets.settle(call.reserved - call.expected, call.since, at);
    if (call.has_place) --running;
  }
}

std::optional<std::int64_t> Lane::admissible_max_tokens(const Wish& wish, Instant now) {
  std::int64_t most = wish.max_tokens;
  for (std::optional<TokenBucket>* bucket : {&buckets_.tokens, &buckets_.daily_tokens}) {
    if (*bucket) most = std::min(most, (*bucket)->left(now) - wish.input_tokens);
  }
  return most > 0 ? std::optional(most) : std::nullopt;
}

Lane::CallId Lane::admit(const Wish& wish, Instant now) {
  if (buckets_.requests && !wish.part_of_call) buckets_.requests->take(1, now);
  if (buckets_.tokens) buckets_.tokens->take(wish.tokens(), now);
  if (buckets_.daily_tokens) buckets_.daily_tokens->take(wish.tokens(), now);
  under_way_[++last_call_] = {now, wish.tokens(), std::nullopt, 0, !wish.part_of_call};
  return last_call_;
}

void Lane::expect(CallId call, Instant end, std::int64_t tokens) {
  const auto found = under_way_.find(call);
  if (found == under_way_.end()) return;
  if (found->second.end) ends_.erase({*found->second.end, call});
  found->second.end = end;
  found->second.expected = tokens;
  ends_.insert({end, call});
}

void Lane::settle(CallId call, std::int64_t tokens, Instant now) {
  const auto found = under_way_.find(call);
  if (found == under_way_.end()) return;
  const Under under = found->second;
  under_way_.erase(found);
  if (under.end) ends_.erase({*under.end, call});
  buckets_.settle(under.reserved - tokens, under.since, now);
}

bool Lane::idle(Instant now) {
  const auto full = [now](std::optional<TokenBucket>& bucket) {
    return !bucket || bucket->left(now) == bucket->capacity();
  };
  return under_way_.empty() && full(buckets_.requests) && full(buckets_.tokens) &&
         full(buckets_.daily_tokens);
}

}  // namespace bedlam::bedrock::quota
