#include "emulator/bedrock/conversation/conversation.h"

#include <algorithm>

#include "emulator/base/utf8.h"
#include "emulator/bedrock/conversation/tokens.h"

namespace bedlam::bedrock {
namespace {

// Keeps the text before the earliest stop sequence, and says which one it was.
std::optional<std::string> cut_at_stop_sequence(Pieces& tokens,
                                                const std::vector<std::string>& stops) {
  std::size_t earliest = std::string::npos;
  std::optional<std::string> found;
  for (const std::string& stop : stops) {
    const std::size_t at = stop.empty() ? std::string::npos : tokens.text().find(stop);
    if (at >= earliest) continue;
    earliest = at;
    found = stop;
  }
  if (found) tokens.cut_text(earliest);
  return found;
}

constexpr std::string_view kReasoningStart = "<reasoning>", kReasoningEnd = "</reasoning>";
constexpr std::string_view kRedactedStart = "<redacted_reasoning>",
                           kRedactedEnd = "</redacted_reasoning>";
constexpr std::size_t kRedactedLength = 128;  // of base64
constexpr std::string_view kSignatureLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kSignatureLength = 64;

std::size_t tokens_left(const Conversation& conversation, const Answer& answer) {
  return static_cast<std::size_t>(std::max(conversation.max_tokens - answer.output_tokens, 0));
}

// A token without text goes with the next that has one, or with the last.
void add_piece(std::string_view text, int tokens, int& without_text, Pieces& pieces) {
  if (text.empty()) {
    without_text += tokens;
    return;
  }
  pieces.push_back({text, tokens + without_text});
  without_text = 0;
}

// A chunk ends with each of these tokens, and with the last of all.
template <typename Ends>
Pieces chunks_at(const Pieces& tokens, Ends ends) {
  Pieces pieces;
  int without_text = 0, count = 0;
  std::string text;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    text += tokens[i].text;
    ++count;
    if (!ends(i) && i + 1 < tokens.size()) continue;
    add_piece(text, count, without_text, pieces);
    text.clear();
    count = 0;
  }
  if (without_text == 0) return pieces;
  Pieces all;
  if (pieces.empty()) all.push_back({"", without_text});
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const bool last = i + 1 == pieces.size();
    all.push_back({pieces[i].text, pieces[i].tokens + (last ? without_text : 0)});
  }
  return all;
}

// A token belongs to the chunk in which it begins.
Pieces chunks_of_characters(const Pieces& tokens, int characters) {
  Pieces pieces;
  std::size_t begin = 0, end = 0, next = 0;
  for (const Piece chunk :
       tokenize(tokens.text(), {script::TokenRule::Kind::kCharacters, characters})) {
    end += chunk.text.size();
    int count = 0;
    for (; next < tokens.size() && (begin < end || end == tokens.text().size()); ++next, ++count) {
      begin += tokens[next].text.size();
    }
    pieces.push_back({chunk.text, count});
  }
  return pieces;
}

Pieces in_chunks(Pieces tokens, const std::optional<script::ChunkRule>& rule) {
  if (rule && rule->characters > 0) return chunks_of_characters(tokens, rule->characters);
  const auto each = static_cast<std::size_t>(rule ? std::max(rule->tokens, 1) : 1);
  if (each == 1 && tokens.all_have_text()) return tokens;
  return chunks_at(tokens, [&](std::size_t i) { return (i + 1) % each == 0; });
}

// What stands between two marks at the start of the text, taken off it.
std::optional<std::string_view> take_marked(std::string_view& text, std::string_view start,
                                            std::string_view end_mark) {
  const std::size_t end = text.find(end_mark);
  if (!text.starts_with(start) || end == std::string_view::npos) return std::nullopt;
  const std::string_view inside = text.substr(start.size(), end - start.size());
  text.remove_prefix(end + end_mark.size());
  return inside;
}

class Composer {
 public:
  Composer(const script::Answer& wanted, const Conversation& conversation, const Random& random)
      : wanted_(wanted),
        conversation_(conversation),
        random_(random),
        chunk_rule_(wanted.chunks ? wanted.chunks : conversation.chunk_rule) {
    answer_.chunked = chunk_rule_.has_value();
  }

  Answer compose() && {
    std::visit(*this, wanted_.content);
    return std::move(answer_);
  }

