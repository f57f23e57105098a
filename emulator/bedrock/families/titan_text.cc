// Amazon Titan Text (Bedrock user guide, model-parameters-titan-text; facts: model-families.md
// section 3). Recorded streams of 10 tokens are a single chunk; longer ones are cut here after
// every kTokensPerChunk tokens, which is a guess, or where a scenario says.
#include <algorithm>

#include "emulator/base/glob.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/families/spoken.h"

namespace bedlam::bedrock {
namespace {

constexpr int kTitanDefaultTokens = 512;
constexpr int kTokensPerChunk = 50;
constexpr StopWords kTitanStops{"FINISH", "LENGTH", "STOP_CRITERIA_MET", "FINISH"};

int titan_limit(std::string_view model) {
  if (glob_match("*-lite-*", model)) return 4'096;
  return glob_match("*-premier-*", model) ? 3'072 : 8'192;
}

std::vector<Member> titan_text_schema(int max_tokens) {
  using enum JsonType;
  const std::vector<Member> config{
      {.name = "temperature", .type = kNumber, .from = 0, .to = 1},
      {.name = "topP", .type = kNumber, .from = 0, .to = 1},
      {.name = "maxTokenCount", .type = kInteger, .from = 0, .to = static_cast<double>(max_tokens)},
      {.name = "stopSequences", .type = kArray, .items = {{.name = "", .type = kString}}}};
  return {{.name = "inputText", .type = kString, .required = true, .from = 1},
          {.name = "textGenerationConfig", .type = kObject, .members = config}};
}

std::string completion_reason(const Answer& answer) {
  if (answer.stop_reason == "content_filtered") return "CONTENT_FILTERED";
  return stop_word(answer, kTitanStops);
}

class TitanText : public ConversingFamily {
 public:
  bool serves(std::string_view model) const override {
    return model.starts_with("amazon.titan-text-") || model == "amazon.titan-tg1-large";
  }

  ConverseTraits traits(std::string_view model) const override {
    return {.max_output_tokens = titan_limit(model),
            .system = false,
            .images = false,
            .documents = !glob_match("amazon.titan-text-premier-*", model),
            .tools = false};
  }

  int context_window(std::string_view model, const Json& /*body*/) const override {
    if (glob_match("amazon.titan-text-premier-*", model)) return 32 * 1'024;
    return (glob_match("amazon.titan-text-lite-*", model) ? 4 : 8) * 1'024;
  }

  Json request(const std::string& prompt, int max_tokens,
               std::string_view /*model*/) const override {
    return {{"inputText", prompt}, {"textGenerationConfig", {{"maxTokenCount", max_tokens}}}};
  }
  Result<Conversation, aws::Error> read(const Json& body, std::string_view model) const override {
    if (const auto refused = refusal_of(body, titan_text_schema(titan_limit(model)))) {
      return *refused;
    }
    const Json* given = find(body, "textGenerationConfig");
    const Json config = given == nullptr ? Json::object() : *given;
    return prompted(text_or(body, "inputText", ""),
                    int_or(config, "maxTokenCount", kTitanDefaultTokens),
                    texts_of(config, "stopSequences"));
  }

  JsonText plain(const Answer& answer, Occasion /*occasion*/) const override {
    Json result{{"tokenCount", answer.output_tokens},
                {"outputText", spoken(answer).text()},
                {"completionReason", completion_reason(answer)}};
    Json body{{"inputTextTokenCount", answer.input_tokens}};
    body["results"].push_back(std::move(result));
    return body;
  }

  Chunks chunks(const Answer& answer, Occasion /*occasion*/) const override {
    const Pieces pieces = spoken(answer);
    std::vector<Chunk> chunks;
    std::string text;
    int sent = 0, tokens = 0;
    for (std::size_t i = 0; i < std::max<std::size_t>(pieces.size(), 1); ++i) {
      const bool last = i + 1 >= pieces.size();
      if (!pieces.empty()) {
        text += pieces[i].text;
        tokens += pieces[i].tokens;
      }
      if (!last && !answer.chunked && tokens - sent < kTokensPerChunk) continue;
      const auto count = [&](int value) { return last ? Json(value) : Json(nullptr); };
      Json chunk{{"outputText", text},
                 {"index", 0},
                 {"totalOutputTextTokenCount", count(answer.output_tokens)},
                 {"completionReason", last ? Json(completion_reason(answer)) : Json(nullptr)},
                 {"inputTextTokenCount", count(answer.input_tokens)}};
      chunks.push_back({std::move(chunk), tokens});
      text.clear();
      sent = tokens;
    }
    return chunks;
  }

  Usage usage_of(const Json& body) const override {
    const Json* results = find(body, "results");
    const bool has_result = results != nullptr && results->is_array() && !results->empty();
    return {int_or(body, "inputTextTokenCount", 0),
            has_result ? int_or(results->front(), "tokenCount", 0) : 0};
  }
};

}  // namespace

const Family& titan_text() {
  static const TitanText kFamily;
  return kFamily;
}

}  // namespace bedlam::bedrock
