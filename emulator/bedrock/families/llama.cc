// Meta Llama (Bedrock user guide, model-parameters-meta; facts: model-families.md section 6).
// Bodies and streams as recorded; the chunk that ends a stream with "stop", which has no text, is a
// guess.
#include "emulator/base/glob.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/families/spoken.h"

namespace bedlam::bedrock {
namespace {

constexpr int kLlamaDefaultTokens = 512, kLlamaMaxTokens = 2'048;  // the guide's
constexpr int kLlamaConverseTokens = 8'192;                        // unverified
constexpr StopWords kLlamaStops{"stop", "length", "stop", "stop"};

const std::vector<Member>& llama_schema() {
  using enum JsonType;
  static const std::vector<Member> kSchema{
      {.name = "prompt", .type = kString, .required = true},
      {.name = "max_gen_len", .type = kInteger, .from = 1, .to = kLlamaMaxTokens},
      {.name = "temperature", .type = kNumber, .from = 0, .to = 1},
      {.name = "top_p", .type = kNumber, .from = 0, .to = 1},
      {.name = "images", .type = kArray}};
  return kSchema;
}

class Llama : public ConversingFamily {
 public:
  bool serves(std::string_view model) const override { return model.starts_with("meta.llama"); }

  // The guide's table of features: tools since 3.1, but not of the small 3.2 models, and never in a
  // stream; pictures of the larger 3.2 models and of 4.
  ConverseTraits traits(std::string_view model) const override {
    const bool tools = glob_match_any({"meta.llama3-1-*", "meta.llama3-2-11b-*",
                                       "meta.llama3-2-90b-*", "meta.llama3-3-*", "meta.llama4-*"},
                                      model);
    const bool images =
        glob_match_any({"meta.llama3-2-11b-*", "meta.llama3-2-90b-*", "meta.llama4-*"}, model);
    const bool old =
        glob_match_any({"meta.llama2-*", "meta.llama3-8b-*", "meta.llama3-70b-*"}, model);
    return {.max_output_tokens = old ? kLlamaMaxTokens : kLlamaConverseTokens,
            .images = images,
            .ends_with_user = true,
            .tools = tools,
            .streamed_tools = false};
  }

  int context_window(std::string_view model, const Json& /*body*/) const override {
    if (glob_match("meta.llama2-*", model)) return 4 * 1'024;
    if (glob_match_any({"meta.llama3-8b-*", "meta.llama3-70b-*"}, model)) return 8 * 1'024;
    return glob_match("meta.llama3-*", model) ? 128 * 1'024 : 0;
  }

  Json request(const std::string& prompt, int max_tokens,
               std::string_view /*model*/) const override {
    return {{"prompt", prompt}, {"max_gen_len", max_tokens}};
  }
  Result<Conversation, aws::Error> read(const Json& body,
                                        std::string_view /*model*/) const override {
    if (const auto refused = refusal_of(body, llama_schema())) return *refused;
    return prompted(text_or(body, "prompt", ""), int_or(body, "max_gen_len", kLlamaDefaultTokens));
  }

  JsonText plain(const Answer& answer, Occasion /*occasion*/) const override {
    return Json{{"generation", spoken(answer).text()},
                {"prompt_token_count", answer.input_tokens},
                {"generation_token_count", answer.output_tokens},
                {"stop_reason", stop_word(answer, kLlamaStops)}};
  }

  // The prompt's tokens stand in the first chunk only.
  Chunks chunks(const Answer& answer, Occasion /*occasion*/) const override {
    bool first = true;
    return text_chunks(
        answer, spoken(answer), [&](std::string_view text, int tokens, bool last) -> Json {
          const Json prompt_tokens = first ? Json(answer.input_tokens) : Json(nullptr);
          first = false;
          return {{"generation", text},
                  {"prompt_token_count", prompt_tokens},
                  {"generation_token_count", tokens},
                  {"stop_reason", last ? Json(stop_word(answer, kLlamaStops)) : Json(nullptr)}};
        });
  }

  Usage usage_of(const Json& body) const override {
    return {int_or(body, "prompt_token_count", 0), int_or(body, "generation_token_count", 0)};
  }
};

}  // namespace

const Family& llama() {
  static const Llama kFamily;
  return kFamily;
}

}  // namespace bedlam::bedrock
