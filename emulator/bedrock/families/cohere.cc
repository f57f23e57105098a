// Cohere Command R (`message`) and the older Command (`prompt`) (Bedrock user guide,
// model-parameters-cohere-command-r-plus and -cohere-command; facts: model-families.md section 8).
// Answers as recorded; the stream of Command R, its calls of tools and all finish reasons but
// MAX_TOKENS and STOP_SEQUENCE are unverified. The streams of Command are those of its `stream:
// false`: a single chunk.
#include "emulator/base/glob.h"
#include "emulator/bedrock/conversation/tokens.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/families/spoken.h"

namespace bedlam::bedrock {
namespace {

constexpr int kCohereMaxTokens = 4'096;
constexpr StopWords kCohereStops{"COMPLETE", "MAX_TOKENS", "STOP_SEQUENCE", "COMPLETE"};

const std::vector<Member>& command_r_schema() {
  using enum JsonType;
  static const std::vector<Member> kSchema{
      {.name = "message", .type = kString, .required = true},
      {.name = "chat_history", .type = kArray},
      {.name = "max_tokens", .type = kInteger, .from = 1, .to = kCohereMaxTokens},
      {.name = "temperature", .type = kNumber, .from = 0, .to = 1},
      {.name = "p", .type = kNumber, .from = 0, .to = 0.99},
      {.name = "k", .type = kNumber, .from = 0, .to = 500},
      {.name = "stop_sequences", .type = kArray, .items = {{"", kString}}},
      {.name = "preamble", .type = kString},
      {.name = "documents", .type = kArray},
      {.name = "search_queries_only", .type = kBoolean},
      {.name = "prompt_truncation", .type = kString},
      {.name = "frequency_penalty", .type = kNumber},
      {.name = "presence_penalty", .type = kNumber},
      {.name = "seed", .type = kInteger},
      {.name = "return_prompt", .type = kBoolean},
      {.name = "tools", .type = kArray},
      {.name = "tool_results", .type = kArray},
      {.name = "raw_prompting", .type = kBoolean},
      // Of Cohere's own API; that Bedrock takes them is unverified.
      {.name = "force_single_step", .type = kBoolean},
      {.name = "citation_quality", .type = kString}};
  return kSchema;
}

const std::vector<Member>& command_schema() {
  using enum JsonType;
  static const std::vector<Member> kSchema{
      {.name = "prompt", .type = kString, .required = true},
      {.name = "max_tokens", .type = kInteger, .from = 1, .to = kCohereMaxTokens},
      {.name = "temperature", .type = kNumber, .from = 0, .to = 5},
      {.name = "p", .type = kNumber, .from = 0, .to = 1},
      {.name = "k", .type = kNumber, .from = 0, .to = 500},
      {.name = "stop_sequences", .type = kArray, .items = {{"", kString}}},
      {.name = "return_likelihoods", .type = kString},
      {.name = "stream", .type = kBoolean},
      {.name = "num_generations", .type = kInteger, .from = 1, .to = 5},
      {.name = "logit_bias", .type = kObject},
      {.name = "truncate", .type = kString}};
  return kSchema;
}

bool is_command_r(std::string_view model) {
  return model.starts_with("cohere.command-r");
}

// `chat_history` before the message, what documents and tools add, and the message.
Conversation read_command_r(const Json& body) {
  Conversation conversation;
  if (const Json* history = find(body, "chat_history")) {
    for (const Json& turn : *history) {
      const bool from_user = text_or(turn, "role", "USER") == "USER";
      conversation.turns.push_back({from_user, {text_or(turn, "message", "")}, 0});
    }
  }
  Turn last{true, {text_or(body, "message", "")}, 0};
  if (const Json* results = find(body, "tool_results")) {
    last.counted.push_back(to_text(*results));
  }
  conversation.turns.push_back(std::move(last));
  for (const std::string_view name : {"preamble", "documents", "tools"}) {
    const Json* value = find(body, name);
    if (value == nullptr) continue;
    conversation.instructions.push_back(value->is_string() ? value->get<std::string>()
                                                           : to_text(*value));
  }
  return conversation;
}

class Cohere : public ConversingFamily {
 public:
  bool serves(std::string_view model) const override {
    return model.starts_with("cohere.command-");
  }

