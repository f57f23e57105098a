// AI21 Jamba (Bedrock user guide, model-parameters-jamba; facts: model-families.md section 9). The
// details of answers and the stream, which has the deltas of AI21's own API, are unverified.
#include "emulator/base/glob.h"
#include "emulator/bedrock/families/chat_messages.h"

namespace bedlam::bedrock {
namespace {

constexpr int kJambaMaxTokens = 4'096;
constexpr StopWords kJambaStops{"stop", "length", "stop", "tool_calls"};

const std::vector<Member>& jamba_schema() {
  using enum JsonType;
  static const std::vector<Member> kSchema{
      chat_messages_member(),
      {.name = "max_tokens", .type = kInteger, .from = 0, .to = kJambaMaxTokens},
      {.name = "temperature", .type = kNumber, .from = 0, .to = 2},
      {.name = "top_p", .type = kNumber, .from = 0, .to = 1},
      {.name = "stop"},
      {.name = "stream", .type = kBoolean},
      {.name = "n", .type = kInteger, .from = 1, .to = 16},
      {.name = "frequency_penalty"},
      {.name = "presence_penalty"},
      chat_tools_member(),
      {.name = "documents", .type = kArray},
      {.name = "response_format", .type = kObject}};
  return kSchema;
}

class Jamba : public ConversingFamily {
 public:
  bool serves(std::string_view model) const override { return model.starts_with("ai21.jamba-"); }

  ConverseTraits traits(std::string_view model) const override {
    return {.max_output_tokens = kJambaMaxTokens,
            .images = false,
            .documents = !glob_match("*jamba-instruct*", model)};
  }

  int context_window(std::string_view /*model*/, const Json& /*body*/) const override {
    return 256 * 1'024;
  }

  Json request(const std::string& prompt, int max_tokens,
               std::string_view /*model*/) const override {
    return {{"messages", chat_messages_for(prompt)}, {"max_tokens", max_tokens}};
  }
  Result<Conversation, aws::Error> read(const Json& body,
                                        std::string_view /*model*/) const override {
    if (const auto refused = refusal_of(body, jamba_schema())) return *refused;
    Conversation conversation =
        read_chat(body, int_or(body, "max_tokens", kJambaMaxTokens), stops_of(body));
    conversation.choices = int_or(body, "n", 1);
    return conversation;
  }

  // The guide: `n` must be 1 for streaming responses. The words are unverified.
  std::optional<aws::Error> refusal_of_stream(const Json& body) const override {
    static const std::vector<Member> kStreamed{{.name = "n", .type = JsonType::kInteger, .to = 1}};
    Json streamed = Json::object();
    streamed["n"] = int_or(body, "n", 1);
    return refusal_of(streamed, kStreamed);
  }

  JsonText plain(const Answer& answer, Occasion occasion) const override {
    Json body{{"id", "chat-" + occasion.ids.uuid()}};
    const auto add = [&](const Answer& choice) {
      body["choices"].push_back({{"index", body["choices"].size()},
                                 {"message", chat_message(choice, {}, occasion.ids)},
                                 {"finish_reason", stop_word(choice, kJambaStops)}});
    };
    body["choices"] = Json::array();
    add(answer);
    for (const Answer& other : answer.others) add(other);
    body["usage"] = chat_usage(answer);
    return body;
  }

  Chunks chunks(const Answer& answer, Occasion occasion) const override {
    const std::string id = "chat-" + occasion.ids.uuid();
    const std::string stop = stop_word(answer, kJambaStops);
    return chat_chunks(answer, {}, occasion.ids, [&](Json delta, bool last) {
      Json chunk{{"id", id}};
      chunk["choices"].push_back({{"index", 0},
                                  {"delta", std::move(delta)},
                                  {"finish_reason", last ? Json(stop) : Json(nullptr)}});
      if (last) chunk["usage"] = chat_usage(answer);
      return chunk;
    });
  }

  Usage usage_of(const Json& body) const override { return read_chat_usage(body); }
};

}  // namespace

const Family& jamba() {
  static const Jamba kFamily;
  return kFamily;
}

}  // namespace bedlam::bedrock
