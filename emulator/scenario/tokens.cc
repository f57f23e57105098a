// Tokens and chunks: what a token is, how much a chunk carries, and answers chunk by chunk.
#include "emulator/scenario/sections.h"
#include "emulator/scenario/values.h"

namespace bedlam::scenario {
namespace {

// A token or a chunk of more would be no token or chunk. Ours.
constexpr int kMaxTokenCharacters = 100;

std::optional<script::RecordedChunk> read_recorded_chunk(const Node& node, Reader& reader) {
  script::RecordedChunk chunk;
  std::optional<std::string> text;
  if (node.kind == Node::Kind::kMap) {
    const Fields fields(node, object("recorded chunk"), reader.mistakes);
    if (const Node* value = fields.get("text")) text = read_text(*value, "text", reader.mistakes);
    if (const Node* value = fields.get("at")) {
      chunk.at = read_duration(*value, "at", reader.mistakes);
      if (!chunk.at) return std::nullopt;
    }
  } else {
    text = read_text(node, "recorded", reader.mistakes);
  }
  if (!text) return std::nullopt;
  if (text->empty()) {
    reader.mistakes.add(node.position, "a recorded chunk without text", "leave it out");
    return std::nullopt;
  }
  chunk.text = std::move(*text);
  return chunk;
}

// The count of an answer that has none of its own: by the rule, or as the scenario says.
void refuse_count(const Fields& fields, std::string_view name, std::string_view why,
                  std::string_view hint, Reader& reader) {
  if (fields.get(name) == nullptr) return;
  reader.mistakes.add(fields.key(name), std::string(why), std::string(hint));
}

}  // namespace

std::optional<script::TokenRule> read_token_rule(const Node& node, Reader& reader) {
  using Kind = script::TokenRule::Kind;
  if (node.kind != Node::Kind::kMap) {
    if (!read_choice(node, choice("words"), "tokens", reader.mistakes)) return std::nullopt;
    return script::TokenRule{Kind::kWords, 0};
  }
  const Fields fields(node, object("token rule"), reader.mistakes);
  const Node* characters = fields.get("characters");
  if (characters == nullptr) return std::nullopt;
  const auto count = read_integer(*characters, 1, "characters", reader.mistakes);
  if (!count) return std::nullopt;
  if (*count > kMaxTokenCharacters) {
    reader.mistakes.add(
        characters->position,
        "a token has at most " + std::to_string(kMaxTokenCharacters) + " characters");
    return std::nullopt;
  }
  return script::TokenRule{Kind::kCharacters, *count};
}

std::optional<script::ChunkRule> read_chunk_rule(const Node& node, Reader& reader) {
  const Fields fields(node, object("chunk rule"), reader.mistakes);
  for (const std::string_view name : {"tokens", "characters"}) {
    const Node* value = fields.get(name);
    if (value == nullptr) continue;
    const auto count = read_integer(*value, 1, name, reader.mistakes);
    if (!count) return std::nullopt;
    return name == "tokens" ? script::ChunkRule{*count, 0} : script::ChunkRule{1, *count};
  }
  return std::nullopt;
}

std::optional<script::Recorded> read_recorded(const Node& node, Reader& reader) {
  script::Recorded recorded;
  for (const Node* item : read_list(node, "recorded", reader.mistakes)) {
    auto chunk = read_recorded_chunk(*item, reader);
    if (!chunk) return std::nullopt;
    if (!recorded.chunks.empty()) {
      const script::RecordedChunk& before = recorded.chunks.back();
      if (before.at.has_value() != chunk->at.has_value()) {
        reader.mistakes.add(item->position, "some chunks have a time and some have none",
                            "write {text: …, at: …} for all of them, or only the texts");
        return std::nullopt;
      }
      if (before.at && *before.at > *chunk->at) {
        reader.mistakes.add(item->position, "the chunk before this one comes later",
                            "times are since the call, and never go back");
        return std::nullopt;
      }
    }
    recorded.chunks.push_back(std::move(*chunk));
  }
  if (recorded.chunks.empty()) return std::nullopt;
  return recorded;
}

void read_counts(const Fields& fields, script::Answer* answer, Reader& reader) {
  const bool is_answer = fields.get("answer") != nullptr;
  for (const std::string_view name : {"input_tokens", "output_tokens", "chunks"}) {
    if (is_answer) continue;
    refuse_count(fields, name, "'" + std::string(name) + "' belongs to an answer",
                 "it stands beside 'answer'", reader);
  }
  if (!is_answer || answer == nullptr) return;
  const auto* recorded = std::get_if<script::Recorded>(&answer->content);
  if (std::holds_alternative<script::Body>(answer->content)) {
    for (const std::string_view name : {"input_tokens", "output_tokens", "chunks"}) {
      refuse_count(fields, name, "a body is sent as it is", "put the counts into the body", reader);
    }
    return;
  }
  if (std::holds_alternative<script::Tokens>(answer->content)) {
    refuse_count(fields, "output_tokens", "the answer says itself how many tokens it has",
                 "leave 'output_tokens' out", reader);
  }
  if (recorded != nullptr || std::holds_alternative<script::Verbatim>(answer->content)) {
    refuse_count(fields, "chunks", "the recorded texts are the chunks", "leave 'chunks' out",
                 reader);
  }
  if (const Node* node = fields.get("input_tokens")) {
    answer->input_tokens = read_integer(*node, 1, "input_tokens", reader.mistakes);
  }
  if (const Node* node = fields.get("output_tokens")) {
    answer->output_tokens = read_integer(*node, 1, "output_tokens", reader.mistakes);
    const int least = recorded == nullptr ? 1 : static_cast<int>(recorded->chunks.size());
    if (answer->output_tokens && *answer->output_tokens < least) {
      reader.mistakes.add(node->position, "each recorded chunk has a token at least",
                          "write " + std::to_string(least) + " or more");
    }
  }
  if (const Node* node = fields.get("chunks")) answer->chunks = read_chunk_rule(*node, reader);
}

}  // namespace bedlam::scenario
