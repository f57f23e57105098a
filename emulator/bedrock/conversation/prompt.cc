#include "emulator/bedrock/conversation/prompt.h"

#include <array>

#include "emulator/base/base64.h"

namespace bedlam::bedrock {
namespace {

// Where models without messages have their text (facts: model-families.md).
constexpr std::array<std::string_view, 5> kTextMembers{"prompt", "inputText", "message", "inputs",
                                                       "texts"};

void add_line(const std::string& text, std::string& to) {
  if (!to.empty()) to += '\n';
  to += text;
}

// The texts of a message's content, which may be a text, or blocks; those of a tool's result stand
// one level deeper, under names that differ between Converse and Anthropic's own bodies.
void add_texts(const Json& content, std::string& to) {
  if (content.is_string()) add_line(content.get_ref<const std::string&>(), to);
  if (!content.is_array()) return;
  for (const Json& block : content) {
    if (block.is_string()) add_line(block.get_ref<const std::string&>(), to);
    const Json* text = find(block, "text");
    if (text != nullptr && text->is_string()) add_line(text->get_ref<const std::string&>(), to);
    const Json* result = find(block, "toolResult");
    const Json* inner = find(result == nullptr ? block : *result, "content");
    if (inner != nullptr) add_texts(*inner, to);
  }
}

std::string prompt_in_messages(const Json& messages) {
  for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
    const Json* role = find(*message, "role");
    if (role == nullptr || *role != "user") continue;
    std::string prompt;
    if (const Json* content = find(*message, "content")) add_texts(*content, prompt);
    return prompt;
  }
  return "";
}

// What CountTokens asks about; null where it is not such a body.
Json counted(const Json& body) {
  const Json* input = find(body, "input");
  if (input == nullptr) return nullptr;
  if (const Json* converse = find(*input, "converse")) return *converse;
  const Json* invoke = find(*input, "invokeModel");
  const Json* bytes = invoke == nullptr ? nullptr : find(*invoke, "body");
  if (bytes == nullptr || !bytes->is_string()) return nullptr;
  const Result<Json, JsonError> inner =
      parse_json(base64_decode(bytes->get_ref<const std::string&>()).value_or(""));
  return inner.ok() ? *inner : Json();
}

}  // namespace

std::string unchecked_prompt(const Json& body) {
  const Json inner = counted(body);
  const Json& asked = inner.is_null() ? body : inner;
  const Json* messages = find(asked, "messages");
  if (messages != nullptr && messages->is_array()) return prompt_in_messages(*messages);
  std::string prompt;
  for (const std::string_view name : kTextMembers) {
    if (const Json* text = find(asked, name)) add_texts(*text, prompt);
    if (!prompt.empty()) break;
  }
  return prompt;
}

}  // namespace bedlam::bedrock
