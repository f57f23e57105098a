// Reads and validates the body of the Messages API, once its members are what they must be
// (anthropic_members.cc): what the model itself refuses ("messages: …").
//
// Found in public logs: the first role, the system role, empty content and texts, stop sequences,
// max_tokens, and pictures that cannot be read. Unverified: the paths in "Field required" and
// "Input should be", and the order in which several faults are told.
#include <algorithm>
#include <array>

#include "emulator/bedrock/conversation/blocks.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/anthropic/checks.h"
#include "emulator/bedrock/families/anthropic/media.h"
#include "emulator/bedrock/families/schema.h"

namespace bedlam::bedrock {
namespace {

// Blocks that nothing is checked of. The second list is of tools that Anthropic runs, of tool
// search and of compaction, which are handed back as they came (Anthropic API, "Tool search tool",
// "Compaction"; that Bedrock has both: the Bedrock user guide).
bool is_unread_block(std::string_view type, ClaudeGeneration generation) {
  constexpr std::array<std::string_view, 4> kAlways{"document", "thinking", "redacted_thinking",
                                                    "search_result"};
  constexpr std::array<std::string_view, 4> kSinceClaude4{
      "server_tool_use", "tool_search_tool_result", "tool_reference", "compaction"};
  return std::find(kAlways.begin(), kAlways.end(), type) != kAlways.end() ||
         (generation > ClaudeGeneration::kClaude37 &&
          std::find(kSinceClaude4.begin(), kSinceClaude4.end(), type) != kSinceClaude4.end());
}

// Reads `messages`; each function gives the first problem found.
class Messages {
 public:
  Messages(Conversation& to, ClaudeGeneration generation)
      : to_(to), generation_(generation), media_(generation) {}

  Objection read(const Json& messages) {
    if (messages.empty()) return "messages: at least one message is required";
    for (std::size_t i = 0; i < messages.size(); ++i) {
      if (Objection problem = message(messages[i], i, i + 1 == messages.size())) return problem;
    }
    return media_.check_whole();
  }

  bool uses_tools() const { return uses_tools_; }

 private:
  Objection message(const Json& message, std::size_t index, bool last) {
    const auto at = [index] { return "messages." + std::to_string(index); };
    if (!message.is_object()) return at() + ": Input should be an object";
    const std::string_view role = text_in(message, "role");
    if (role == "system") {
      return "messages: Unexpected role \"system\". The Messages API accepts a top-level `system` "
             "parameter, not \"system\" as an input message role.";
    }
    if (role != "user" && role != "assistant") {
      return find(message, "role") == nullptr
                 ? at() + ".role: Field required"
                 : at() + ".role: Input should be 'user' or 'assistant'";
    }
    if (index == 0 && role != "user") return "messages: first message must use the \"user\" role";
    const Json* content = find(message, "content");
    if (content == nullptr) return at() + ".content: Field required";
    if (!content->is_string() && !content->is_array()) {
      return at() + ".content: Input should be a valid list";
    }
    const bool empty =
        content->is_string() ? content->get_ref<const std::string&>().empty() : content->empty();
    if (empty && content->is_array() && generation_ <= ClaudeGeneration::kClaude37) {
      return refusal_of_empty_content(index);
    }
    if (empty && !(last && role == "assistant")) {
      return at() +
             ": all messages must have non-empty content except for the optional final assistant "
             "message";
    }
    Turn turn;
    turn.from_user = role == "user";
    if (content->is_array()) {
      if (Objection problem = blocks(*content, at() + ".content")) return problem;
    }
    add_messages_content(*content, turn);
    to_.turns.push_back(std::move(turn));
    return std::nullopt;
  }

  // `content` is a text or a list of blocks, in messages as in tool results. What is counted of
  // them is of blocks.h.
  Objection blocks(const Json& content, const std::string& at) {
    if (content.is_string()) return std::nullopt;
    for (std::size_t i = 0; i < content.size(); ++i) {
      if (Objection problem = block(content[i], at + "." + std::to_string(i))) return problem;
    }
    return std::nullopt;
  }

  Objection block(const Json& block, const std::string& at) {
    const std::string type = text_or(block, "type", "");
    if (type == "text") {
      const Json* text = find(block, "text");
      if (text == nullptr) return at + ".text.text: Field required";
      if (!text->is_string()) return at + ".text.text: Input should be a valid string";
      if (text->get_ref<const std::string&>().empty()) {
        return "messages: text content blocks must be non-empty";
      }
      return std::nullopt;
    }
    if (type == "image") return image(block, at + ".image.source");
    if (type == "tool_use") {
      uses_tools_ = true;
      for (const std::string_view name : {"id", "name", "input"}) {
        if (find(block, name) == nullptr) {
          return at + ".tool_use." + std::string(name) + ": Field required";
        }
      }
      return std::nullopt;
    }
    if (type == "tool_result") {
      uses_tools_ = true;
      if (find(block, "tool_use_id") == nullptr) {
        return at + ".tool_result.tool_use_id: Field required";
      }
      const Json* content = find(block, "content");
      const bool readable = content != nullptr && (content->is_string() || content->is_array());
      return readable ? blocks(*content, at + ".tool_result.content") : std::nullopt;
    }
    if (type == "document") media_.add_document();
    if (is_unread_block(type, generation_)) return std::nullopt;
    return at + ": Input tag '" + type +
           "' found using 'type' does not match any of the expected tags: 'document', 'image', "
           "'redacted_thinking', 'search_result', 'text', 'thinking', 'tool_result', 'tool_use'";
  }

