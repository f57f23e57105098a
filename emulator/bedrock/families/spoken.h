// What the families share whose answers are one text: Titan Text, Llama, Mistral and the like.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/bedrock/families/family.h"

namespace bedlam::bedrock {

// What stands around reasoning in the text; "" for nothing.
struct ReasoningMarks {
  std::string_view before, after;
};

// All that the answer says as the pieces of one text, with all its output tokens. A call of a
// tool becomes {"name":…,"parameters":…}, as models write that have no words of their own for it.
Pieces spoken(const Answer& answer, ReasoningMarks marks = {});

// The family's word for why the answer ended; a reason that only a script knows stays as it is.
struct StopWords {
  std::string_view end_turn, max_tokens, stop_sequence, tool_use;
};
std::string stop_word(const Answer& answer, const StopWords& words);

// One chunk a piece. The last says why the answer ended: the last piece where the limit cut it off,
// else one more with an empty text. `write` gets the text, the output tokens up to it, and whether
// it is the last.
using WriteChunk = std::function<Json(std::string_view text, int tokens, bool last)>;
std::vector<Chunk> text_chunks(const Answer& answer, const Pieces& pieces, const WriteChunk& write);

// A conversation of a single prompt.
Conversation prompted(std::string prompt, int max_tokens, std::vector<std::string> stops = {});

}  // namespace bedlam::bedrock
