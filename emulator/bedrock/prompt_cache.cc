#include "emulator/bedrock/prompt_cache.h"

#include <algorithm>

#include "emulator/base/base64.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/tokens.h"

namespace bedlam::bedrock {
namespace {

constexpr Duration kShortLife = std::chrono::minutes(5), kLongLife = std::chrono::hours(1);

// FNV-1a, 64 bits.
std::uint64_t hashed(std::uint64_t hash, std::string_view text) {
  for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001b3U;
  return hash;
}

int encoded_image_tokens(const Json& image, std::string_view member) {
  const Json* source = find(image, "source");
  const std::string data = source == nullptr ? "" : text_or(*source, member, "");
  const auto bytes = base64_decode(data);
  return bytes && !bytes->empty() ? image_tokens(*bytes) : kMaxImageTokens;
}

class PrefixWriter {
 public:
  // The same texts and tokens as the readers of requests count.
  void add(std::string_view part, const Json& block, int tokens) {
    hash_ = hashed(hashed(hash_, part), to_text(block));
    tokens_ += tokens;
    prefix_.blocks.push_back({hash_, tokens_});
  }
  void mark(bool an_hour) {
    if (!prefix_.blocks.empty()) prefix_.points.push_back({prefix_.blocks.size() - 1, an_hour});
  }
  CachePrefix take() && {
    if (prefix_.points.empty()) prefix_.blocks.clear();
    return std::move(prefix_);
  }

 private:
  CachePrefix prefix_;
  std::uint64_t hash_ = 0xcbf29ce484222325U;
  int tokens_ = 0;
};

int messages_block_tokens(const Json& block) {
  const std::string type = text_or(block, "type", "");
  if (type == "text") return count_tokens(text_or(block, "text", ""));
  if (type == "image") return encoded_image_tokens(block, "data");
  const Json* content = find(block, "content");
  if (type == "tool_result" && content != nullptr) {
    if (content->is_string()) return count_tokens(content->get<std::string>());
    int tokens = 0;
    for (const Json& part : *content) tokens += messages_block_tokens(part);
    return tokens;
  }
  const Json* input = type == "tool_use" ? find(block, "input") : nullptr;
  return count_tokens(to_text(input == nullptr ? block : *input));
}

// A block of a Messages body, and whether a cache point follows it.
void add_messages_block(PrefixWriter& writer, std::string_view part, Json block, int tokens) {
  Json control;
  if (block.is_object() && block.contains("cache_control")) {
    control = block["cache_control"];
    block.erase("cache_control");
  }
  writer.add(part, block, tokens);
  if (control.is_object()) writer.mark(text_or(control, "ttl", "5m") == "1h");
}

int converse_block_tokens(const Json& block) {
  if (const Json* text = find(block, "text"); text != nullptr && text->is_string()) {
    return count_tokens(text->get_ref<const std::string&>());
  }
  if (const Json* image = find(block, "image")) return encoded_image_tokens(*image, "bytes");
  if (const Json* guarded = find(block, "guardContent")) {
    const Json* text = find(*guarded, "text");
    if (text != nullptr) return count_tokens(text_or(*text, "text", ""));
  }
  if (const Json* use = find(block, "toolUse")) {
    const Json* input = find(*use, "input");
    return input == nullptr ? 0 : count_tokens(to_text(*input));
  }
  const Json* result = find(block, "toolResult");
  const Json* content = result == nullptr ? nullptr : find(*result, "content");
  if (content == nullptr || !content->is_array()) return count_tokens(to_text(block));
  int tokens = 0;
  for (const Json& part : *content) {
    const Json* json = find(part, "json");
    tokens += json == nullptr ? converse_block_tokens(part) : count_tokens(to_text(*json));
  }
  return tokens;
}

void add_converse_block(PrefixWriter& writer, std::string_view part, const Json& block,
                        int tokens) {
  const Json* point = find(block, "cachePoint");
  if (point == nullptr) return writer.add(part, block, tokens);
  writer.mark(text_or(*point, "ttl", "5m") == "1h");
}

void add_converse_blocks(PrefixWriter& writer, std::string_view part, const Json* blocks) {
  if (blocks == nullptr || !blocks->is_array()) return;
  for (const Json& block : *blocks) {
    add_converse_block(writer, part, block, converse_block_tokens(block));
  }
}

}  // namespace

CachePrefix messages_prefix(const Json& body) {
  PrefixWriter writer;
  if (const Json* tools = find(body, "tools")) {
    for (const Json& tool : *tools) {
      add_messages_block(writer, "tool", tool, count_tokens(to_text(tool)));
    }
  }
  const Json* system = find(body, "system");
  if (system != nullptr && system->is_array()) {
    for (const Json& block : *system) {
      add_messages_block(writer, "system", block, messages_block_tokens(block));
    }
  } else if (system != nullptr) {
    writer.add("system", *system,
               count_tokens(system->is_string() ? system->get<std::string>() : ""));
  }
  for (const Json& message : body["messages"]) {
    const std::string role = text_or(message, "role", "");
    const Json* content = find(message, "content");
    if (content == nullptr) continue;
    if (content->is_string()) {
      writer.add(role, *content, count_tokens(content->get<std::string>()));
      continue;
    }
    for (const Json& block : *content) {
      add_messages_block(writer, role, block, messages_block_tokens(block));
    }
  }
  // "Automatic": a cache point after all of it.
  if (const Json* control = find(body, "cache_control");
      control != nullptr && control->is_object()) {
    writer.mark(text_or(*control, "ttl", "5m") == "1h");
  }
  return std::move(writer).take();
}

CachePrefix converse_prefix(const Json& body) {
  PrefixWriter writer;
  const Json* config = find(body, "toolConfig");
  const Json* tools = config == nullptr ? nullptr : find(*config, "tools");
  if (tools != nullptr && tools->is_array()) {
    for (const Json& tool : *tools) {
      const Json* spec = find(tool, "toolSpec");
      add_converse_block(writer, "tool", tool, spec == nullptr ? 0 : count_tokens(to_text(*spec)));
    }
  }
  add_converse_blocks(writer, "system", find(body, "system"));
  if (const Json* messages = find(body, "messages")) {
    for (const Json& message : *messages) {
      add_converse_blocks(writer, text_or(message, "role", ""), find(message, "content"));
    }
  }
  return std::move(writer).take();
}

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
