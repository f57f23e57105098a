// What the built-in client sends to a model whose own JSON InvokeModel takes, for a `prompt`, and
// what it reads from its answers (facts: model-families.md). The bodies are those that the families
// write themselves; answers are read by the families' public pages, as any other caller does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/base/json.h"

namespace bedlam::harness {

// The body for one message of the user. A model that no family serves, which the emulator refuses
// whatever it gets, gets Anthropic's.
Json model_body(std::string_view model, const std::string& prompt, int max_tokens);

// Parts of an answer, or of one chunk of a stream; "" where it has none.
struct ModelWords {
  std::string text, stop_reason;
  std::optional<int> tokens{};  // of output, in all, as its usage says
};
ModelWords words_of_answer(const Json& body);
ModelWords words_of_chunk(const Json& chunk);

// A count of tokens at that JSON pointer; nullopt where there is none.
std::optional<int> token_count_in(const Json& json, const char* pointer);

}  // namespace bedlam::harness
