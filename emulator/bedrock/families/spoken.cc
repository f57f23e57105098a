#include "emulator/bedrock/families/spoken.h"

namespace bedlam::bedrock {
namespace {

// Texts around the pieces, which keep their tokens.
void enclose(std::vector<Piece>& pieces, std::string_view before, std::string_view after) {
  if (pieces.empty()) return;
  pieces.front().text.insert(0, before);
  pieces.back().text += after;
}

struct SpokenBlock {
  ReasoningMarks marks;

  std::vector<Piece> operator()(const TextBlock& block) const { return block.pieces; }
  std::vector<Piece> operator()(const ReasoningBlock& block) const {
    std::vector<Piece> pieces = block.pieces;
    enclose(pieces, marks.before, marks.after);
    return pieces;
  }
  std::vector<Piece> operator()(const ToolUseBlock& block) const {
    std::vector<Piece> pieces = block.pieces;
    enclose(pieces, R"({"name":)" + to_text(Json(block.name)) + R"(,"parameters":)", "}");
    return pieces;
  }
};

}  // namespace

std::vector<Piece> spoken(const Answer& answer, ReasoningMarks marks) {
  std::vector<Piece> pieces;
  for (const Block& block : answer.blocks) {
    for (Piece& piece : std::visit(SpokenBlock{marks}, block)) {
      pieces.push_back(std::move(piece));
    }
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

std::vector<Chunk> text_chunks(const Answer& answer, const std::vector<Piece>& pieces,
                               const WriteChunk& write) {
  std::vector<Chunk> chunks;
  chunks.reserve(pieces.size() + 1);
  const bool cut = answer.stop_reason == "max_tokens" && !pieces.empty();
  int tokens = 0;
  for (const Piece& piece : pieces) {
    tokens += piece.tokens;
    const bool last = cut && &piece == &pieces.back();
    chunks.push_back({write(piece.text, tokens, last), tokens});
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
