#include "emulator/bedrock/state/prompt_cache.h"

#include <algorithm>

namespace bedlam::bedrock {
namespace {

constexpr Duration kShortLife = std::chrono::minutes(5), kLongLife = std::chrono::hours(1);

}  // namespace

PromptCache::Entry* PromptCache::find(const Key& key) {
  const auto entry = entries_.find(key);
  if (entry == entries_.end() || entry->second.expires <= scheduler_.now()) return nullptr;
  return &entry->second;
}

void PromptCache::forget_expired() {
  if (entries_.size() < kMaxCachedPrefixes) return;
  std::erase_if(entries_,
                [&](const auto& entry) { return entry.second.expires <= scheduler_.now(); });
  if (entries_.size() >= kMaxCachedPrefixes) entries_.clear();
}

CacheUse PromptCache::use(const CachePrefix& prefix, const std::string& owner, int minimum) {
  CacheUse use;
  if (minimum == 0 || prefix.points.empty()) return use;
  use.asked = true;
  forget_expired();
  for (auto point = prefix.points.rbegin(); point != prefix.points.rend() && use.read == 0;
       ++point) {
    const std::size_t first = point->block - std::min(point->block, kCacheLookback);
    for (std::size_t i = point->block + 1; i-- > first && use.read == 0;) {
      Entry* entry = find({owner, prefix.blocks[i].hash});
      if (entry == nullptr) continue;
      use.read = prefix.blocks[i].tokens;
      entry->expires = scheduler_.now() + entry->lifetime;  // a read renews it
    }
  }
  int covered = use.read;
  for (const CachePoint& point : prefix.points) {
    const CacheBlock& block = prefix.blocks[point.block];
    if (block.tokens < minimum || block.tokens <= covered) continue;
    const Duration lifetime = point.an_hour ? kLongLife : kShortLife;
    entries_[{owner, block.hash}] = {scheduler_.now() + lifetime, lifetime};
    (point.an_hour ? use.written_hour : use.written) += block.tokens - covered;
    covered = block.tokens;
  }
  return use;
}

}  // namespace bedlam::bedrock
