#include "emulator/bedrock/families/chat_messages.h"

#include "emulator/base/base64.h"
#include "emulator/bedrock/conversation/tokens.h"

namespace bedlam::bedrock {
namespace {

constexpr std::string_view kCallIdLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t kCallIdLength = 22;  // "v6RMMiRlT7ygYkT4uULjtg", the guide's example

Json chat_tool_call(const ToolUseBlock& block, const std::string& arguments, Random& ids) {
  const Json function{{"name", block.name}, {"arguments", arguments}};
  return {{"id", ids.text(kCallIdLetters, kCallIdLength)},
          {"type", "function"},
          {"function", function}};
}

// The tokens of a picture given as a data URL; the most that one can have where it cannot be read.
int data_url_tokens(const Json& part) {
  constexpr std::string_view kMark = ";base64,";
  const Json* image = find(part, "image_url");
  const std::string url = image == nullptr ? "" : text_or(*image, "url", "");
  const std::size_t at = url.find(kMark);
  if (at == std::string::npos) return kMaxImageTokens;
  const auto bytes = base64_decode(std::string_view(url).substr(at + kMark.size()));
  return bytes ? image_tokens(*bytes) : kMaxImageTokens;
}

void read_content(const Json& content, Turn& turn) {
  if (content.is_string()) turn.texts.push_back(content.get<std::string>());
  if (!content.is_array()) return;
  for (const Json& part : content) {
    const std::string type = text_or(part, "type", "");
    if (type == "text") {
      turn.texts.push_back(text_or(part, "text", ""));
    } else if (type == "image_url") {
      turn.other_tokens += data_url_tokens(part);
    } else {
      turn.counted.push_back(to_text(part));
    }
  }
}

// The answer's text without its tool calls.
Answer without_tools(const Answer& answer) {
  Answer rest = answer;
  std::erase_if(rest.blocks,
                [](const Block& block) { return std::holds_alternative<ToolUseBlock>(block); });
  return rest;
}

}  // namespace

Member chat_messages_member() {
  using enum JsonType;
  // What else a message may have differs: clients hand answers back with all that is in them.
  const Member message{.name = "",
                       .type = kObject,
                       .members = {{.name = "role",
                                    .type = kString,
                                    .required = true,
                                    .words = {"system", "developer", "user", "assistant", "tool"}}},
                       .open = true};
  return {.name = "messages", .type = kArray, .required = true, .from = 1, .items = {message}};
}

Member chat_tools_member() {
  return {.name = "tools", .type = JsonType::kArray};
}

Json without_nulls(const Json& body) {
  if (!body.is_object()) return body;
  Json given = Json::object();
  for (const auto& [name, value] : body.items()) {
    if (!value.is_null()) given[name] = value;
  }
  return given;
}

Json chat_messages_for(const std::string& prompt) {
  return Json::array({Json{{"role", "user"}, {"content", prompt}}});
}

std::vector<std::string> stops_of(const Json& body) {
  std::vector<std::string> stops = texts_of(body, "stop");
  if (std::string stop = text_or(body, "stop", ""); !stop.empty()) stops.push_back(std::move(stop));
  return stops;
}

Conversation read_chat(const Json& body, int max_tokens, std::vector<std::string> stops) {
  Conversation conversation;
  conversation.max_tokens = max_tokens;
  conversation.stop_sequences = std::move(stops);
  for (const Json& message : body["messages"]) {
    const std::string role = text_or(message, "role", "");
    Turn turn;
    turn.from_user = role != "assistant";
    if (const Json* content = find(message, "content")) read_content(*content, turn);
    if (const Json* calls = find(message, "tool_calls")) {
      turn.counted.push_back(to_text(*calls));
    }
    if (role == "system" || role == "developer") {
      for (std::string& text : turn.texts) conversation.instructions.push_back(std::move(text));
    } else {
      conversation.turns.push_back(std::move(turn));
    }
  }
  const Json* tools = find(body, "tools");
  if (tools != nullptr && tools->is_array()) {
    for (const Json& tool : *tools) conversation.instructions.push_back(to_text(tool));
  }
  return conversation;
}

Json chat_message(const Answer& answer, ReasoningMarks marks, Random& ids) {
  Json message{{"role", "assistant"}, {"content", spoken(without_tools(answer), marks).text()}};
  for (const Block& block : answer.blocks) {
    const auto* tool = std::get_if<ToolUseBlock>(&block);
    if (tool == nullptr) continue;
    message["tool_calls"].push_back(chat_tool_call(*tool, to_text(tool->input), ids));
  }
  return message;
}

std::vector<Chunk> chat_chunks(const Answer& answer, ReasoningMarks marks, Random& ids,
                               const WriteDelta& write) {
  std::vector<Chunk> chunks;
  int tokens = 0;
  for (const Piece piece : spoken(without_tools(answer), marks)) {
    Json delta = Json::object();
    if (chunks.empty()) delta["role"] = "assistant";
    delta["content"] = piece.text;
    tokens += piece.tokens;
    chunks.push_back({write(std::move(delta), false), tokens});
  }
  int index = 0;
  for (const Block& block : answer.blocks) {
    const auto* tool = std::get_if<ToolUseBlock>(&block);
    if (tool == nullptr) continue;
    // A call comes whole, in one chunk.
    tokens += tool->pieces.tokens();
    Json call{{"index", index++}};
    call.update(chat_tool_call(*tool, to_text(tool->input), ids));
    Json delta{{"role", "assistant"}, {"content", ""}};
    delta["tool_calls"].push_back(std::move(call));
    chunks.push_back({write(std::move(delta), false), tokens});
  }
  chunks.push_back({write(Json{{"content", ""}}, true), tokens});
  return chunks;
}

Json chat_usage(const Answer& answer) {
  return {{"prompt_tokens", answer.input_tokens},
          {"completion_tokens", answer.output_tokens},
          {"total_tokens", answer.input_tokens + answer.output_tokens}};
}

Usage read_chat_usage(const Json& body) {
  const Json* usage = find(body, "usage");
  if (usage == nullptr) return {};
  return {int_or(*usage, "prompt_tokens", 0), int_or(*usage, "completion_tokens", 0)};
}

}  // namespace bedlam::bedrock
