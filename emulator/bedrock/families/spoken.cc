#include "emulator/bedrock/families/spoken.h"

namespace bedlam::bedrock {
namespace {

// Texts around the pieces, which stay as many as they are.
void enclose(std::vector<std::string>& pieces, std::string_view before, std::string_view after) {
  if (pieces.empty()) return;
  pieces.front().insert(0, before);
  pieces.back() += after;
}

struct SpokenBlock {
  ReasoningMarks marks;

  std::vector<std::string> operator()(const TextBlock& block) const { return block.pieces; }
  std::vector<std::string> operator()(const ReasoningBlock& block) const {
    std::vector<std::string> pieces = block.pieces;
    enclose(pieces, marks.before, marks.after);
    return pieces;
  }
  std::vector<std::string> operator()(const ToolUseBlock& block) const {
    std::vector<std::string> pieces = block.pieces;
    enclose(pieces, R"({"name":)" + to_text(Json(block.name)) + R"(,"parameters":)", "}");
    return pieces;
  }
};

}  // namespace

std::vector<std::string> spoken(const Answer& answer, ReasoningMarks marks) {
  std::vector<std::string> pieces;
  for (const Block& block : answer.blocks) {
    for (std::string& piece : std::visit(SpokenBlock{marks}, block)) {
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

std::vector<Chunk> text_chunks(const Answer& answer, const std::vector<std::string>& pieces,
                               const WriteChunk& write) {
  std::vector<Chunk> chunks;
  chunks.reserve(pieces.size() + 1);
  const bool cut = answer.stop_reason == "max_tokens" && !pieces.empty();
  int tokens = 0;
  for (const std::string& piece : pieces) {
    ++tokens;
    const bool last = cut && tokens == static_cast<int>(pieces.size());
    chunks.push_back({write(piece, tokens, last), tokens});
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
