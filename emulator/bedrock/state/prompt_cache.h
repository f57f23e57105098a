// Prompt caching (Bedrock user guide, prompt-caching; Anthropic API, "Prompt caching"): which part
// of a request was seen before, up to one of its cache points.
//
// Differs from AWS: what a request writes can be read from its arrival on, not from the start of
// its answer; a prefix of another length than ours may be too short or long enough there, because
// tokens are counted by the rule of tokens.h, or the scenario's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/bedrock/conversation/cache_prefix.h"
#include "emulator/bedrock/conversation/conversation.h"
#include "emulator/clock/scheduler.h"

namespace bedlam::bedrock {

// How far before a cache point an older one is looked for (Anthropic API: 20 blocks).
inline constexpr std::size_t kCacheLookback = 20;
inline constexpr std::size_t kMaxCachedPrefixes = 10'000;

class PromptCache {
 public:
  explicit PromptCache(Scheduler& scheduler) : scheduler_(scheduler) {}  // borrowed

  // What a request reads and writes: the longest known prefix, and the rest up to its last cache
  // point. `owner`: the model and the Region. A prefix below `minimum` tokens is not cached.
  CacheUse use(const CachePrefix& prefix, const std::string& owner, int minimum);
  void clear() { entries_.clear(); }

 private:
  struct Entry {
    Instant expires;
    Duration lifetime;
  };
  using Key = std::pair<std::string, std::uint64_t>;
  Entry* find(const Key& key);
  void forget_expired();

  Scheduler& scheduler_;
  std::map<Key, Entry> entries_;
};

}  // namespace bedlam::bedrock
