// A conversation and its answer, in no family's words: what the Converse operations and the model
// families read requests into, and what they write answers from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/base/random.h"
#include "emulator/script/script.h"

namespace bedlam::bedrock {

struct Turn {
  bool from_user = true;
  std::vector<std::string> texts;      // of text blocks and of tool results
  int other_tokens = 0;                // images
  std::vector<std::string> counted{};  // tool calls, documents: what is no text of a person's
};

// Whether the model answers with its reasoning told apart, and whether it signs it.
enum class Reasoning { kNone, kOpen, kSigned };

struct Conversation {
  std::vector<std::string>
      instructions;  // system prompts, tool definitions: all that is only counted
  std::vector<Turn> turns;
  int max_tokens = 0;
  std::vector<std::string> stop_sequences;
  Reasoning reasoning = Reasoning::kNone;
  // The scenario's, for this model: how the conversation and its answer are counted, and where the
  // chunks of a stream end (nullopt: as the family does it, most with a token each).
  script::TokenRule token_rule;
  std::optional<script::ChunkRule> chunk_rule;
};

// All text of the last user message, blocks separated by a line end; what a rule's `prompt` sees.
std::string prompt_of(const Conversation& conversation);
// By the conversation's rule; at least 1.
int input_tokens(const Conversation& conversation);

// What a stream sends in one chunk, and the tokens that begin in it. Together the pieces have as
// many as the usage says.
struct Piece {
  std::string text;
  int tokens = 1;
};
struct TextBlock {
  std::vector<Piece> pieces;
};
struct ToolUseBlock {
  std::string name;
  Json input;
  std::vector<Piece> pieces;  // of the input's JSON text
};
struct ReasoningBlock {
  std::vector<Piece> pieces;
  std::string signature;  // "" where the model does not sign
};
using Block = std::variant<TextBlock, ToolUseBlock, ReasoningBlock>;

struct Answer {
  std::vector<Block> blocks;  // none of them empty
  std::string stop_reason;  // "end_turn", "max_tokens", "stop_sequence", "tool_use" or the script's
  std::optional<std::string> stop_sequence;
  int input_tokens = 0, output_tokens = 0;
  bool chunked = false;  // the scenario says where chunks end
  // When each token was ready, as somebody recorded it; empty where the latency says so.
  std::vector<Duration> ready{};
};

// What the script wants said (nullptr: the default text), as the model would say it to this
// request: cut at its max_tokens, then at the first of its stop sequences. Tool input is never cut.
// Of a model that reasons, a text that starts with "<reasoning>…</reasoning>" is reasoning up to
// there.
Answer compose(const script::Answer* wanted, const Conversation& conversation,
               const Random& random);

inline constexpr std::string_view kDefaultText =
    "This is the default answer of the emulated model. A scenario can give it others.";

std::string joined(const std::vector<std::string>& tokens);
std::string joined(const std::vector<Piece>& pieces);
int tokens_of(const std::vector<Piece>& pieces);

}  // namespace bedlam::bedrock
