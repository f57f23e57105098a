// All quotas of one model in one Region, with the calls under way that count against them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/bedrock/quota/token_bucket.h"

namespace bedlam::bedrock::quota {

// In the order in which they are asked. Which of several that refuse AWS names is not known.
enum class Limit { kRequests, kTokens, kDailyTokens, kConcurrent };
// "requests", "tokens", "daily_tokens", "concurrent": a scenario's words.
std::string_view name_of(Limit limit);

// What a call asks for.
struct Wish {
  std::int64_t input_tokens = 0;  // cached ones included
  std::int64_t max_tokens = 0;    // of output, not multiplied by the burndown rate
  // Of a call that has its request and its place already, as the turns of a session: only tokens
  // are asked for.
  bool part_of_call = false;
  std::int64_t tokens() const { return input_tokens + max_tokens; }
};

// One limit, as it stood when a call asked.
struct Standing {
  Limit limit;
  std::int64_t quota = 0, asked = 0, left = 0;
  bool refuses() const { return asked > left; }
};

// When a refused call would be admitted, if no other came meanwhile.
struct Forecast {
  std::optional<Instant> at;
  bool never = false;  // it asks for more than there ever is
};

class Lane {
 public:
  using CallId = std::uint64_t;

  Lane(const script::Quota& quota, Duration calendar);

  // Each limit that is set, in order.
  std::vector<Standing> standings(const Wish& wish, Instant now);
  Forecast forecast(const Wish& wish, Instant now) const;
  // The most max_tokens that the token quotas would have admitted now; nullopt where the input
  // alone is too much.
  std::optional<std::int64_t> admissible_max_tokens(const Wish& wish, Instant now);

  // Takes what the call asks for, with a place among those under way.
  CallId admit(const Wish& wish, Instant now);
  // When its reply will be over and what it will have used; for forecasts only.
  void expect(CallId call, Instant end, std::int64_t tokens);
  // Its reply is over: the reservation goes back but for the tokens used.
  void settle(CallId call, std::int64_t tokens, Instant now);

  bool idle(Instant now);  // nothing is under way, and it is as if new

 private:
  struct Buckets {
    std::optional<TokenBucket> requests, tokens, daily_tokens;
    void settle(std::int64_t unused, Instant taken, Instant now);
    std::optional<Instant> when(const Wish& wish, Instant now);  // nullopt: never
  };
  struct Under {
    Instant since;
    std::int64_t reserved = 0;
    std::optional<Instant> end;
    std::int64_t expected = 0;
    bool has_place = true;
  };
  std::int64_t places_taken() const;

  Buckets buckets_;
  std::optional<std::int64_t> concurrent_;
  std::map<CallId, Under> under_way_;
  std::set<std::pair<Instant, CallId>> ends_;
  CallId last_call_ = 0;
};

}  // namespace bedlam::bedrock::quota
