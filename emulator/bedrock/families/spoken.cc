#include "emulator/bedrock/families/spoken.h"

namespace bedlam::bedrock {
namespace {

// Texts around the pieces, which keep their tokens.
struct SpokenBlock {
  ReasoningMarks marks;

  Pieces operator()(const TextBlock& block) const { return block.pieces; }
  Pieces operator()(const ReasoningBlock& block) const {
    Pieces pieces = block.pieces;
    pieces.enclose(marks.before, marks.after);
    return pieces;
  }
  Pieces operator()(const ToolUseBlock& block) const {
    Pieces pieces = block.pieces;
    pieces.enclose(R"({"name":)" + to_text(Json(block.name)) + R"(,"parameters":)", "}");
    return pieces;
  }
};

}  // namespace

Pieces spoken(const Answer& answer, ReasoningMarks marks) {
  Pieces pieces;
  for (const Block& block : answer.blocks) {
    pieces.append(std::visit(SpokenBlock{marks}, block));
  }
  return pieces;
}

std::string stop_word(const Answer& answer, const StopWords& words) {
  if (answer.stop_reason == "end_turn") return std::string(words.end_turn);
  if (answer.stop_reason == "max_tokens") return std::string(words.max_tokens);
  if (answer.stop_reason == "stop_sequence") return std::string(words.stop_sequence);
  if (answer.stop_reason == "tool_use") return std::string(words.tool_use);
  return answer.stop_reason;
}

std::vector<Chunk> text_chunks(const Answer& answer, const Pieces& pieces,
                               const WriteChunk& write) {
  std::vector<Chunk> chunks;
  chunks.reserve(pieces.size() + 1);
  const bool cut = answer.stop_reason == "max_tokens" && !pieces.empty();
  int tokens = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    tokens += pieces[i].tokens;
    const bool last = cut && i + 1 == pieces.size();
    chunks.push_back({write(pieces[i].text, tokens, last), tokens});
  }
  if (!cut) chunks.push_back({write("", tokens, true), tokens});
  return chunks;
}

Conversation prompted(std::string prompt, int max_tokens, std::vector<std::string> stops) {
  Conversation conversation;
  conversation.turns.push_back({true, {std::move(prompt)}, 0});
  conversation.max_tokens = max_tokens;
  conversation.stop_sequences = std::move(stops);
  return conversation;
}

}  // namespace bedlam::bedrock
