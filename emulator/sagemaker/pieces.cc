#include "emulator/sagemaker/pieces.h"

#include <array>

namespace bedlam::sagemaker {
namespace {

constexpr std::string_view kDefaultText =
    "This is the default answer of the emulated endpoint. A scenario can give it others.";
constexpr std::array<std::string_view, 16> kFillerWords{
    "the",  "road", "bright", "family", "quiet", "engine", "space", "light",
    "turn", "safe", "city",   "doors",  "open",  "calm",   "voice", "mile"};

struct Said {
  const Random& random;

  std::vector<std::string> operator()(const std::string& text) const { return split_words(text); }
  std::vector<std::string> operator()(const script::Tokens& tokens) const {
    Random draws = random.derive("filler");
    std::vector<std::string> words;
    for (int i = 0; i < tokens.count; ++i) {
      words.push_back((i == 0 ? "" : " ") +
                      std::string(kFillerWords.at(draws.below(kFillerWords.size()))));
    }
    return words;
  }
  std::vector<std::string> operator()(const script::ToolUse& tool) const {
    return split_words(to_text(tool.input));
  }
  std::vector<std::string> operator()(const script::Body& body) const {
    return split_words(to_text(body.value));
  }
  std::vector<std::string> operator()(const script::Recorded& recorded) const {
    std::vector<std::string> chunks;
    for (const script::RecordedChunk& chunk : recorded.chunks) chunks.push_back(chunk.text);
    return chunks;
  }
  // Endpoints have none.
  std::vector<std::string> operator()(const script::Verbatim& recorded) const {
    return split_words(recorded.body);
  }
};

}  // namespace

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> pieces;
  std::size_t from = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] != ' ' || text[i - 1] == ' ') continue;
    pieces.emplace_back(text.substr(from, i - from));
    from = i;
  }
  pieces.emplace_back(text.substr(from));
  return pieces;
}

std::vector<std::string> said_pieces(const script::Answer* wanted, const Random& random) {
  if (wanted == nullptr) return split_words(kDefaultText);
  return std::visit(Said{random}, wanted->content);
}

std::string prompt_in(const Json& body) {
  if (body.is_string()) return body.get<std::string>();
  for (const std::string_view name : {"inputs", "prompt"}) {
    const Json* value = find(body, name);
    if (value != nullptr && value->is_string()) return value->get<std::string>();
  }
  const Json* messages = find(body, "messages");
  if (messages == nullptr || !messages->is_array() || messages->empty()) return "";
  const Json* content = find(messages->back(), "content");
  if (content == nullptr) return "";
  if (content->is_string()) return content->get<std::string>();
  std::string text;
  if (!content->is_array()) return text;
  for (const Json& part : *content) {
    const Json* said = find(part, "text");
    if (said != nullptr && said->is_string())
      text += (text.empty() ? "" : "\n") + said->get<std::string>();
  }
  return text;
}

}  // namespace bedlam::sagemaker
