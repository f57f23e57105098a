#include "emulator/bedrock/conversation.h"

#include <algorithm>

#include "emulator/bedrock/tokens.h"

namespace bedlam::bedrock {
namespace {

// Keeps the text before the earliest stop sequence, and says which one it was.
std::optional<std::string> cut_at_stop_sequence(std::vector<std::string>& pieces,
                                                const std::vector<std::string>& stops) {
  const std::string text = joined(pieces);
  std::size_t earliest = std::string::npos;
  std::optional<std::string> found;
  for (const std::string& stop : stops) {
    const std::size_t at = stop.empty() ? std::string::npos : text.find(stop);
    if (at >= earliest) continue;
    earliest = at;
    found = stop;
  }
  if (!found) return found;
  std::size_t kept = 0, bytes = 0;
  while (kept < pieces.size() && bytes + pieces[kept].size() <= earliest) {
    bytes += pieces[kept++].size();
  }
  if (bytes < earliest) pieces[kept++].resize(earliest - bytes);
  pieces.resize(kept);
  return found;
}

constexpr std::string_view kReasoningStart = "<reasoning>", kReasoningEnd = "</reasoning>";
constexpr std::string_view kSignatureLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kSignatureLength = 64;

std::size_t tokens_left(const Conversation& conversation, const Answer& answer) {
  return static_cast<std::size_t>(std::max(conversation.max_tokens - answer.output_tokens, 0));
}

Answer say(std::vector<std::string> pieces, const Conversation& conversation, Answer answer = {}) {
  answer.stop_reason = "end_turn";
  const std::size_t limit = tokens_left(conversation, answer);
  if (pieces.size() > limit) {
    pieces.resize(limit);
    answer.stop_reason = "max_tokens";
  }
  answer.stop_sequence = cut_at_stop_sequence(pieces, conversation.stop_sequences);
  if (answer.stop_sequence) answer.stop_reason = "stop_sequence";
  answer.output_tokens += static_cast<int>(pieces.size());
  if (!pieces.empty()) answer.blocks.emplace_back(TextBlock{std::move(pieces)});
  return answer;
}

// The reasoning at the start of the text, taken off it.
Answer reason(std::string_view& text, const Conversation& conversation, const Random& random) {
  Answer answer;
  const std::size_t end = text.find(kReasoningEnd);
  const bool reasons = conversation.reasoning != Reasoning::kNone &&
                       text.starts_with(kReasoningStart) && end != std::string_view::npos;
  if (!reasons) return answer;
  ReasoningBlock block;
  block.pieces = tokenize(text.substr(kReasoningStart.size(), end - kReasoningStart.size()));
  block.pieces.resize(std::min(block.pieces.size(), tokens_left(conversation, answer)));
  if (conversation.reasoning == Reasoning::kSigned) {
    block.signature = random.derive("signature").text(kSignatureLetters, kSignatureLength);
  }
  answer.output_tokens = static_cast<int>(block.pieces.size());
  if (!block.pieces.empty()) answer.blocks.emplace_back(std::move(block));
  text.remove_prefix(end + kReasoningEnd.size());
  return answer;
}

struct Compose {
  const Conversation& conversation;
  const Random& random;

  Answer operator()(const std::string& whole) const {
    std::string_view text = whole;
    Answer answer = reason(text, conversation, random);
    return say(tokenize(text), conversation, std::move(answer));
  }
  Answer operator()(const script::Tokens& tokens) const {
    return say(filler(tokens.count, random.derive("filler")), conversation);
  }
  Answer operator()(const script::ToolUse& tool) const {
    Answer answer;
    answer.stop_reason = "tool_use";
    ToolUseBlock block{tool.name, tool.input.is_null() ? Json::object() : tool.input, {}};
    block.pieces = tokenize(to_text(block.input));
    answer.output_tokens = static_cast<int>(block.pieces.size());
    answer.blocks.emplace_back(std::move(block));
    return answer;
  }
  // A body is sent as it is; nothing is composed.
  Answer operator()(const script::Body& /*body*/) const { return {}; }
};

}  // namespace

std::string prompt_of(const Conversation& conversation) {
  const auto& turns = conversation.turns;
  const auto last =
      std::find_if(turns.rbegin(), turns.rend(), [](const Turn& turn) { return turn.from_user; });
  if (last == turns.rend()) return "";
  std::string prompt;
  for (const std::string& text : last->texts) prompt += (prompt.empty() ? "" : "\n") + text;
  return prompt;
}

int input_tokens(const Conversation& conversation) {
  int tokens = 0;
  for (const std::string& text : conversation.instructions) tokens += count_tokens(text);
  for (const Turn& turn : conversation.turns) {
    tokens += turn.other_tokens;
    for (const std::string& text : turn.texts) tokens += count_tokens(text);
  }
  return std::max(tokens, 1);
}

Answer compose(const script::Answer* wanted, const Conversation& conversation,
               const Random& random) {
  Answer answer = wanted == nullptr ? say(tokenize(kDefaultText), conversation)
                                    : std::visit(Compose{conversation, random}, wanted->content);
  answer.input_tokens = input_tokens(conversation);
  if (wanted != nullptr && !wanted->stop_reason.empty()) answer.stop_reason = wanted->stop_reason;
  return answer;
}

std::string joined(const std::vector<std::string>& pieces) {
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  return text;
}

}  // namespace bedlam::bedrock