  Objection image(const Json& block, const std::string& at) {
    const Json* source = find(block, "source");
    if (source == nullptr) return at + ": Field required";
    if (text_or(*source, "type", "") != "base64") {
      return at + ": Input tag '" + text_or(*source, "type", "") +
             "' found using 'type' does not match any of the expected tags: 'base64'";
    }
    return media_.check_image(*source, at);
  }

  Conversation& to_;
  const ClaudeGeneration generation_;
  MessagesMedia media_;
  bool uses_tools_ = false;  // in blocks
};

Objection read_system(const Json& system, Conversation& to) {
  if (system.is_string()) {
    to.instructions.push_back(system.get<std::string>());
    return std::nullopt;
  }
  if (!system.is_array()) return "system: Input should be a valid list";
  for (std::size_t i = 0; i < system.size(); ++i) {
    const Json* text = find(system[i], "text");
    if (text == nullptr) return "system." + std::to_string(i) + ".text: Field required";
    if (!text->is_string() || text->get<std::string>().empty()) {
      return "system: text content blocks must be non-empty";
    }
    to.instructions.push_back(text->get<std::string>());
  }
  return std::nullopt;
}

Objection read_tools(const Json& tools, Conversation& to) {
  for (const Json& tool : tools) to.instructions.push_back(to_text(tool));
  return std::nullopt;
}

Objection read_stop_sequences(const Json& sequences, Conversation& to) {
  if (Objection problem = check_stop_sequences(sequences)) return problem;
  for (const Json& text : sequences) to.stop_sequences.push_back(text.get<std::string>());
  return std::nullopt;
}

// All that a body need not have.
Objection read_options(const Json& body, std::int64_t max_tokens, ClaudeGeneration generation,
                       Conversation& to) {
  const Sampling sampling{find(body, "temperature"), find(body, "top_p"), find(body, "top_k")};
  Objection problem = check_betas(body);
  if (!problem) problem = check_tools(body, generation);
  if (!problem) problem = check_sampling(sampling, generation);
  if (!problem) problem = check_thinking(body, sampling, forces_tool(body), max_tokens, generation);
  if (!problem) problem = check_effort(body, generation);
  if (!problem) problem = check_thinking_kept(body, *find(body, "messages"));
  const auto also = [&](std::string_view member, auto read) {
    const Json* value = find(body, member);
    if (!problem && value != nullptr) problem = read(*value, to);
  };
  also("system", read_system);
  also("tools", read_tools);
  also("stop_sequences", read_stop_sequences);
  const Json* thinking = find(body, "thinking");
  if (thinking != nullptr && text_or(*thinking, "type", "disabled") != "disabled") {
    to.reasoning = Reasoning::kSigned;
  }
  return problem;
}

}  // namespace

Result<Conversation, aws::Error> read_anthropic(const Json& body, std::string_view model,
                                                int max_output_tokens,
                                                ClaudeGeneration generation) {
  if (const auto refused = refusal_of_members(body, model, generation)) return *refused;

  Conversation conversation;
  constexpr std::size_t kRequired = 3;
  const bool plain = body.size() == kRequired;  // nothing else is to be looked for
  const Json& max_tokens = *find(body, "max_tokens");
  const std::int64_t asked = whole_number(max_tokens);
  if (asked > max_output_tokens) {
    return errors::validation("max_tokens: " + to_text(max_tokens) + " > " +
                              std::to_string(max_output_tokens) +
                              ", which is the maximum allowed number of output tokens for " +
                              std::string(name_at_anthropic(model)));
  }
  conversation.max_tokens = static_cast<int>(asked);

  const Json& messages = *find(body, "messages");
  Objection problem = check_api_version(body);
  Messages reader(conversation, generation);
  if (!problem) problem = reader.read(messages);
  if (!problem && reader.uses_tools()) problem = check_tool_turns(messages);
  const Json* tools = plain ? nullptr : find(body, "tools");
  if (!problem) problem = check_prefill(messages, tools != nullptr && !tools->empty(), generation);
  if (!problem) problem = check_last_text(body);
  if (!problem && !plain) problem = read_options(body, asked, generation, conversation);
  if (problem) return errors::validation(*problem);
  return conversation;
}

}  // namespace bedlam::bedrock