  ConverseTraits traits(std::string_view model) const override {
    const bool r = is_command_r(model);
    return {.max_output_tokens = kCohereMaxTokens, .system = r, .images = false, .tools = r};
  }

  int context_window(std::string_view model, const Json& /*body*/) const override {
    return (is_command_r(model) ? 128 : 4) * 1'024;
  }

  Json request(const std::string& prompt, int max_tokens, std::string_view model) const override {
    return {{is_command_r(model) ? "message" : "prompt", prompt}, {"max_tokens", max_tokens}};
  }
  Result<Conversation, aws::Error> read(const Json& body, std::string_view model) const override {
    const bool r = is_command_r(model);
    if (const auto refused = refusal_of(body, r ? command_r_schema() : command_schema())) {
      return *refused;
    }
    Conversation conversation = r ? read_command_r(body) : prompted(text_or(body, "prompt", ""), 0);
    conversation.max_tokens = int_or(body, "max_tokens", kCohereMaxTokens);
    conversation.stop_sequences = texts_of(body, "stop_sequences");
    conversation.choices = int_or(body, "num_generations", 1);
    return conversation;
  }

  JsonText plain(const Answer& answer, Occasion occasion) const override {
    return is_command_r(occasion.model) ? response(answer, occasion) : generation(answer, occasion);
  }

  Chunks chunks(const Answer& answer, Occasion occasion) const override {
    if (!is_command_r(occasion.model)) {
      return std::vector<Chunk>{{generation(answer, occasion), answer.output_tokens}};
    }
    std::vector<Chunk> chunks;
    int tokens = 0;
    for (const Piece piece : spoken(text_only(answer))) {
      tokens += piece.tokens;
      chunks.push_back(
          {{{"is_finished", false}, {"event_type", "text-generation"}, {"text", piece.text}},
           tokens});
    }
    Json whole = response(answer, occasion);
    if (const Json* calls = find(whole, "tool_calls")) {
      chunks.push_back({{{"is_finished", false},
                         {"event_type", "tool-calls-generation"},
                         {"tool_calls", *calls}},
                        answer.output_tokens});
    }
    chunks.push_back({{{"is_finished", true},
                       {"event_type", "stream-end"},
                       {"finish_reason", stop_word(answer, kCohereStops)},
                       {"response", std::move(whole)}},
                      answer.output_tokens});
    return chunks;
  }

 private:
  static Answer text_only(const Answer& answer) {
    Answer rest = answer;
    std::erase_if(rest.blocks,
                  [](const Block& block) { return std::holds_alternative<ToolUseBlock>(block); });
    return rest;
  }

  // "379ed018/aa2d…": a part of an id, a slash, an id.
  static Json response(const Answer& answer, Occasion& occasion) {
    const std::string text = spoken(text_only(answer)).text();
    const Json* given = find(occasion.body, "chat_history");
    Json history = given == nullptr ? Json::array() : *given;
    history.push_back({{"role", "USER"}, {"message", text_or(occasion.body, "message", "")}});
    history.push_back({{"role", "CHATBOT"}, {"message", text}});
    const std::string prefix = occasion.ids.uuid().substr(0, 8);
    Json body{{"response_id", prefix + "/" + occasion.ids.uuid()}, {"text", text}};
    body["generation_id"] = occasion.ids.uuid();
    body["chat_history"] = std::move(history);
    body["finish_reason"] = stop_word(answer, kCohereStops);
    for (const Block& block : answer.blocks) {
      const auto* tool = std::get_if<ToolUseBlock>(&block);
      if (tool == nullptr) continue;
      body["tool_calls"].push_back({{"name", tool->name}, {"parameters", tool->input}});
    }
    return body;
  }

  static Json generation(const Answer& answer, Occasion& occasion) {
    Json body{{"id", occasion.ids.uuid()}};
    const auto add = [&](const Answer& choice) {
      body["generations"].push_back({{"id", occasion.ids.uuid()},
                                     {"text", spoken(choice).text()},
                                     {"finish_reason", stop_word(choice, kCohereStops)}});
    };
    add(answer);
    for (const Answer& other : answer.others) add(other);
    body["prompt"] = text_or(occasion.body, "prompt", "");
    return body;
  }
};

}  // namespace

const Family& cohere() {
  static const Cohere kFamily;
  return kFamily;
}

}  // namespace bedlam::bedrock
