// Amazon Nova, the understanding models (Nova user guide, "Complete request schema"; facts:
// model-families.md section 2): Converse's messages in a body of its own. Answers and streams as
// recorded, where every piece of text is a block by itself.
//
// Differs from AWS: system prompts, tools and the model's own reasoning settings are counted or
// ignored; videos count as one picture.
#include <array>

#include "emulator/base/glob.h"
#include "emulator/bedrock/conversation/blocks.h"
#include "emulator/bedrock/conversation/cache_prefix.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/families/spoken.h"

namespace bedlam::bedrock {
namespace {

constexpr int kNovaMaxTokens = 10'000;         // the model cards, 2025
constexpr int kNovaPremierMaxTokens = 25'000;  // its card, 2026
constexpr int kNova2MaxTokens = 65'535;        // unverified

bool is_nova_2(std::string_view model) {
  return glob_match("amazon.nova-2-*", model);
}

int nova_limit(std::string_view model) {
  if (is_nova_2(model)) return kNova2MaxTokens;
  return glob_match("amazon.nova-premier-*", model) ? kNovaPremierMaxTokens : kNovaMaxTokens;
}

// What a message can have; documents only through Converse (Nova user guide, "Multimodal support").
// A wrong member is quoted in public logs (openclaw 38903, ruby_llm 586).
std::vector<Member> nova_blocks() {
  using enum JsonType;
  std::vector<Member> blocks;
  for (const std::string_view name : {"text", "image", "video", "audio", "toolUse", "toolResult",
                                      "cachePoint", "reasoningContent"}) {
    blocks.push_back({.name = name, .type = name == "text" ? kString : kObject});
  }
  return blocks;
}

// Nova 2 leaves out "please" (llama_index 21420, openclaw 38903; 2026), Converse with it does not
// (zeroclaw 8720).
aws::Error malformed_nova(const std::string& found, std::string_view model) {
  constexpr std::string_view kPlease = "please ";
  aws::Error error = errors::malformed_input(found);
  const std::size_t at = error.message.rfind(kPlease);
  if (is_nova_2(model)) error.message.erase(at, kPlease.size());
  return error;
}

// The guide spells the limit max_new_tokens for version 1 and maxTokens for version 2.
std::vector<Member> nova_schema(int max_tokens) {
  using enum JsonType;
  const auto limit = static_cast<double>(max_tokens);
  const Member message{
      .name = "",
      .type = kObject,
      .members = {
          {.name = "role", .type = kString, .required = true, .words = {"user", "assistant"}},
          {.name = "content",
           .type = kArray,
           .required = true,
           .from = 1,
           .items = {{.name = "", .type = kObject, .members = nova_blocks()}}}}};
  const std::vector<Member> config{
      {.name = "max_new_tokens", .type = kInteger, .from = 1, .to = limit},
      {.name = "maxTokens", .type = kInteger, .from = 1, .to = limit},
      {.name = "temperature", .type = kNumber, .from = 0, .to = 1},
      {.name = "topP", .type = kNumber, .from = 0, .to = 1},
      {.name = "top_p", .type = kNumber, .from = 0, .to = 1},
      {.name = "topK", .type = kInteger, .from = 0, .to = 128},
      {.name = "top_k", .type = kInteger, .from = 0, .to = 128},
      {.name = "stopSequences", .type = kArray, .items = {{"", kString}}},
      // Of version 2, whose guide has it in both places ("Core inference").
      {.name = "reasoningConfig", .type = kObject}};
  return {{.name = "schemaVersion", .type = kString, .words = {"messages-v1"}},
          {.name = "messages", .type = kArray, .required = true, .from = 1, .items = {message}},
          {.name = "system", .type = kArray},
          {.name = "inferenceConfig", .type = kObject, .members = config},
          {.name = "toolConfig", .type = kObject},
          {.name = "reasoningConfig", .type = kObject}};
}

Turn read_nova_message(const Json& message) {
  Turn turn;
  turn.from_user = text_or(message, "role", "") == "user";
  for (const Json& block : message["content"]) add_converse_block(block, turn);
  return turn;
}

// Nova user guide, "Using the response streaming API": an object of one member.
constexpr std::array<std::string_view, 6> kNovaEvents{"messageStart",      "contentBlockStart",
                                                      "contentBlockDelta", "contentBlockStop",
                                                      "messageStop",       "metadata"};

struct NovaBlock {
  Random& ids;