  void operator()(const std::string& whole) {
    std::string_view text = whole;
    std::optional<int> left = wanted_.output_tokens;
    reason(text, left);
    redact(text);
    say(tokens_in(text, left));
  }
  void operator()(const script::Tokens& tokens) { say(filler_of(tokens.count)); }
  void operator()(const script::ToolUse& tool) {
    answer_.stop_reason = "tool_use";
    ToolUseBlock block{tool.name, tool.input.is_null() ? Json::object() : tool.input, {}};
    Pieces tokens = tokens_in(to_text(block.input), wanted_.output_tokens);
    answer_.output_tokens = static_cast<int>(tokens.size());
    block.pieces = in_chunks(std::move(tokens), chunk_rule_);
    answer_.blocks.emplace_back(std::move(block));
  }
  void operator()(const script::Recorded& recorded);
  // A body is sent as it is; nothing is composed.
  void operator()(const script::Body& /*body*/) {}
  void operator()(const script::Verbatim& /*recorded*/) {}

 private:
  Pieces tokens_in(std::string_view text, std::optional<int> count) const {
    return count ? split_evenly(text, *count) : tokenize(text, conversation_.token_rule);
  }
  Pieces filler_of(int count) const;
  void reason(std::string_view& text, std::optional<int>& left);
  void redact(std::string_view& text);
  void say(Pieces tokens, const std::vector<std::size_t>& ends = {});

  const script::Answer& wanted_;
  const Conversation& conversation_;
  const Random& random_;
  std::optional<script::ChunkRule> chunk_rule_;
  Answer answer_;
};

// Tokens of the default rule make more than enough words, and enough characters when there are as
// many as characters are wanted.
Pieces Composer::filler_of(int count) const {
  const Random random = random_.derive("filler");
  const script::TokenRule rule = conversation_.token_rule;
  if (rule.kind == script::TokenRule::Kind::kDefault) return filler(count, random);
  const bool words = rule.kind == script::TokenRule::Kind::kWords;
  Pieces tokens =
      tokenize(filler(count * (words ? 2 : std::max(rule.characters, 1)), random).text(), rule);
  tokens.cut(static_cast<std::size_t>(count));
  return tokens;
}

// The reasoning at the start of the text, taken off it with its share of the tokens.
void Composer::reason(std::string_view& text, std::optional<int>& left) {
  if (conversation_.reasoning == Reasoning::kNone) return;
  const auto thought = take_marked(text, kReasoningStart, kReasoningEnd);
  if (!thought) return;
  std::optional<int> share;
  if (left) {
    const auto part = static_cast<double>(characters_in(*thought));
    const auto all = part + static_cast<double>(characters_in(text));
    share = std::clamp(static_cast<int>(*left * part / all), 1, std::max(*left - 1, 1));
    left = std::max(*left - *share, 1);
  }
  Pieces tokens = tokens_in(*thought, share);
  tokens.cut(tokens_left(conversation_, answer_));
  answer_.output_tokens = static_cast<int>(tokens.size());
  ReasoningBlock block;
  block.pieces = in_chunks(std::move(tokens), chunk_rule_);
  if (conversation_.reasoning == Reasoning::kSigned) {
    block.signature = random_.derive("signature").text(kSignatureLetters, kSignatureLength);
  }
  if (!block.pieces.empty()) answer_.blocks.emplace_back(std::move(block));
}

// The encrypted reasoning at the start of the text, taken off it.
void Composer::redact(std::string_view& text) {
  if (conversation_.reasoning != Reasoning::kSigned) return;
  const auto hidden = take_marked(text, kRedactedStart, kRedactedEnd);
  if (!hidden) return;
  ReasoningBlock block;
  block.redacted = random_.derive("redacted").text(kSignatureLetters, kRedactedLength);
  const auto tokens = tokens_in(*hidden, std::nullopt).size();
  answer_.output_tokens += static_cast<int>(std::min(tokens, tokens_left(conversation_, answer_)));
  answer_.blocks.emplace_back(std::move(block));
}

