// Amazon Titan Text Embeddings G1 (v1) and v2, and Multimodal Embeddings G1 (Bedrock user guide,
// model-parameters-titan-embed-text and -titan-embed-mm; facts: model-families.md section 4). A
// picture is not looked into: its vector depends on its bytes.
#include "emulator/base/glob.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/families/spoken.h"
#include "emulator/bedrock/families/vectors.h"

namespace bedlam::bedrock {
namespace {

constexpr int kTitanEmbedCharacters = 50'000;  // the guide's
constexpr int kTitanEmbedTokens = 8'192;       // the guide's
constexpr int kTitanV1Dimensions = 1'536, kTitanV2Dimensions = 1'024;
// The length of a vector that was not normalised; ours, since the model's is not known.
constexpr double kPlainLength = 12;

bool is_v2(std::string_view model) {
  return glob_match("amazon.titan-embed-text-v2*", model);
}

const std::vector<Member>& titan_embed_schema(bool v2) {
  using enum JsonType;
  const Member text{.name = "inputText",
                    .type = kString,
                    .required = true,
                    .from = 1,
                    .to = kTitanEmbedCharacters};
  static const std::vector<Member> kV1{text};
  static const std::vector<Member> kV2{
      text,
      {.name = "dimensions", .type = kInteger, .numbers = {256, 512, 1'024}},
      {.name = "normalize", .type = kBoolean},
      {.name = "embeddingTypes",
       .type = kArray,
       .items = {{.name = "", .type = kString, .words = {"float", "binary"}}}}};
  return v2 ? kV2 : kV1;
}

bool is_multimodal(std::string_view model) {
  return model.starts_with("amazon.titan-embed-image-");
}

// A text, a picture, or both.
const std::vector<Member>& titan_multimodal_schema() {
  using enum JsonType;
  static const std::vector<Member> kSchema{
      {.name = "inputText", .type = kString},
      {.name = "inputImage", .type = kString},
      {.name = "embeddingConfig",
       .type = kObject,
       .members = {
           {.name = "outputEmbeddingLength", .type = kInteger, .numbers = {256, 384, 1'024}}}}};
  return kSchema;
}

class TitanEmbeddings : public ComputingFamily {
 public:
  bool serves(std::string_view model) const override {
    return model.starts_with("amazon.titan-embed-text-") ||
           model.starts_with("amazon.titan-embed-g1-text-") || is_multimodal(model);
  }

  Json request(const std::string& prompt, int /*max_tokens*/,
               std::string_view /*model*/) const override {
    return {{"inputText", prompt}};
  }
  Result<Conversation, aws::Error> read(const Json& body, std::string_view model) const override {
    const auto& schema =
        is_multimodal(model) ? titan_multimodal_schema() : titan_embed_schema(is_v2(model));
    if (const auto refused = refusal_of(body, schema)) return *refused;
    Conversation conversation = prompted(text_or(body, "inputText", ""), 0);
    const int tokens = input_tokens(conversation);
    if (tokens > kTitanEmbedTokens) return errors::too_many_input_tokens(kTitanEmbedTokens, tokens);
    return conversation;
  }

  Json compute(const Json& body, std::string_view model, const std::optional<std::string>& instead,
               Random /*random*/) const override {
    const std::string asked = text_or(body, "inputText", "");
    if (is_multimodal(model)) return multimodal(body, asked, instead);
    const int dimensions =
        is_v2(model) ? int_or(body, "dimensions", kTitanV2Dimensions) : kTitanV1Dimensions;
    std::vector<double> vector =
        text_vector(instead.value_or(asked), static_cast<std::size_t>(dimensions));
    const Json* normalize = find(body, "normalize");
    if (normalize != nullptr && *normalize == false) {
      for (double& value : vector) value *= kPlainLength;
    }
    Json answer = Json::object();
    answer["embedding"] = float_values(vector);
    answer["inputTextTokenCount"] = input_tokens(prompted(asked, 0));
    if (!is_v2(model)) return answer;
    std::vector<std::string> types = texts_of(body, "embeddingTypes");
    if (types.empty()) types.emplace_back("float");
    for (const std::string& type : types) {
      answer["embeddingsByType"][type] = type == "binary" ? sign_bits(vector) : answer["embedding"];
    }
    return answer;
  }

  Usage usage_of(const Json& body) const override {
    return {int_or(body, "inputTextTokenCount", 0), 0};
  }

 private:
  static Json multimodal(const Json& body, const std::string& asked,
                         const std::optional<std::string>& instead) {
    const Json* given = find(body, "embeddingConfig");
    const int dimensions = given == nullptr
                               ? kTitanV2Dimensions
                               : int_or(*given, "outputEmbeddingLength", kTitanV2Dimensions);
    const std::string input = asked + text_or(body, "inputImage", "");
    Json answer = Json::object();
    answer["embedding"] =
        float_values(text_vector(instead.value_or(input), static_cast<std::size_t>(dimensions)));
    answer["inputTextTokenCount"] = input_tokens(prompted(asked, 0));
    answer["message"] = nullptr;
    return answer;
  }
};

}  // namespace

const Family& titan_embeddings() {
  static const TitanEmbeddings kFamily;
  return kFamily;
}

}  // namespace bedlam::bedrock