  Json operator()(const TextBlock& block) const { return {{"text", block.pieces.text()}}; }
  Json operator()(const ReasoningBlock& block) const { return {{"text", block.pieces.text()}}; }
  Json operator()(const ToolUseBlock& block) const {
    const Json tool_use{{"toolUseId", ids.uuid()}, {"name", block.name}, {"input", block.input}};
    return {{"toolUse", tool_use}};
  }
};

// The chunks of one answer; every delta gets a block index of its own.
class NovaStream {
 public:
  explicit NovaStream(Random& ids) : ids_(ids) {}

  void operator()(const TextBlock& block) { text(block.pieces); }
  void operator()(const ReasoningBlock& block) { text(block.pieces); }
  void operator()(const ToolUseBlock& block) {
    const Json tool_use{{"toolUseId", ids_.uuid()}, {"name", block.name}};
    const Json start{{"toolUse", tool_use}};
    add("contentBlockStart", {{"start", start}, {"contentBlockIndex", index_}});
    tokens_ += block.pieces.tokens();
    const Json input{{"input", to_text(block.input)}};
    const Json delta{{"toolUse", input}};
    add("contentBlockDelta", {{"delta", delta}, {"contentBlockIndex", index_}});
    stop();
  }

  void add(const char* event, Json payload) {
    Json chunk = Json::object();
    chunk[event] = std::move(payload);
    chunks_.push_back({std::move(chunk), tokens_});
  }
  std::vector<Chunk> chunks() && { return std::move(chunks_); }

 private:
  void text(const Pieces& pieces) {
    for (const Piece piece : pieces) {
      tokens_ += piece.tokens;
      const Json delta{{"text", piece.text}};
      add("contentBlockDelta", {{"delta", delta}, {"contentBlockIndex", index_}});
      stop();
    }
  }
  void stop() {
    Json payload = Json::object();
    payload["contentBlockIndex"] = index_++;
    add("contentBlockStop", std::move(payload));
  }

  Random& ids_;
  std::vector<Chunk> chunks_;
  int index_ = 0, tokens_ = 0;
};

class Nova : public ConversingFamily {
 public:
  bool serves(std::string_view model) const override {
    return glob_match_any({"amazon.nova-micro-*", "amazon.nova-lite-*", "amazon.nova-pro-*",
                           "amazon.nova-premier-*", "amazon.nova-2-lite-*", "amazon.nova-2-pro-*"},
                          model);
  }

