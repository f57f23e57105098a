// Models that take the bodies of OpenAI's Chat Completions API: gpt-oss (Bedrock user guide,
// model-parameters-openai; facts: model-families.md section 11), with reasoning before the answer
// in <reasoning> marks, and the open-weight models of DeepSeek V3 and later, Google, MiniMax,
// Moonshot AI, NVIDIA, Qwen and Z.AI (the same, models-api-compatibility: InvokeModel, Converse and
// Chat Completions). The details of answers and chunks are those of that API; their order is
// unverified, and that InvokeModel of the others has that API's bodies is too.
#include "emulator/base/glob.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/chat_messages.h"

namespace bedlam::bedrock {
namespace {

constexpr int kCompletionsMaxTokens = 128'000;  // the context; a limit of its own is not documented
constexpr StopWords kCompletionsStops{"stop", "length", "stop", "tool_calls"};
constexpr ReasoningMarks kCompletionsMarks{"<reasoning>", "</reasoning>"};

const std::vector<Member>& chat_completions_schema() {
  using enum JsonType;
  static const std::vector<Member> kSchema{
      chat_messages_member(),
      {.name = "model", .type = kString},
      {.name = "max_completion_tokens", .type = kInteger, .from = 1, .to = kCompletionsMaxTokens},
      {.name = "max_tokens", .type = kInteger, .from = 1, .to = kCompletionsMaxTokens},
      {.name = "temperature", .type = kNumber, .from = 0, .to = 2},
      {.name = "top_p", .type = kNumber, .from = 0, .to = 1},
      {.name = "stop"},
      {.name = "stream", .type = kBoolean},
      {.name = "stream_options"},
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
      {.name = "include_reasoning"},
      {.name = "prompt_cache_key"},
      {.name = "safety_identifier"},
      {.name = "verbosity"},
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

bool is_gpt_oss(std::string_view model) {
  return model.starts_with("openai.gpt-oss-");
}

class ChatCompletions : public ConversingFamily {
 public:
  bool serves(std::string_view model) const override {
    return is_gpt_oss(model) ||
           glob_match_any({"deepseek.v3*", "google.gemma-*", "minimax.*", "moonshot.*",
                           "moonshotai.*", "nvidia.nemotron-*", "qwen.*", "zai.*"},
                          model);
  }

  // Which of the others take pictures is after the names that their makers give them.
  ConverseTraits traits(std::string_view model) const override {
    const bool oss = is_gpt_oss(model);
    const bool sees = glob_match_any(
        {"google.gemma-3-*", "moonshotai.kimi-k2.*", "nvidia.nemotron-nano-12b-v2*", "qwen.*-vl-*"},
        model);
    return {.max_output_tokens = kCompletionsMaxTokens,
            .images = sees,
            .stop_sequences = !oss,
            .any_tool_choice = !oss,
            .specific_tool_choice = !oss,
            .reasoning = oss ? Reasoning::kOpen : Reasoning::kNone};
  }

  int context_window(std::string_view model, const Json& /*body*/) const override {
    return is_gpt_oss(model) ? 128 * 1'024 : 0;
  }

  Json request(const std::string& prompt, int max_tokens,
               std::string_view /*model*/) const override {
    return {{"messages", chat_messages_for(prompt)}, {"max_completion_tokens", max_tokens}};
  }
  Result<Conversation, aws::Error> read(const Json& body, std::string_view model) const override {
    if (const auto refused = refusal_of(without_nulls(body), chat_completions_schema())) {
      return *refused;
    }
    const int older = int_or(body, "max_tokens", kCompletionsMaxTokens);
    Conversation conversation =
        read_chat(body, int_or(body, "max_completion_tokens", older), stops_of(body));
    if (is_gpt_oss(model)) conversation.reasoning = Reasoning::kOpen;
    return conversation;
  }

  JsonText plain(const Answer& answer, Occasion occasion) const override {
    Json body = completion_head(occasion, "chatcmpl-" + occasion.ids.uuid(), "chat.completion");
    body["choices"].push_back({{"index", 0},
                               {"message", chat_message(answer, kCompletionsMarks, occasion.ids)},
                               {"finish_reason", stop_word(answer, kCompletionsStops)}});
    body["usage"] = chat_usage(answer);
    return body;
  }

  Chunks chunks(const Answer& answer, Occasion occasion) const override {
    const std::string id = "chatcmpl-" + occasion.ids.uuid();
    const std::string stop = stop_word(answer, kCompletionsStops);
    return chat_chunks(answer, kCompletionsMarks, occasion.ids, [&](Json delta, bool last) {
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

const Family& chat_completions() {
  static const ChatCompletions kFamily;
  return kFamily;
}

}  // namespace bedlam::bedrock
