// Amazon Nova Multimodal Embeddings through InvokeModel (Nova user guide, embeddings-schema, read
// 2026-11: SINGLE_EMBEDDING and its answer). Pictures, sound and films are not looked into: their
// vectors depend on their bytes. Segmented embeddings are asynchronous on AWS and refused here.
#include <array>

#include "emulator/bedrock/conversation/tokens.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/families/spoken.h"
#include "emulator/bedrock/families/vectors.h"

namespace bedlam::bedrock {
namespace {

constexpr int kNovaEmbedCharacters = 8'192;  // of an inline text
constexpr int kNovaEmbedDimensions = 3'072;

struct Modality {
  std::string_view member, type;
};
constexpr std::array<Modality, 4> kModalities{
    {{"text", "TEXT"}, {"image", "IMAGE"}, {"audio", "AUDIO"}, {"video", "VIDEO"}}};

const std::vector<Member>& nova_embed_schema() {
  using enum JsonType;
  static const std::vector<Member> kSchema{
      {.name = "schemaVersion", .type = kString, .words = {"nova-multimodal-embed-v1"}},
      {.name = "taskType", .type = kString, .required = true, .words = {"SINGLE_EMBEDDING"}},
      {.name = "singleEmbeddingParams",
       .type = kObject,
       .required = true,
       .members = {
           {.name = "embeddingPurpose",
            .type = kString,
            .required = true,
            .words = {"GENERIC_INDEX", "GENERIC_RETRIEVAL", "TEXT_RETRIEVAL", "IMAGE_RETRIEVAL",
                      "VIDEO_RETRIEVAL", "DOCUMENT_RETRIEVAL", "AUDIO_RETRIEVAL", "CLASSIFICATION",
                      "CLUSTERING"}},
           {.name = "embeddingDimension", .type = kInteger, .numbers = {256, 384, 1'024, 3'072}},
           {.name = "text",
            .type = kObject,
            .members = {{.name = "truncationMode",
                         .type = kString,
                         .required = true,
                         .words = {"START", "END", "NONE"}},
                        {.name = "value", .type = kString, .from = 1, .to = kNovaEmbedCharacters},
                        {.name = "source", .type = kObject}}},
           {.name = "image", .type = kObject},
           {.name = "audio", .type = kObject},
           {.name = "video", .type = kObject}}}};
  return kSchema;
}

class NovaEmbeddings : public ComputingFamily {
 public:
  bool serves(std::string_view model) const override {
    return model.starts_with("amazon.nova-2-multimodal-embeddings-");
  }

  Json request(const std::string& prompt, int /*max_tokens*/,
               std::string_view /*model*/) const override {
    const Json text{{"truncationMode", "END"}, {"value", prompt}};
    return {{"taskType", "SINGLE_EMBEDDING"},
            {"singleEmbeddingParams", {{"embeddingPurpose", "GENERIC_INDEX"}, {"text", text}}}};
  }
  Result<Conversation, aws::Error> read(const Json& body,
                                        std::string_view /*model*/) const override {
    if (const auto refused = refusal_of(body, nova_embed_schema())) return *refused;
    const Json& params = body["singleEmbeddingParams"];
    const Json* text = find(params, "text");
    Conversation conversation = prompted(text == nullptr ? "" : text_or(*text, "value", ""), 0);
    if (text == nullptr) conversation.turns.front().other_tokens = kMaxImageTokens;
    return conversation;
  }

  Json compute(const Json& body, std::string_view /*model*/,
               const std::optional<std::string>& instead, Random /*random*/) const override {
    const Json& params = body["singleEmbeddingParams"];
    const int dimensions = int_or(params, "embeddingDimension", kNovaEmbedDimensions);
    Json answer{{"embeddings", Json::array()}};
    for (const auto& [member, type] : kModalities) {
      const Json* input = find(params, member);
      if (input == nullptr) continue;
      const std::string text = text_or(*input, "value", to_text(*input));
      const auto vector = text_vector(instead.value_or(text), static_cast<std::size_t>(dimensions));
      answer["embeddings"].push_back(
          {{"embeddingType", type_of(*input, type)}, {"embedding", float_values(vector)}});
    }
    return answer;
  }

 private:
  static std::string type_of(const Json& input, std::string_view type) {
    const bool combined = text_or(input, "embeddingMode", "") == "AUDIO_VIDEO_COMBINED";
    return combined ? "AUDIO_VIDEO_COMBINED" : std::string(type);
  }
};

}  // namespace

const Family& nova_embeddings() {
  static const NovaEmbeddings kFamily;
  return kFamily;
}

}  // namespace bedlam::bedrock
