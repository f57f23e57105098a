// What the built-in client sends to a model whose own JSON InvokeModel takes, for a `prompt`, and
// what it reads from its answers (facts: model-families.md). The client is a caller like any other:
// it knows the families by their public pages, not by the emulator.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/base/json.h"

namespace bedlam::harness {

// The body for one message of the user. A model that no family is known for gets Anthropic's.
Json model_body(std::string_view model, const std::string& prompt, int max_tokens);

// Parts of an answer, or of one chunk of a stream; "" and 0 where it has none.
struct ModelWords {
  std::string text, stop_reason;
  int tokens = 0;
};
ModelWords words_of_answer(const Json& body);
ModelWords words_of_chunk(const Json& chunk);

}  // namespace bedlam::harness
