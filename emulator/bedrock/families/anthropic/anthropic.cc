#include "emulator/bedrock/families/anthropic/anthropic.h"

#include <algorithm>
#include <array>

#include "emulator/bedrock/conversation/cache_prefix.h"
#include "emulator/bedrock/families/anthropic/checks.h"
#include "emulator/bedrock/families/anthropic/media.h"
#include "emulator/bedrock/families/schema.h"

namespace bedlam::bedrock {
namespace {

// Output limits by model, as refusals in public logs state them ("max_tokens: 8192 > 4096, which is
// the maximum …", read 2026-11). Unverified: version 2, Instant, 3.5 and the first Opus 4. What
// comes later has the last, the largest seen.
struct ModelTokens {
  std::string_view model;  // what its id begins with
  int tokens;
};
constexpr std::array<ModelTokens, 11> kOutputLimits{{
    {"anthropic.claude-v2", 4'096},
    {"anthropic.claude-instant", 4'096},
    {"anthropic.claude-3-5-", 8'192},
    {"anthropic.claude-3-7-", 64'000},
    {"anthropic.claude-3-", 4'096},
    {"anthropic.claude-opus-4-2", 32'000},
    {"anthropic.claude-opus-4-1", 32'000},
    {"anthropic.claude-opus-4-5", 64'000},
    {"anthropic.claude-sonnet-4", 64'000},
    {"anthropic.claude-haiku-4", 64'000},
    {"", 128'000},
}};

// Claude 3.7 answers with more where a beta says so (Bedrock user guide, the model's page: "up to
// 128K").
constexpr std::string_view kLongAnswers = "anthropic.claude-3-7-";
constexpr std::string_view kLongAnswersBeta = "output-128k-";
constexpr int kLongAnswer = 131'072;

// The fewest tokens to a cache point (Bedrock user guide, prompt-caching; newer models after
// Anthropic's page and public copies of it, read 2026-11). Others do not cache.
constexpr std::array<ModelTokens, 10> kCacheMinimums{{
    {"anthropic.claude-3-5-sonnet-20241022", 1'024},
    {"anthropic.claude-3-5-haiku-", 2'048},
    {"anthropic.claude-3-7-", 1'024},
    {"anthropic.claude-3-", 0},
    {"anthropic.claude-v2", 0},
    {"anthropic.claude-instant", 0},
    {"anthropic.claude-haiku-4-5", 4'096},
    {"anthropic.claude-opus-4-5", 4'096},
    {"anthropic.claude-opus-4-6", 4'096},
    {"", 1'024},
}};

// The most tokens of a prompt (Bedrock user guide, the models' pages). Sonnet 4 and 4.5 have a
// million with a beta; what comes later has it without (tried on AWS by others in 2026).
constexpr int kMillion = 1'000'000;
constexpr std::array<ModelTokens, 9> kContextWindows{{
    {"anthropic.claude-v2:1", 200'000},
    {"anthropic.claude-v2", 100'000},
    {"anthropic.claude-instant", 100'000},
    {"anthropic.claude-3-", 200'000},
    {"anthropic.claude-opus-4-2", 200'000},
    {"anthropic.claude-opus-4-1", 200'000},
    {"anthropic.claude-opus-4-5", 200'000},
    {"anthropic.claude-haiku-4", 200'000},
    {"", kMillion},
}};
constexpr int kSonnet4Window = 200'000;
constexpr std::string_view kMillionBeta = "context-1m-";

constexpr std::string_view kAlphanumeric =
    "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789";
constexpr std::size_t kMessageIdLength = 22;

std::string new_id(std::string_view prefix, Random& ids) {
  return ids.text(kAlphanumeric, kMessageIdLength, prefix);
}

Json nullable(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

template <typename Content, typename Usage>
JsonText message_of(const std::string& id, std::string_view model, const Content& content,
                    const std::optional<std::string>& stop_reason,
                    const std::optional<std::string>& stop_sequence, const Usage& usage) {
  return JsonText::object("id", id, "type", "message", "role", "assistant", "model",
                          name_at_anthropic(model), "content", content, "stop_reason", stop_reason,
                          "stop_sequence", stop_sequence, "usage", usage);
}

struct PlainBlock {
  Random& ids;
  JsonText& to;

  void operator()(const TextBlock& block) const {
    to.write_object("type", "text", "text", block.pieces.text());
  }
  void operator()(const ToolUseBlock& block) const {
    to.write_object("type", "tool_use", "id", new_id("toolu_bdrk_01", ids), "name", block.name,
                    "input", block.input);
  }
  void operator()(const ReasoningBlock& block) const {
    if (!block.redacted.empty()) {
      return to.write_object("type", "redacted_thinking", "data", block.redacted);
    }
    to.write_object("type", "thinking", "thinking", block.pieces.text(), "signature",
                    block.signature);
  }
};

// docs.anthropic.com, "Streaming messages".
constexpr std::array<std::string_view, 6> kMessageEvents{
    "message_start",      "content_block_start", "content_block_delta",
    "content_block_stop", "message_delta",       "message_stop"};

// Writes a block as start, deltas and stop; tokens are counted as they go.
struct ChunkedBlock {
  int index;
  Random& ids;
  Chunks& chunks;
  int& tokens;

  void operator()(const TextBlock& block) const {
    start({{"type", "text"}, {"text", ""}});
    deltas(block.pieces, "text_delta", "text");
    stop();
  }
  void operator()(const ToolUseBlock& block) const {
    start({{"type", "tool_use"},
           {"id", new_id("toolu_bdrk_01", ids)},
           {"name", block.name},
           {"input", Json::object()}});
    delta({{"type", "input_json_delta"}, {"partial_json", ""}});
    deltas(block.pieces, "input_json_delta", "partial_json");
    stop();
  }
  void operator()(const ReasoningBlock& block) const {
    if (!block.redacted.empty()) {
      start({{"type", "redacted_thinking"}, {"data", block.redacted}});
      return stop();
    }
    start({{"type", "thinking"}, {"thinking", ""}, {"signature", ""}});
    deltas(block.pieces, "thinking_delta", "thinking");
    delta({{"type", "signature_delta"}, {"signature", block.signature}});
    stop();
  }

 private:
  static Json delta_chunk(int index, Json delta) {
    return object_of("type", "content_block_delta", "index", index, "delta", std::move(delta));
  }
  void start(Json block) const {
    chunks.push_back({object_of("type", "content_block_start", "index", index, "content_block",
                                std::move(block)),
                      tokens});
  }
  void delta(Json delta) const { chunks.push_back({delta_chunk(index, std::move(delta)), tokens}); }
  void deltas(const Pieces& pieces, const char* type, const char* member) const {
    chunks.add_run(pieces, tokens,
                   [index = index, type, member](std::string_view text, int /*tokens*/) -> Chunk {
                     return {delta_chunk(index, object_of("type", type, member, text))};
                   });
    tokens += pieces.tokens();
  }
  void stop() const {
    chunks.push_back({object_of("type", "content_block_stop", "index", index), tokens});
  }
};

template <std::size_t N>
int tokens_of(const std::array<ModelTokens, N>& table, std::string_view model) {
  for (const ModelTokens& limit : table) {
    if (model.starts_with(limit.model)) return limit.tokens;
  }
  return table.back().tokens;
}

int output_limit(std::string_view model) {
  return tokens_of(kOutputLimits, model);
}

// Of a model that caches there is more to tell.
struct UsageText {
  const Answer& answer;
  int output_tokens;
  bool caches;

  void operator()(JsonText& to) const {
    const CacheUse& cache = answer.cache;
    if (!caches) {
      return to.write_object("input_tokens", answer.input_tokens, "output_tokens", output_tokens);
    }
    const auto written = [&cache](JsonText& into) {
      into.write_object("ephemeral_5m_input_tokens", cache.written, "ephemeral_1h_input_tokens",
                        cache.written_hour);
    };
    to.write_object("input_tokens", answer.input_tokens, "cache_creation_input_tokens",
                    cache.all_written(), "cache_read_input_tokens", cache.read, "cache_creation",
                    written, "output_tokens", output_tokens);
  }
};

class Anthropic : public ConversingFamily {
 public:
  bool serves(std::string_view model) const override { return model.starts_with("anthropic."); }

  ConverseTraits traits(std::string_view model) const override {
    const bool more = model.starts_with(kLongAnswers);
    return {.max_output_tokens = output_limit(model),
            .output_beta = more ? kLongAnswersBeta : std::string_view{},
            .output_tokens_of_beta = more ? kLongAnswer : 0,
            .max_images = kMaxClaudeMedia,
            .search_results = true,
            .any_tool_choice = true,
            .specific_tool_choice = true,
            .counts_tokens = true,
            .reasoning_on_demand = Reasoning::kSigned};
  }

  int cache_minimum(std::string_view model) const override {
    return tokens_of(kCacheMinimums, model);
  }
  // sub2api 176, Anthropic.SDK 50: Anthropic's API.
  std::string too_many_cache_points(std::size_t points) const override {
    return "A maximum of " + std::to_string(kMaxCachePoints) +
           " blocks with cache_control may be provided. Found " + std::to_string(points) + ".";
  }
  CachePrefix cache_prefix(const Json& body, script::TokenRule rule) const override {
    return messages_prefix(body, rule);
  }

  Json request(const std::string& prompt, int max_tokens,
               std::string_view /*model*/) const override {
    const Json text{{"type", "text"}, {"text", prompt}};
    const Json message{{"role", "user"}, {"content", Json::array({text})}};
    return {{"anthropic_version", "bedrock-2023-05-31"},
            {"max_tokens", max_tokens},
            {"messages", Json::array({message})}};
  }
  Result<Conversation, aws::Error> read(const Json& body, std::string_view model) const override {
    const bool more = model.starts_with(kLongAnswers) && asks_for_beta(body, kLongAnswersBeta);
    return read_anthropic(body, model, more ? kLongAnswer : output_limit(model),
                          claude_generation(model));
  }

  std::optional<std::string> refusal_of_converse(const Json& body, std::string_view model,
                                                 std::int64_t max_tokens) const override {
    return refusal_of_claude(body, claude_generation(model), max_tokens);
  }

  int context_window(std::string_view model, const Json& body) const override {
    const int window = tokens_of(kContextWindows, model);
    const bool sonnet_4 = model.starts_with("anthropic.claude-sonnet-4-2") ||
                          model.starts_with("anthropic.claude-sonnet-4-5");
    return sonnet_4 && !asks_for_beta(body, kMillionBeta) ? kSonnet4Window : window;
  }
  std::string too_long(std::string_view model, int tokens, int window) const override {
    if (claude_generation(model) <= ClaudeGeneration::kClaude37) {
      return ConversingFamily::too_long(model, tokens, window);
    }
    return "prompt is too long: " + std::to_string(tokens) + " tokens > " + std::to_string(window) +
           " maximum";
  }

  JsonText plain(const Answer& answer, Occasion occasion) const override {
    Random& ids = occasion.ids;
    const std::string id = new_id("msg_bdrk_01", ids);
    const auto content = [&](JsonText& to) {
      to.write_array(answer.blocks, [&](const Block& block) {
        std::visit(PlainBlock{ids, to}, block);
      });
    };
    const bool caches = cache_minimum(occasion.model) > 0;
    return message_of(id, occasion.model, content, answer.stop_reason, answer.stop_sequence,
                      UsageText{answer, answer.output_tokens, caches});
  }

  Chunks chunks(const Answer& answer, Occasion occasion) const override {
    Random& ids = occasion.ids;
    Chunks chunks;
    // Recordings start with a small count of output tokens; its rule is not known.
    const JsonText message = message_of(
        new_id("msg_bdrk_01", ids), occasion.model, Json::array(), std::nullopt, std::nullopt,
        UsageText{answer, std::min(answer.output_tokens, 1), cache_minimum(occasion.model) > 0});
    chunks.push_back({{{"type", "message_start"}, {"message", message.tree()}}, 0});
    int tokens = 0, index = 0;
    for (const Block& block : answer.blocks) {
      std::visit(ChunkedBlock{index++, ids, chunks, tokens}, block);
    }
    const Json delta{{"stop_reason", answer.stop_reason},
                     {"stop_sequence", nullable(answer.stop_sequence)}};
    chunks.push_back({{{"type", "message_delta"},
                       {"delta", delta},
                       {"usage", {{"output_tokens", answer.output_tokens}}}},
                      tokens});
    chunks.push_back({{{"type", "message_stop"}}, tokens});
    return chunks;
  }

  std::vector<std::string_view> events() const override {
    return {kMessageEvents.begin(), kMessageEvents.end()};
  }
  std::string_view event_of(const Json& chunk) const override {
    const Json* type = find(chunk, "type");
    if (type == nullptr || !type->is_string()) return {};
    const auto event = std::find(kMessageEvents.begin(), kMessageEvents.end(),
                                 type->get_ref<const std::string&>());
    return event == kMessageEvents.end() ? std::string_view{} : *event;
  }

  Usage usage_of(const Json& body) const override {
    const Json* message = find(body, "message");  // of a stream's message_start
    const Json* usage = find(message == nullptr ? body : *message, "usage");
    if (usage == nullptr) return {};
    return {int_or(*usage, "input_tokens", 0), int_or(*usage, "output_tokens", 0),
            int_or(*usage, "cache_read_input_tokens", 0),
            int_or(*usage, "cache_creation_input_tokens", 0)};
  }
};

}  // namespace

const Family& anthropic() {
  static const Anthropic kFamily;
  return kFamily;
}

std::string_view name_at_anthropic(std::string_view model) {
  constexpr std::string_view kVendor = "anthropic.";
  if (model.starts_with(kVendor)) model.remove_prefix(kVendor.size());
  if (model == "claude-v2:1") return "claude-2.1";
  if (model.starts_with("claude-v2")) return "claude-2.0";
  if (model.starts_with("claude-instant-v1")) return "claude-instant-1.2";
  return model.substr(0, model.rfind("-v"));
}

}  // namespace bedlam::bedrock