  ConverseTraits traits(std::string_view model) const override {
    const bool texts_only = glob_match("amazon.nova-micro-*", model);
    return {.max_output_tokens = nova_limit(model),
            .images = !texts_only,
            .documents = !texts_only,
            .audio = glob_match("amazon.nova-2-omni-*", model),
            .video = !texts_only,
            .any_tool_choice = true,
            .specific_tool_choice = true};
  }
  int context_window(std::string_view model, const Json& /*body*/) const override {
    if (glob_match("amazon.nova-micro-*", model)) return 128 * 1'024;
    return glob_match("amazon.nova-lite-*", model) || glob_match("amazon.nova-pro-*", model)
               ? 300 * 1'024
               : 1'000 * 1'024;
  }
  // Bedrock user guide, prompt-caching.
  int cache_minimum(std::string_view /*model*/) const override { return 1'000; }
  CachePrefix cache_prefix(const Json& body, script::TokenRule rule) const override {
    return converse_prefix(body, rule);
  }

  // What the first generation's schema of schemas does not have (mcp-agent 126, zed 31815; 2025).
  static std::string refusal_of_definitions(const Json& tool, const std::string& at) {
    const Json* spec = find(tool, "toolSpec");
    const Json* input = spec == nullptr ? nullptr : find(*spec, "inputSchema");
    const Json* schema = input == nullptr ? nullptr : find(*input, "json");
    for (const std::string_view name : {"$defs", "definitions"}) {
      if (schema == nullptr || find(*schema, name) == nullptr) continue;
      return at + "/toolSpec/inputSchema/json: extraneous key [" + std::string(name) +
             "] is not permitted";
    }
    return {};
  }

  // hermes-agent 97281 and LibreChat-AI/agents 253 (tried on AWS, 2026): what is cached is of
  // messages and system prompts alone. inspect_ai 5301: only Nova 2 reasons.
  std::optional<std::string> refusal_of_converse(const Json& body, std::string_view model,
                                                 std::int64_t /*max_tokens*/) const override {
    const Json* config = find(body, "toolConfig");
    const Json* tools = config == nullptr ? nullptr : find(*config, "tools");
    for (std::size_t i = 0; tools != nullptr && i < tools->size(); ++i) {
      const std::string at = "#/toolConfig/tools/" + std::to_string(i);
      std::string found = is_nova_2(model) ? "" : refusal_of_definitions((*tools)[i], at);
      if (find((*tools)[i], "cachePoint") != nullptr) {
        found = at + ": extraneous key [cachePoint] is not permitted";
      }
      if (!found.empty()) return errors::malformed_input(found).message;
    }
    const Json* fields = find(body, "additionalModelRequestFields");
    const Json* reasoning = fields == nullptr ? nullptr : find(*fields, "reasoningConfig");
    if (reasoning == nullptr || is_nova_2(model)) return std::nullopt;
    return errors::malformed_input("the provided reasoning config value is invalid").message;
  }

  Json request(const std::string& prompt, int max_tokens,
               std::string_view /*model*/) const override {
    const Json text{{"text", prompt}};
    const Json message{{"role", "user"}, {"content", Json::array({text})}};
    return {{"messages", Json::array({message})}, {"inferenceConfig", {{"maxTokens", max_tokens}}}};
  }
  Result<Conversation, aws::Error> read(const Json& body, std::string_view model) const override {
    const int limit = nova_limit(model);
    static const std::vector<Member> kFirst = nova_schema(kNovaMaxTokens);
    static const std::vector<Member> kPremier = nova_schema(kNovaPremierMaxTokens);
    static const std::vector<Member> kSecond = nova_schema(kNova2MaxTokens);
    const std::vector<Member>& first = limit == kNovaMaxTokens ? kFirst : kPremier;
    const std::string found = violations(body, is_nova_2(model) ? kSecond : first);
    if (!found.empty()) return malformed_nova(found, model);
    Conversation conversation;
    for (const Json& message : body["messages"]) {
      conversation.turns.push_back(read_nova_message(message));
    }
    for (const std::string_view name : {"system", "toolConfig"}) {
      const Json* value = find(body, name);
      if (value == nullptr) continue;
      for (const Json& part : *value) {
        conversation.instructions.push_back(text_or(part, "text", to_text(part)));
      }
    }
    const Json* given = find(body, "inferenceConfig");
    const Json config = given == nullptr ? Json::object() : *given;
    conversation.max_tokens = int_or(config, "max_new_tokens", int_or(config, "maxTokens", limit));
    conversation.stop_sequences = texts_of(config, "stopSequences");
    if (!conversation.turns.front().from_user) return errors::must_start_with_user();
    return conversation;
  }

  JsonText plain(const Answer& answer, Occasion occasion) const override {
    Json message{{"content", Json::array()}};
    for (const Block& block : answer.blocks) {
      message["content"].push_back(std::visit(NovaBlock{occasion.ids}, block));
    }
    message["role"] = "assistant";
    Json body = Json::object();
    body["output"]["message"] = std::move(message);
    body["stopReason"] = answer.stop_reason;
    body["usage"] = {
        {"inputTokens", answer.input_tokens},
        {"outputTokens", answer.output_tokens},
        {"totalTokens", answer.input_tokens + answer.cache.all() + answer.output_tokens},
        {"cacheReadInputTokenCount", answer.cache.read},
        {"cacheWriteInputTokenCount", answer.cache.all_written()}};
    return body;
  }

  Chunks chunks(const Answer& answer, Occasion occasion) const override {
    NovaStream stream(occasion.ids);
    stream.add("messageStart", Json{{"role", "assistant"}});
    for (const Block& block : answer.blocks) std::visit(stream, block);
    stream.add("messageStop", Json{{"stopReason", answer.stop_reason}});
    const Json usage{{"inputTokens", answer.input_tokens}, {"outputTokens", answer.output_tokens}};
    stream.add("metadata",
               {{"usage", usage}, {"metrics", Json::object()}, {"trace", Json::object()}});
    return std::move(stream).chunks();
  }

  std::vector<std::string_view> events() const override {
    return {kNovaEvents.begin(), kNovaEvents.end()};
  }
  std::string_view event_of(const Json& chunk) const override {
    for (const std::string_view event : kNovaEvents) {
      if (find(chunk, event) != nullptr) return event;
    }
    return {};
  }

  Usage usage_of(const Json& body) const override {
    const Json* metadata = find(body, "metadata");  // of a stream
    const Json* usage = find(metadata == nullptr ? body : *metadata, "usage");
    if (usage == nullptr) return {};
    return {int_or(*usage, "inputTokens", 0), int_or(*usage, "outputTokens", 0),
            int_or(*usage, "cacheReadInputTokenCount", 0),
            int_or(*usage, "cacheWriteInputTokenCount", 0)};
  }
};

}  // namespace

const Family& nova() {
  static const Nova kFamily;
  return kFamily;
}

}  // namespace bedlam::bedrock
