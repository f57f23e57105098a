// Mistral AI: text completion (`prompt`) and chat completion (`messages`), told apart by the body
// (Bedrock user guide, model-parameters-mistral-text-completion and -chat-completion; facts:
// model-families.md section 7). Text completion as recorded, streams too; of chat completion the
// answer's details and the stream are unverified.
#include "emulator/base/glob.h"
#include "emulator/bedrock/families/chat_messages.h"

namespace bedlam::bedrock {
namespace {

constexpr StopWords kMistralStops{"stop", "length", "stop", "tool_calls"};
// Text completion has no others: a call of a tool is text there.
constexpr StopWords kCompletionStops{"stop", "length", "stop", "stop"};

struct MistralLimits {
  int default_tokens, max_tokens;
};

// The guide's table.
MistralLimits mistral_limits(std::string_view model) {
  if (glob_match("mistral.mistral-7b-*", model)) return {512, 8'192};
  if (glob_match("mistral.mixtral-*", model)) return {512, 4'096};
  return {8'192, 8'192};
}

// The open-weight instruct models: no chat body, no system prompt, no tools.
bool is_instruct(std::string_view model) {
  return glob_match("mistral.mistral-7b-*", model) || glob_match("mistral.mixtral-*", model);
}

std::vector<Member> sampling(int max_tokens) {
  using enum JsonType;
  return {
      {.name = "max_tokens", .type = kInteger, .from = 1, .to = static_cast<double>(max_tokens)},
      {.name = "temperature", .type = kNumber, .from = 0, .to = 1},
      {.name = "top_p", .type = kNumber, .from = 0, .to = 1}};
}

std::vector<Member> completion_schema(int max_tokens) {
  using enum JsonType;
  std::vector<Member> schema = sampling(max_tokens);
  schema.insert(schema.begin(), {.name = "prompt", .type = kString, .required = true});
  schema.push_back({.name = "top_k", .type = kInteger, .from = 0, .to = 200});
  schema.push_back({.name = "stop", .type = kArray, .to = 10, .items = {{"", kString}}});
  return schema;
}

std::vector<Member> mistral_chat_schema(int max_tokens) {
  std::vector<Member> schema = sampling(max_tokens);
  schema.insert(schema.begin(), chat_messages_member());
  schema.push_back(chat_tools_member());
  schema.push_back({.name = "tool_choice"});
  schema.push_back({.name = "response_format"});
  schema.push_back({.name = "stop"});
  // Members of Mistral's own API, which its clients send; that Bedrock takes them is unverified.
  for (const std::string_view name :
       {"random_seed", "safe_prompt", "n", "parallel_tool_calls", "presence_penalty",
        "frequency_penalty", "stream", "model", "prompt_mode"}) {
    schema.push_back({.name = name});
  }
  return schema;
}

// Pixtral, and of the models since December 2025 those whose cards have pictures among the inputs.
bool sees(std::string_view model) {
  return glob_match_any({"*pixtral*", "mistral.mistral-large-3-*", "mistral.ministral-3-*",
                         "mistral.magistral-small-*"},
                        model);
}

bool is_chat(const Json& body) {
  return find(body, "messages") != nullptr;
}

Json mistral_output(std::string_view text, const Json& stop_reason) {
  Json body = Json::object();
  body["outputs"].push_back({{"text", text}, {"stop_reason", stop_reason}});
  return body;
}

class Mistral : public ConversingFamily {
 public:
  bool serves(std::string_view model) const override { return model.starts_with("mistral."); }

  ConverseTraits traits(std::string_view model) const override {
    const bool instruct = is_instruct(model);
    return {.max_output_tokens = mistral_limits(model).max_tokens,
            .system = !instruct,
            .images = sees(model),
            .audio = glob_match("*voxtral*", model),
            .tools = !instruct,
            .any_tool_choice = !instruct};
  }

  int context_window(std::string_view model, const Json& /*body*/) const override {
    const bool small = is_instruct(model) || glob_match("mistral.mistral-*-2402-*", model);
    return (small ? 32 : 128) * 1'024;
  }

  Json request(const std::string& prompt, int max_tokens, std::string_view model) const override {
    // The models of the guide's page of chat completion.
    const bool chat = glob_match_any({"mistral.mistral-large-2407*", "mistral.pixtral-*"}, model);
    if (!chat) return {{"prompt", prompt}, {"max_tokens", max_tokens}};
    return {{"messages", chat_messages_for(prompt)}, {"max_tokens", max_tokens}};
  }
  Result<Conversation, aws::Error> read(const Json& body, std::string_view model) const override {
    const MistralLimits limits = mistral_limits(model);
    const bool chat = is_chat(body) && !is_instruct(model);
    const auto refused = refusal_of(
        body, chat ? mistral_chat_schema(limits.max_tokens) : completion_schema(limits.max_tokens));
    if (refused) return *refused;
    const int max_tokens = int_or(body, "max_tokens", limits.default_tokens);
    if (chat) return read_chat(body, max_tokens, stops_of(body));
    return prompted(text_or(body, "prompt", ""), max_tokens, texts_of(body, "stop"));
  }

  JsonText plain(const Answer& answer, Occasion occasion) const override {
    if (!is_chat(occasion.body)) {
      return mistral_output(spoken(answer).text(), stop_word(answer, kCompletionStops));
    }
    const std::string stop = stop_word(answer, kMistralStops);
    Json body = Json::object();
    body["choices"].push_back(
        {{"index", 0}, {"message", chat_message(answer, {}, occasion.ids)}, {"stop_reason", stop}});
    return body;
  }

  Chunks chunks(const Answer& answer, Occasion occasion) const override {
    const bool chat = is_chat(occasion.body);
    const std::string stop = stop_word(answer, chat ? kMistralStops : kCompletionStops);
    if (chat) {
      return chat_chunks(answer, {}, occasion.ids, [&](Json delta, bool last) {
        Json chunk = Json::object();
        chunk["choices"].push_back({{"index", 0},
                                    {"message", std::move(delta)},
                                    {"stop_reason", last ? Json(stop) : Json(nullptr)}});
        return chunk;
      });
    }
    return text_chunks(answer, spoken(answer),
                       [&](std::string_view text, int /*tokens*/, bool last) {
                         return mistral_output(text, last ? Json(stop) : Json(nullptr));
                       });
  }
};

}  // namespace

const Family& mistral() {
  static const Mistral kFamily;
  return kFamily;
}

}  // namespace bedlam::bedrock
