// DeepSeek R1 (Bedrock user guide, model-parameters-deepseek; facts: model-families.md section 10).
// The guide's prompts end with "<think>", so an answer's text starts with reasoning and "</think>";
// the chunks of its stream are unverified.
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/families/spoken.h"

namespace bedlam::bedrock {
namespace {

constexpr int kDeepSeekMaxTokens = 32'768;
constexpr StopWords kDeepSeekStops{"stop", "length", "stop", "stop"};
constexpr ReasoningMarks kThinkMarks{"", "\n</think>\n\n"};

const std::vector<Member>& deepseek_schema() {
  using enum JsonType;
  static const std::vector<Member> kSchema{
      {.name = "prompt", .type = kString, .required = true},
      {.name = "temperature", .type = kNumber, .from = 0, .to = 1},
      {.name = "top_p", .type = kNumber, .from = 0, .to = 1},
      {.name = "max_tokens", .type = kInteger, .from = 1, .to = kDeepSeekMaxTokens},
      {.name = "stop", .type = kArray, .to = 10, .items = {{.name = "", .type = kString}}}};
  return kSchema;
}

Json deepseek_choice(std::string_view text, const Json& stop_reason) {
  Json body = Json::object();
  body["choices"].push_back({{"text", text}, {"stop_reason", stop_reason}});
  return body;
}

class DeepSeek : public ConversingFamily {
 public:
  bool serves(std::string_view model) const override { return model.starts_with("deepseek.r1-"); }
  bool needs_profile(std::string_view /*model*/) const override { return true; }

  ConverseTraits traits(std::string_view /*model*/) const override {
    return {.max_output_tokens = kDeepSeekMaxTokens,
            .images = false,
            .tools = false,
            .reasoning = Reasoning::kOpen};
  }

  int context_window(std::string_view model, const Json& /*body*/) const override {
    return model.starts_with("deepseek.r1-") ? 128 * 1'024 : 0;
  }

  Json request(const std::string& prompt, int max_tokens,
               std::string_view /*model*/) const override {
    return {{"prompt", prompt}, {"max_tokens", max_tokens}};
  }
  Result<Conversation, aws::Error> read(const Json& body,
                                        std::string_view /*model*/) const override {
    if (const auto refused = refusal_of(body, deepseek_schema())) return *refused;
    Conversation conversation =
        prompted(text_or(body, "prompt", ""), int_or(body, "max_tokens", kDeepSeekMaxTokens),
                 texts_of(body, "stop"));
    conversation.reasoning = Reasoning::kOpen;
    return conversation;
  }

  JsonText plain(const Answer& answer, Occasion /*occasion*/) const override {
    return deepseek_choice(spoken(answer, kThinkMarks).text(), stop_word(answer, kDeepSeekStops));
  }

  Chunks chunks(const Answer& answer, Occasion /*occasion*/) const override {
    return text_chunks(answer, spoken(answer, kThinkMarks),
                       [&](std::string_view text, int /*tokens*/, bool last) {
                         return deepseek_choice(
                             text, last ? Json(stop_word(answer, kDeepSeekStops)) : Json(nullptr));
                       });
  }
};

}  // namespace

const Family& deepseek() {
  static const DeepSeek kFamily;
  return kFamily;
}

}  // namespace bedlam::bedrock
