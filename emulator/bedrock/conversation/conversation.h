// A conversation and its answer, in no family's words: what the Converse operations and the model
// families read requests into, and what they write answers from.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/base/random.h"
#include "emulator/bedrock/conversation/pieces.h"
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

// A text that a guardrail is to look at.
struct GuardedText {
  std::string text;
  // What contextual grounding compares with: neither is looked at by the other policies.
  bool grounding_source = false, query = false;
};

// `max_tokens` of a request that limits nothing.
inline constexpr int kNoTokenLimit = std::numeric_limits<int>::max();

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
  int choices = 1;                   // answers asked for at once
  int counted_tokens = 0;            // its input_tokens(), where they were counted; else 0
  std::vector<GuardedText> guarded;  // none: a guardrail looks at all texts of the user
};

// All text of the last user message, blocks separated by a line end; what a rule's `prompt` sees.
std::string prompt_of(const Conversation& conversation);
int tokens_of(const Turn& turn, script::TokenRule rule);
// By the conversation's rule; at least 1.
int input_tokens(const Conversation& conversation);
// The same of texts and pictures alone: what documents and calls of tools come to for a model is
// not known well enough to refuse them by it.
int plain_tokens(const Conversation& conversation);

struct TextBlock {
  Pieces pieces;
};
struct ToolUseBlock {
  std::string name;
  Json input;
  Pieces pieces;  // of the input's JSON text
};
struct ReasoningBlock {
  Pieces pieces;
  std::string signature;   // "" where the model does not sign
  std::string redacted{};  // instead of both: what the model keeps to itself, encrypted
};
using Block = std::variant<TextBlock, ToolUseBlock, ReasoningBlock>;

// Input tokens of a request that were read from the cache, and those written to it.
struct CacheUse {
  bool asked = false;
  int read = 0, written = 0, written_hour = 0;
  int all_written() const { return written + written_hour; }
  int all() const { return read + all_written(); }
};

// What a guardrail did to a call of a model.
struct GuardrailReport {
  bool intervened = false;
  Json trace;         // as Converse tells it; null where it was not asked for
  Json native_trace;  // as InvokeModel does
};

struct Answer {
  std::vector<Block> blocks;  // none of them empty
  std::string stop_reason;  // "end_turn", "max_tokens", "stop_sequence", "tool_use" or the script's
  std::optional<std::string> stop_sequence;
  // Of the input what no cache has to do with.
  int input_tokens = 0, output_tokens = 0;
  bool chunked = false;  // the scenario says where chunks end
  // When each token was ready, as somebody recorded it; empty where the latency says so.
  std::vector<Duration> ready{};
  CacheUse cache{};
  std::optional<GuardrailReport> guardrail{};
  // Where more than one was asked for: the others, whose tokens are among `output_tokens`.
  std::vector<Answer> others{};
};

// What the script wants said (nullptr: the default text), as the model would say it to this
// request: cut at its max_tokens, then at the first of its stop sequences. Tool input is never cut.
// Of a model that reasons, a text that starts with "<reasoning>…</reasoning>" is reasoning up to
// there; one in "<redacted_reasoning>…</redacted_reasoning>", there or behind it, is encrypted.
// Of several choices each has a seed of its own.
Answer compose(const script::Answer* wanted, const Conversation& conversation,
               const Random& random);

inline constexpr std::string_view kDefaultText =
    "This is the default answer of the emulated model. A scenario can give it others.";

}  // namespace bedlam::bedrock
