// OpenAI gpt-oss (Bedrock user guide, model-parameters-openai; facts: model-families.md section
// 11): the bodies of OpenAI's Chat Completions API, with reasoning before the answer in <reasoning>
// marks. The details of answers and chunks are those of that API; their order is unverified.
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/chat_messages.h"

namespace bedlam::bedrock {
namespace {

constexpr int kGptOssMaxTokens = 128'000;  // the context; a limit of its own is not documented
constexpr StopWords kGptOssStops{"stop", "length", "stop", "tool_calls"};
constexpr ReasoningMarks kGptOssMarks{"<reasoning>", "</reasoning>"};

const std::vector<Member>& gpt_oss_schema() {
  using enum JsonType;
  static const std::vector<Member> kSchema{
      chat_messages_member(),
      {.name = "model", .type = kString},
      {.name = "max_completion_tokens", .type = kInteger, .from = 1, .to = kGptOssMaxTokens},
      {.name = "max_tokens", .type = kInteger, .from = 1, .to = kGptOssMaxTokens},
      {.name = "temperature", .type = kNumber, .from = 0, .to = 2},
      {.name = "top_p", .type = kNumber, .from = 0, .to = 1},
      {.name = "stop"},
      {.name = "stream", .type = kBoolean},
      {.name = "stream_options", .type = kObject},
      {.name = "reasoning_effort", .type = kString, .words = {"low", "medium", "high"}},
      {.name = "frequency_penalty", .type = kNumber},
      {.name = "presence_penalty", .type = kNumber},
      {.name = "n", .type = kInteger},
      {.name = "seed", .type = kInteger},
      {.name = "user", .type = kString},
      {.name = "logprobs"},
      {.name = "top_logprobs"},
      {.name = "logit_bias"},
      {.name = "metadata"},
      {.name = "parallel_tool_calls"},
      {.name = "response_format"},
      {.name = "service_tier"},
      {.name = "store"},
      {.name = "tool_choice"},
      chat_tools_member()};
  return kSchema;
}

Json completion_head(const Occasion& occasion, const std::string& id, std::string_view object) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(occasion.received);
  return {{"id", id},
          {"object", object},
          {"created", seconds.time_since_epoch().count()},
          {"model", occasion.model}};
}

class GptOss : public ConversingFamily {
 public:
  bool serves(std::string_view model) const override {
    return model.starts_with("openai.gpt-oss-");
  }

  ConverseTraits traits(std::string_view /*model*/) const override {
    return {.max_output_tokens = kGptOssMaxTokens,
            .images = false,
            .stop_sequences = false,
            .reasoning = Reasoning::kOpen};
  }

  int context_window(std::string_view /*model*/, const Json& /*body*/) const override {
    return 128 * 1'024;
  }

  Json request(const std::string& prompt, int max_tokens,
               std::string_view /*model*/) const override {
    return {{"messages", chat_messages_for(prompt)}, {"max_completion_tokens", max_tokens}};
  }
  Result<Conversation, aws::Error> read(const Json& body,
                                        std::string_view /*model*/) const override {
    if (const auto refused = refusal_of(body, gpt_oss_schema())) return *refused;
    std::vector<std::string> stops = texts_of(body, "stop");
    if (const std::string stop = text_or(body, "stop", ""); !stop.empty()) stops.push_back(stop);
    const int older = int_or(body, "max_tokens", kGptOssMaxTokens);
    Conversation conversation =
        read_chat(body, int_or(body, "max_completion_tokens", older), std::move(stops));
    conversation.reasoning = Reasoning::kOpen;
    return conversation;
  }

  JsonText plain(const Answer& answer, Occasion occasion) const override {
    Json body = completion_head(occasion, "chatcmpl-" + occasion.ids.uuid(), "chat.completion");
    body["choices"].push_back({{"index", 0},
                               {"message", chat_message(answer, kGptOssMarks, occasion.ids)},
                               {"finish_reason", stop_word(answer, kGptOssStops)}});
    body["usage"] = chat_usage(answer);
    return body;
  }

  Chunks chunks(const Answer& answer, Occasion occasion) const override {
    const std::string id = "chatcmpl-" + occasion.ids.uuid();
    const std::string stop = stop_word(answer, kGptOssStops);
    return chat_chunks(answer, kGptOssMarks, occasion.ids, [&](Json delta, bool last) {
      Json chunk = completion_head(occasion, id, "chat.completion.chunk");
      chunk["choices"].push_back({{"index", 0},
                                  {"delta", std::move(delta)},
                                  {"finish_reason", last ? Json(stop) : Json(nullptr)}});
      return chunk;
    });
  }

  Usage usage_of(const Json& body) const override { return read_chat_usage(body); }
};

}  // namespace

const Family& gpt_oss() {
  static const GptOss kFamily;
  return kFamily;
}

}  // namespace bedlam::bedrock
