#include "harness/client/model_body.h"

#include <array>
#include <initializer_list>
#include <limits>

#include "emulator/base/glob.h"
#include "emulator/script/model_id.h"

namespace bedlam::harness {
namespace {

Json one_message(Json content) {
  return Json::array({Json{{"role", "user"}, {"content", std::move(content)}}});
}

Json for_anthropic(const std::string& prompt, int max_tokens) {
  return {{"anthropic_version", "bedrock-2023-05-31"},
          {"max_tokens", max_tokens},
          {"messages", one_message(Json::array({Json{{"type", "text"}, {"text", prompt}}}))}};
}
Json for_nova(const std::string& prompt, int max_tokens) {
  return {{"messages", one_message(Json::array({Json{{"text", prompt}}}))},
          {"inferenceConfig", {{"maxTokens", max_tokens}}}};
}
Json for_titan_text(const std::string& prompt, int max_tokens) {
  return {{"inputText", prompt}, {"textGenerationConfig", {{"maxTokenCount", max_tokens}}}};
}
Json for_llama(const std::string& prompt, int max_tokens) {
  return {{"prompt", prompt}, {"max_gen_len", max_tokens}};
}
Json for_completion(const std::string& prompt, int max_tokens) {
  return {{"prompt", prompt}, {"max_tokens", max_tokens}};
}
Json for_chat(const std::string& prompt, int max_tokens) {
  return {{"messages", one_message(prompt)}, {"max_tokens", max_tokens}};
}
Json for_gpt_oss(const std::string& prompt, int max_tokens) {
  return {{"messages", one_message(prompt)}, {"max_completion_tokens", max_tokens}};
}
Json for_command_r(const std::string& prompt, int max_tokens) {
  return {{"message", prompt}, {"max_tokens", max_tokens}};
}
Json for_titan_embeddings(const std::string& prompt, int /*max_tokens*/) {
  return {{"inputText", prompt}};
}
Json for_cohere_embed(const std::string& prompt, int /*max_tokens*/) {
  return {{"texts", Json::array({prompt})}, {"input_type", "search_document"}};
}
Json for_nova_embeddings(const std::string& prompt, int /*max_tokens*/) {
  const Json text{{"truncationMode", "END"}, {"value", prompt}};
  return {{"taskType", "SINGLE_EMBEDDING"},
          {"singleEmbeddingParams", {{"embeddingPurpose", "GENERIC_INDEX"}, {"text", text}}}};
}
Json for_picture(const std::string& prompt, int /*max_tokens*/) {
  return {{"taskType", "TEXT_IMAGE"}, {"textToImageParams", {{"text", prompt}}}};
}

struct FamilyBody {
  std::string_view pattern;  // over ids without profile prefix; the first that matches
  Json (*write)(const std::string& prompt, int max_tokens);
};
constexpr std::array<FamilyBody, 17> kFamilies{{{"amazon.nova-canvas-*", for_picture},
                                                {"amazon.titan-image-*", for_picture},
                                                {"amazon.titan-embed-*", for_titan_embeddings},
                                                {"amazon.nova-*embed*", for_nova_embeddings},
                                                {"cohere.embed-*", for_cohere_embed},
                                                {"amazon.nova-*", for_nova},
                                                {"amazon.titan-text-*", for_titan_text},
                                                {"meta.*", for_llama},
                                                {"mistral.mistral-large-2407*", for_chat},
                                                {"mistral.pixtral-*", for_chat},
                                                {"mistral.*", for_completion},
                                                {"cohere.command-r-*", for_command_r},
                                                {"cohere.*", for_completion},
                                                {"ai21.*", for_chat},
                                                {"deepseek.*", for_completion},
                                                {"openai.*", for_gpt_oss},
                                                {"*", for_anthropic}}};

// The first of these places that has something.
const Json* first_of(const Json& body, std::initializer_list<const char*> places) {
  for (const char* place : places) {
    const Json::json_pointer pointer(place);
    if (body.contains(pointer) && !body.at(pointer).is_null()) return &body.at(pointer);
  }
  return nullptr;
}

std::string text_of(const Json* found) {
  return found != nullptr && found->is_string() ? found->get<std::string>() : "";
}

// Below zero is none; what nothing can count is nothing said.
std::optional<int> number_of(const Json* found) {
  if (found == nullptr || !found->is_number_integer()) return std::nullopt;
  if (found->is_number_unsigned()) {
    const auto count = found->get<std::uint64_t>();
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<int>::max());
    return count > kMost ? std::nullopt : std::optional(static_cast<int>(count));
  }
  return 0;
}

std::string stop_reason_of(const Json& body) {
  return text_of(first_of(
      body,
      {"/stop_reason", "/stopReason", "/messageStop/stopReason", "/results/0/completionReason",
       "/completionReason", "/outputs/0/stop_reason", "/choices/0/stop_reason",
       "/choices/0/finish_reason", "/generations/0/finish_reason", "/finish_reason"}));
}

}  // namespace

Json model_body(std::string_view model, const std::string& prompt, int max_tokens) {
  const std::string_view id = script::base_model_id(model);
  for (const FamilyBody& family : kFamilies) {
    if (glob_match(family.pattern, id)) return family.write(prompt, max_tokens);
  }
  return for_anthropic(prompt, max_tokens);
}

ModelWords words_of_answer(const Json& body) {
  ModelWords words;
  const Json* blocks = first_of(body, {"/content", "/output/message/content"});
  if (blocks != nullptr && blocks->is_array()) {
    for (const Json& block : *blocks) words.text += text_of(find(block, "text"));
  } else {
    words.text = text_of(first_of(
        body, {"/generation", "/results/0/outputText", "/outputs/0/text",
               "/choices/0/message/content", "/choices/0/text", "/generations/0/text", "/text"}));
  }
  words.stop_reason = stop_reason_of(body);
  words.tokens = number_of(
      first_of(body, {"/usage/output_tokens", "/usage/outputTokens", "/usage/completion_tokens",
                      "/generation_token_count", "/results/0/tokenCount"}));
  return words;
}

ModelWords words_of_chunk(const Json& chunk) {
  ModelWords words;
  words.text =
      text_of(first_of(chunk, {"/generation", "/outputText", "/outputs/0/text",
                               "/choices/0/delta/content", "/choices/0/message/content",
                               "/choices/0/text", "/contentBlockDelta/delta/text", "/text"}));
  words.stop_reason = stop_reason_of(chunk);
  words.tokens = token_count_in(chunk, "/amazon-bedrock-invocationMetrics/outputTokenCount");
  return words;
}

std::optional<int> token_count_in(const Json& json, const char* pointer) {
  return number_of(first_of(json, {pointer}));
}

}  // namespace bedlam::harness
