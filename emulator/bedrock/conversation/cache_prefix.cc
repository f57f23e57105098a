#include "emulator/bedrock/conversation/cache_prefix.h"

#include "emulator/base/fingerprint.h"
#include "emulator/bedrock/conversation/blocks.h"
#include "emulator/bedrock/conversation/tokens.h"

namespace bedlam::bedrock {
namespace {

bool lasts_an_hour(const Json& cache_point) {
  const Json* life = find(cache_point, "ttl");
  return life != nullptr && *life == "1h";
}

class PrefixWriter {
 public:
  // The same texts and tokens as the readers of requests count.
  void add(std::string_view part, const Json& block, int tokens) {
    hash_ = fingerprint(to_text(block), fingerprint(part, hash_));
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
  std::uint64_t hash_ = 0;
  int tokens_ = 0;
};

// A block of a Messages body, and whether a cache point follows it.
void write_messages_block(PrefixWriter& writer, std::string_view part, Json block, int tokens) {
  Json control;
  if (block.is_object() && block.contains("cache_control")) {
    control = block["cache_control"];
    block.erase("cache_control");
  }
  writer.add(part, block, tokens);
  if (control.is_object()) writer.mark(lasts_an_hour(control));
}

void write_converse_block(PrefixWriter& writer, std::string_view part, const Json& block,
                          int tokens) {
  const Json* point = find(block, "cachePoint");
  if (point == nullptr) return writer.add(part, block, tokens);
  writer.mark(lasts_an_hour(*point));
}

void write_converse_blocks(PrefixWriter& writer, std::string_view part, const Json* blocks,
                           script::TokenRule rule) {
  if (blocks == nullptr || !blocks->is_array()) return;
  for (const Json& block : *blocks) {
    write_converse_block(writer, part, block, converse_block_tokens(block, rule));
  }
}

}  // namespace

CachePrefix messages_prefix(const Json& body, script::TokenRule rule) {
  PrefixWriter writer;
  const auto write = [&](std::string_view part, const Json* content) {
    if (content == nullptr) return;
    if (!content->is_array()) {
      return writer.add(part, *content, messages_content_tokens(*content, rule));
    }
    for (const Json& block : *content) {
      write_messages_block(writer, part, block,
                           messages_content_tokens(Json::array({block}), rule));
    }
  };
  if (const Json* tools = find(body, "tools")) {
    for (const Json& tool : *tools) {
      write_messages_block(writer, "tool", tool, count_tokens(to_text(tool), rule));
    }
  }
  write("system", find(body, "system"));
  for (const Json& message : body["messages"]) {
    write(text_in(message, "role"), find(message, "content"));
  }
  return std::move(writer).take();
}

CachePrefix converse_prefix(const Json& body, script::TokenRule rule) {
  PrefixWriter writer;
  const Json* config = find(body, "toolConfig");
  const Json* tools = config == nullptr ? nullptr : find(*config, "tools");
  if (tools != nullptr && tools->is_array()) {
    for (const Json& tool : *tools) {
      const Json* spec = find(tool, "toolSpec");
      const int tokens = spec == nullptr ? 0 : count_tokens(to_text(*spec), rule);
      write_converse_block(writer, "tool", tool, tokens);
    }
  }
  write_converse_blocks(writer, "system", find(body, "system"), rule);
  if (const Json* messages = find(body, "messages")) {
    for (const Json& message : *messages) {
      write_converse_blocks(writer, text_in(message, "role"), find(message, "content"), rule);
    }
  }
  return std::move(writer).take();
}

}  // namespace bedlam::bedrock