// Each chunk begins with a token; where the answer has a count of its own, the chunks share it by
// their length, and each has one at least.
void Composer::operator()(const script::Recorded& recorded) {
  std::size_t length = 0, behind = 0;
  for (const script::RecordedChunk& chunk : recorded.chunks) length += chunk.text.size();
  const auto all = static_cast<std::size_t>(wanted_.output_tokens.value_or(0));
  Pieces tokens;
  std::vector<std::size_t> ends;
  for (const script::RecordedChunk& chunk : recorded.chunks) {
    behind += chunk.text.size();
    const std::size_t more = recorded.chunks.size() - ends.size() - 1;
    std::optional<int> count;
    if (wanted_.output_tokens) {
      const std::size_t until = std::clamp(all * behind / length, tokens.size() + 1,
                                           std::max(all - std::min(all, more), tokens.size() + 1));
      count = static_cast<int>(until - tokens.size());
    }
    for (const Piece token : tokens_in(chunk.text, count)) {
      tokens.push_back(token);
      if (chunk.at) answer_.ready.push_back(*chunk.at);
    }
    ends.push_back(tokens.size() - 1);
  }
  answer_.chunked = true;
  say(std::move(tokens), ends);
}

void Composer::say(Pieces tokens, const std::vector<std::size_t>& ends) {
  answer_.stop_reason = "end_turn";
  const std::size_t limit = tokens_left(conversation_, answer_);
  if (tokens.size() > limit) {
    tokens.cut(limit);
    answer_.stop_reason = "max_tokens";
  }
  answer_.stop_sequence = cut_at_stop_sequence(tokens, conversation_.stop_sequences);
  if (answer_.stop_sequence) answer_.stop_reason = "stop_sequence";
  answer_.output_tokens += static_cast<int>(tokens.size());
  if (!answer_.ready.empty()) answer_.ready.resize(std::max<std::size_t>(tokens.size(), 1));
  if (tokens.empty()) return;
  const auto ends_here = [&](std::size_t i) {
    return std::binary_search(ends.begin(), ends.end(), i);
  };
  answer_.blocks.emplace_back(TextBlock{ends.empty() ? in_chunks(std::move(tokens), chunk_rule_)
                                                     : chunks_at(tokens, ends_here)});
}

}  // namespace

std::string prompt_of(const Conversation& conversation) {
  const auto& turns = conversation.turns;
  const auto last =
      std::find_if(turns.rbegin(), turns.rend(), [](const Turn& turn) { return turn.from_user; });
  if (last == turns.rend()) return "";
  std::size_t size = 0;
  for (const std::string& text : last->texts) size += text.size() + 1;
  std::string prompt;
  prompt.reserve(size);
  for (const std::string& text : last->texts) {
    if (!prompt.empty()) prompt += '\n';
    prompt += text;
  }
  return prompt;
}

int tokens_of(const Turn& turn, script::TokenRule rule) {
  int tokens = turn.other_tokens;
  for (const std::string& text : turn.counted) tokens += count_tokens(text, rule);
  for (const std::string& text : turn.texts) tokens += count_tokens(text, rule);
  return tokens;
}

int input_tokens(const Conversation& conversation) {
  if (conversation.counted_tokens > 0) return conversation.counted_tokens;
  const script::TokenRule rule = conversation.token_rule;
  int tokens = 0;
  for (const std::string& text : conversation.instructions) tokens += count_tokens(text, rule);
  for (const Turn& turn : conversation.turns) tokens += tokens_of(turn, rule);
  return std::max(tokens, 1);
}

int plain_tokens(const Conversation& conversation) {
  const script::TokenRule rule = conversation.token_rule;
  int tokens = 0;
  for (const std::string& text : conversation.instructions) tokens += count_tokens(text, rule);
  for (const Turn& turn : conversation.turns) {
    tokens += turn.other_tokens;
    for (const std::string& text : turn.texts) tokens += count_tokens(text, rule);
  }
  return std::max(tokens, 1);
}

Answer compose(const script::Answer* wanted, const Conversation& conversation,
               const Random& random) {
  static const script::Answer kByDefault{std::string(kDefaultText), ""};
  const script::Answer& said = wanted == nullptr ? kByDefault : *wanted;
  Answer answer = Composer(said, conversation, random).compose();
  answer.input_tokens = said.input_tokens.value_or(input_tokens(conversation));
  if (!said.stop_reason.empty()) answer.stop_reason = said.stop_reason;
  const bool counted = said.output_tokens.has_value();
  for (int i = 1; i < conversation.choices; ++i) {
    const Random own = random.derive("choice", static_cast<std::uint64_t>(i));
    Answer other = Composer(said, conversation, own).compose();
    other.stop_reason = said.stop_reason.empty() ? other.stop_reason : said.stop_reason;
    if (!counted) answer.output_tokens += other.output_tokens;
    answer.others.push_back(std::move(other));
  }
  return answer;
}

}  // namespace bedlam::bedrock
