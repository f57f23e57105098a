// Cohere Embed v3 and v4 (Bedrock user guide, model-parameters-embed-v3 and -v4; facts:
// model-families.md section 8). The answer by type is that of Cohere's own API; unverified.
#include "emulator/base/glob.h"
#include "emulator/bedrock/conversation/tokens.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/families/spoken.h"
#include "emulator/bedrock/families/vectors.h"

namespace bedlam::bedrock {
namespace {

constexpr int kEmbedTexts = 96, kEmbedCharacters = 2'048;            // the guide's
constexpr int kEmbedDimensions = 1'024, kEmbedV4Dimensions = 1'536;  // the guide's

bool is_v4(std::string_view model) {
  return glob_match("cohere.embed-v4*", model);
}

std::vector<Member> cohere_embed_schema(bool v4) {
  using enum JsonType;
  const Member text{.name = "",
                    .type = kString,
                    .to = v4 ? std::numeric_limits<double>::infinity() : kEmbedCharacters};
  std::vector<Member> schema{
      {.name = "input_type",
       .type = kString,
       .required = true,
       .words = {"search_document", "search_query", "classification", "clustering", "image"}},
      {.name = "texts", .type = kArray, .to = kEmbedTexts, .items = {text}},
      {.name = "images", .type = kArray, .to = v4 ? 96.0 : 1.0, .items = {{"", kString}}},
      {.name = "truncate", .type = kString, .words = {"NONE", "START", "END", "LEFT", "RIGHT"}},
      {.name = "embedding_types",
       .type = kArray,
       .items = {{.name = "",
                  .type = kString,
                  .words = {"float", "int8", "uint8", "binary", "ubinary"}}}}};
  if (v4) {
    schema.push_back(
        {.name = "output_dimension", .type = kInteger, .numbers = {256, 512, 1'024, 1'536}});
    schema.push_back({.name = "inputs", .type = kArray, .to = kEmbedTexts});
    schema.push_back({.name = "max_tokens", .type = kInteger, .from = 1, .to = 128'000});
  }
  return schema;
}

// Texts or, where there are none, pictures or inputs of both as they are written.
std::vector<std::string> embedded(const Json& body) {
  std::vector<std::string> texts = texts_of(body, "texts");
  if (texts.empty()) texts = texts_of(body, "images");
  const Json* inputs = find(body, "inputs");
  if (!texts.empty() || inputs == nullptr) return texts;
  for (const Json& input : *inputs) texts.push_back(to_text(input));
  return texts;
}

// What is counted of inputs of texts and pictures.
void read_inputs(const Json& inputs, Turn& turn) {
  for (const Json& input : inputs) {
    const Json* content = find(input, "content");
    if (content == nullptr || !content->is_array()) continue;
    for (const Json& part : *content) {
      const std::string text = text_or(part, "text", "");
      if (text.empty()) {
        turn.other_tokens += kMaxImageTokens;
      } else {
        turn.texts.push_back(text);
      }
    }
  }
}

Json values_of(const std::vector<double>& vector, const std::string& type) {
  if (type == "int8") return int8_values(vector);
  if (type == "uint8") return uint8_values(vector);
  if (type == "binary") return packed_signed(vector);
  if (type == "ubinary") return packed_bits(vector);
  return float_values(vector);
}

class CohereEmbed : public ComputingFamily {
 public:
  bool serves(std::string_view model) const override { return model.starts_with("cohere.embed-"); }

  Json request(const std::string& prompt, int /*max_tokens*/,
               std::string_view /*model*/) const override {
    return {{"texts", Json::array({prompt})}, {"input_type", "search_document"}};
  }
  Result<Conversation, aws::Error> read(const Json& body, std::string_view model) const override {
    if (const auto refused = refusal_of(body, cohere_embed_schema(is_v4(model)))) return *refused;
    Conversation conversation;
    Turn turn{true, texts_of(body, "texts"), 0};
    turn.other_tokens = static_cast<int>(texts_of(body, "images").size()) * kMaxImageTokens;
    if (const Json* inputs = find(body, "inputs")) read_inputs(*inputs, turn);
    conversation.turns.push_back(std::move(turn));
    return conversation;
  }

  Json compute(const Json& body, std::string_view model, const std::optional<std::string>& instead,
               Random random) const override {
    const int dimensions =
        is_v4(model) ? int_or(body, "output_dimension", kEmbedV4Dimensions) : kEmbedDimensions;
    const std::vector<std::string> types = texts_of(body, "embedding_types");
    Json answer{{"id", random.uuid()}};
    Json& embeddings = answer["embeddings"];
    embeddings = types.empty() ? Json::array() : Json::object();
    for (const std::string& text : embedded(body)) {
      const auto vector = text_vector(instead.value_or(text), static_cast<std::size_t>(dimensions));
      if (types.empty()) embeddings.push_back(float_values(vector));
      for (const std::string& type : types) embeddings[type].push_back(values_of(vector, type));
    }
    answer["response_type"] = types.empty() ? "embeddings_floats" : "embeddings_by_type";
    answer["texts"] = texts_of(body, "texts");
    return answer;
  }
};

}  // namespace

const Family& cohere_embed() {
  static const CohereEmbed kFamily;
  return kFamily;
}

}  // namespace bedlam::bedrock
