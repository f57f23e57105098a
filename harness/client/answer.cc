#include "harness/client/answer.h"

#include <algorithm>
#include <charconv>

#include "harness/client/model_body.h"

namespace bedlam::harness {
namespace {

// What Bedrock counted, of a model whose own body does not say.
std::optional<int> counted_by_bedrock(const rpc::Head& head, std::string_view header) {
  const std::string_view text = head.headers.get(header);
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && !text.empty() ? std::optional(std::max(count, 0)) : std::nullopt;
}

std::string text_of_blocks(const Json* blocks) {
  std::string text;
  if (blocks == nullptr || !blocks->is_array()) return text;
  for (const Json& block : *blocks) text += text_member(block, "text");
  return text;
}

// Of Converse's blocks and of Anthropic's.
std::string tool_input_of_blocks(const Json* blocks) {
  std::string text;
  if (blocks == nullptr || !blocks->is_array()) return text;
  for (const Json& block : *blocks) {
    const Json* tool = find(block, "toolUse");
    const Json* input = find(tool == nullptr ? block : *tool, "input");
    if (input != nullptr) text += to_text(*input);
  }
  return text;
}

}  // namespace

void take_cache_counts(const Json& json, const std::string& usage, Heard& heard) {
  const auto take = [&](std::initializer_list<const char*> names, std::optional<int>& to) {
    for (const char* name : names) {
      const auto count = token_count_in(json, (usage + "/" + name).c_str());
      if (count) to = count;
    }
  };
  take({"cache_read_input_tokens", "cacheReadInputTokenCount", "cacheReadInputTokens"},
       heard.cache_read_tokens);
  take({"cache_creation_input_tokens", "cacheWriteInputTokenCount", "cacheWriteInputTokens"},
       heard.cache_written_tokens);
}

std::optional<Heard> read_answer(const Operation& operation, const rpc::Head& head,
                                 std::string_view body) {
  const Result<Json, JsonError> json = parse_json(body);
  Heard heard;
  if (json) heard.answer = *json;
  if (operation.answer == Operation::Answer::kContainer) {
    heard.text = body;
    return heard;
  }
  if (!json || !json->is_object()) return std::nullopt;
  if (operation.answer == Operation::Answer::kJson) return heard;
  if (operation.answer == Operation::Answer::kModel) {
    ModelWords words = words_of_answer(*json);
    heard.text = std::move(words.text);
    heard.tokens =
        words.tokens ? words.tokens : counted_by_bedrock(head, "X-Amzn-Bedrock-Output-Token-Count");
    heard.input_tokens = counted_by_bedrock(head, "X-Amzn-Bedrock-Input-Token-Count");
    if (!heard.input_tokens) heard.input_tokens = token_count_in(*json, "/usage/input_tokens");
    heard.cache_read_tokens =
        counted_by_bedrock(head, "X-Amzn-Bedrock-Cache-Read-Input-Token-Count");
    heard.cache_written_tokens =
        counted_by_bedrock(head, "X-Amzn-Bedrock-Cache-Write-Input-Token-Count");
    take_cache_counts(*json, "/usage", heard);
    heard.stop_reason = std::move(words.stop_reason);
    heard.tool_input = tool_input_of_blocks(find(*json, "content"));
    return heard;
  }
  const Json* output = find(*json, "output");
  const Json* message = output == nullptr ? nullptr : find(*output, "message");
  if (message == nullptr) return std::nullopt;
  heard.text = text_of_blocks(find(*message, "content"));
  heard.tool_input = tool_input_of_blocks(find(*message, "content"));
  heard.tokens = token_count_in(*json, "/usage/outputTokens");
  heard.input_tokens = token_count_in(*json, "/usage/inputTokens");
  take_cache_counts(*json, "/usage", heard);
  heard.stop_reason = text_member(*json, "stopReason");
  return heard;
}

CallError read_error(const rpc::Head& head, std::string_view body) {
  CallError error;
  std::string_view type = head.headers.get("x-amzn-ErrorType");
  const Result<Json, JsonError> json = parse_json(body);
  std::string body_type;
  if (json) {
    error.message = text_member(*json, "message");
    if (error.message.empty()) error.message = text_member(*json, "Message");
    body_type = text_member(*json, "__type");
  }
  if (type.empty()) {
    type = body_type;
    type.remove_prefix(type.find('#') == std::string_view::npos ? 0 : type.find('#') + 1);
  }
  error.name = type.substr(0, type.find(':'));
  if (error.name.empty()) error.name = std::to_string(head.status);
  return error;
}

}  // namespace bedlam::harness
