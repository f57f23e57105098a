// Answers written by a family without a runtime around it.
#pragma once

#include "emulator/bedrock/families/family.h"
#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {

inline Answer said(const std::vector<std::string>& pieces, std::string stop_reason, int in,
                   int out) {
  TextBlock block;
  for (const std::string& piece : pieces) block.pieces.push_back({piece});
  return {{std::move(block)}, std::move(stop_reason), std::nullopt, in, out};
}

// UUIDs and ids made of letters, without what is random in them.
inline std::string without_uuids(const std::string& text) {
  return replace_matches(
      text, "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "<uuid>");
}

inline std::string plain_of(const std::string& model, const Answer& answer,
                            const std::string& body = "{}") {
  const Json request = Json::parse(body);
  return without_uuids(to_text(
      find_family(model)->conversing()->plain(answer, {model, request, kEpoch, Random(1)})));
}

inline std::vector<std::string> chunks_of_family(const std::string& model, const Answer& answer,
                                                 const std::string& body = "{}") {
  const Json request = Json::parse(body);
  std::vector<std::string> texts;
  const Occasion occasion{model, request, kEpoch, Random(1)};
  for (const Chunk& chunk : find_family(model)->conversing()->chunks(answer, occasion).all()) {
    texts.push_back(without_uuids(to_text(chunk.json)));
  }
  return texts;
}

// A request that the family takes, asking `prompt`.
inline std::string body_for(const std::string& model, const std::string& prompt,
                            int max_tokens = 50) {
  const std::string text = to_text(Json(prompt)), limit = std::to_string(max_tokens);
  const auto starts = [&](std::string_view with) { return model.find(with) != std::string::npos; };
  const std::string chat = R"({"messages":[{"role":"user","content":)" + text + "}]";
  if (starts("amazon.nova")) {
    return R"({"schemaVersion":"messages-v1","messages":[{"role":"user","content":[{"text":)" +
           text + R"(}]}],"inferenceConfig":{"max_new_tokens":)" + limit +
           R"(,"temperature":0.8,"topP":1,"stopSequences":["|"]}})";
  }
  if (starts("amazon.titan")) {
    return R"({"inputText":)" + text + R"(,"textGenerationConfig":{"maxTokenCount":)" + limit +
           R"(,"temperature":0.8,"topP":1,"stopSequences":["|"]}})";
  }
  if (starts("meta.")) {
    return R"({"prompt":)" + text + R"(,"max_gen_len":)" + limit +
           R"(,"temperature":0.8,"top_p":1})";
  }
  if (starts("mistral.mistral-large") || starts("ai21.")) {
    return chat + R"(,"max_tokens":)" + limit + R"(,"stop":["|"]})";
  }
  if (starts("mistral.") || starts("deepseek.")) {
    return R"({"prompt":)" + text + R"(,"max_tokens":)" + limit + R"(,"stop":["|"]})";
  }
  if (starts("cohere.command-r")) {
    return R"({"message":)" + text + R"(,"max_tokens":)" + limit +
           R"(,"p":0.99,"k":0,"stop_sequences":["|"]})";
  }
  if (starts("cohere.")) {
    return R"({"prompt":)" + text + R"(,"max_tokens":)" + limit +
           R"(,"stop_sequences":["|"],"stream":false})";
  }
  if (starts("openai.")) return chat + R"(,"max_completion_tokens":)" + limit + R"(,"stop":"|"})";
  return messages_body(prompt, max_tokens, R"(,"stop_sequences":["|"])");
}

}  // namespace bedlam::bedrock::test
