#include "harness/client/model_body.h"

#include <initializer_list>
#include <limits>

#include "emulator/bedrock/bedrock_runtime.h"

namespace bedlam::harness {
namespace {

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
  const std::optional<bedrock::Model> known = bedrock::find_model(model);
  if (known) return known->family->request(prompt, max_tokens, known->id);
  constexpr std::string_view kClaude = "anthropic.claude";
  return bedrock::find_family(kClaude)->request(prompt, max_tokens, kClaude);
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
