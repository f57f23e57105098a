// What a request asks to be cached: its prefixes, each known again by a hash, and the cache points
// that end some of them (Bedrock user guide, prompt-caching; Anthropic API, "Prompt caching").
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/script/script.h"

namespace bedlam::bedrock {

// In a request (Bedrock user guide, prompt-caching).
inline constexpr std::size_t kMaxCachePoints = 4;

// A request, block by block, up to its last cache point.
struct CacheBlock {
  std::uint64_t hash;  // of everything up to and including it
  int tokens;          // the same
};
struct CachePoint {
  std::size_t block;
  bool an_hour = false;  // else five minutes
};
struct CachePrefix {
  std::vector<CacheBlock> blocks;
  std::vector<CachePoint> points;
};

// The prefix of a Messages body (tools, system, messages; `cache_control`), and of a Converse body
// (`cachePoint`), counted by that rule. Empty where nothing is to be cached.
CachePrefix messages_prefix(const Json& body, script::TokenRule rule);
CachePrefix converse_prefix(const Json& body, script::TokenRule rule);

}  // namespace bedlam::bedrock
