// What Claude itself refuses of a request, whatever its generation: its API version, its tools,
// thinking that was lost, and how its last message ends.
//
// Found in public logs: the API version (boto3 4218), names of tools (tester-mcp-client 11) and
// their doubles (forgecode 892), white space at the end (aws-sdk-net 4015), all read 2026-11-22.
// Unverified: the words for a choice of a tool that is not there or without tools.
#include "emulator/bedrock/families/anthropic/checks.h"

#include <algorithm>
#include <array>
#include <set>

#include "emulator/bedrock/families/schema.h"

namespace bedlam::bedrock {
namespace {

// The message of Anthropic's invalid_request_error; nullopt: the request is valid.
// As in the logs; since Claude 4 128 (Anthropic API, "Define tools").
constexpr std::size_t kMaxToolNameLength = 64, kLaterMaxToolNameLength = 128;
constexpr std::string_view kNameLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

// The documented "bedrock-2023-05-31", or a date by itself, as Anthropic's SDK sends it.
bool is_api_version(std::string_view version) {
  constexpr std::string_view kPrefix = "bedrock-", kForm = "dddd-dd-dd";
  if (version == "bedrock-2023-05-31") return true;  // the only one there is
  if (version.starts_with(kPrefix)) version.remove_prefix(kPrefix.size());
  return std::equal(
      version.begin(), version.end(), kForm.begin(), kForm.end(),
      [](char c, char form) { return form == 'd' ? c >= '0' && c <= '9' : c == form; });
}

bool is_tool_name(std::string_view name, std::size_t limit) {
  return !name.empty() && name.size() <= limit &&
         name.find_first_not_of(kNameLetters) == std::string_view::npos;
}

Objection repeated(const std::vector<std::string>& names) {
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (!seen.insert(name).second) return "tools: Tool names must be unique.";
  }
  return std::nullopt;
}

// Types that clients send and Bedrock does not have: OpenAI's, and tools that Anthropic runs. The
// lists: claude-quickstarts 251 (Claude 3.7 on Bedrock, 2025), claude-code 61624 (2026); the types
// of computer use, which come with their beta, are in neither. What else there is passes.
Objection check_type(const std::string& type, const std::string& at, ClaudeGeneration generation) {
  constexpr std::array<std::string_view, 5> kRefused{"function", "mcp_toolset", "web_search_",
                                                     "web_fetch_", "code_execution_"};
  const bool refused = std::any_of(kRefused.begin(), kRefused.end(),
                                   [&](std::string_view start) { return type.starts_with(start); });
  if (!refused) return std::nullopt;
  return at + ": Input tag '" + type +
         "' found using 'type' does not match any of the expected tags: 'bash_20250124', "
         "'custom', " +
         (generation <= ClaudeGeneration::kClaude37
              ? "'text_editor_20250124'"
              : "'memory_20250818', 'text_editor_20250124', 'text_editor_20250429', "
                "'text_editor_20250728', 'tool_search_tool_bm25', "
                "'tool_search_tool_bm25_20251119', 'tool_search_tool_regex', "
                "'tool_search_tool_regex_20251119'");
}

Objection check_tool(const Json& tool, const std::string& at, ClaudeGeneration generation) {
  const std::string type = text_or(tool, "type", "custom");
  if (auto refusal = check_type(type, at, generation)) return refusal;
  const bool own = type == "custom";  // Anthropic's own tools bring their schema with them
  for (const std::string_view name : {"name", "input_schema"}) {
    if ((own || name == "name") && find(tool, name) == nullptr) {
      return at + "." + type + "." + std::string(name) + ": Field required";
    }
  }
  const std::size_t limit =
      generation <= ClaudeGeneration::kClaude37 ? kMaxToolNameLength : kLaterMaxToolNameLength;
  if (own && !is_tool_name(text_or(tool, "name", ""), limit)) {
    return at + ".custom.name: String should match pattern '^[a-zA-Z0-9_-]{1," +
           std::to_string(limit) + "}$'";
  }
  return std::nullopt;
}

Objection check_choice(const Json& choice, const std::vector<std::string>& tools) {
  const std::string type = text_or(choice, "type", "");
  if (type != "auto" && type != "any" && type != "tool" && type != "none") {
    return "tool_choice: Input tag '" + type +
           "' found using 'type' does not match any of the expected tags: 'auto', 'any', 'tool', "
           "'none'";
  }
  const std::string name = text_or(choice, "name", "");
  if (type == "tool" && name.empty()) return "tool_choice.tool.name: Field required";
  if (tools.empty()) return "tool_choice may only be specified while providing tools";
  if (type == "tool" && std::find(tools.begin(), tools.end(), name) == tools.end()) {
    return "Tool '" + name + "' not found in provided tools";
  }
  return std::nullopt;
}

// What Messages calls a block of either body.
std::string block_type(const Json& block) {
  if (const std::string type = text_or(block, "type", ""); !type.empty()) return type;
  if (find(block, "toolUse") != nullptr) return "tool_use";
  if (find(block, "toolResult") != nullptr) return "tool_result";
  if (find(block, "reasoningContent") != nullptr) return "thinking";
  return block.is_object() && !block.empty() ? block.begin().key() : "";
}

bool has_tool_result(const Json& message) {
  const Json* content = find(message, "content");
  return content != nullptr && content->is_array() &&
         std::any_of(content->begin(), content->end(),
                     [](const Json& block) { return block_type(block) == "tool_result"; });
}

// The first message of the assistant's last turn, which goes on over the results of its tools;
// nullopt where the user has spoken since.
std::optional<std::size_t> start_of_last_turn(const Json& messages) {
  std::optional<std::size_t> first;
  for (std::size_t i = messages.size(); i > 0; --i) {
    const Json& message = messages[i - 1];
    if (text_or(message, "role", "") == "assistant") {
      first = i - 1;
    } else if (!has_tool_result(message)) {
      break;
    }
  }
  return first;
}

// The text that the last message ends with, where it is the assistant's; "" where it is not.
std::string_view last_text(const Json& messages) {
  if (!messages.is_array() || messages.empty()) return {};
  const Json& last = messages.get_ref<const Json::array_t&>().back();
  const Json* content = find(last, "content");
  if (content == nullptr || text_in(last, "role") != "assistant") return {};
  if (!content->is_array()) return text_in(last, "content");
  return content->empty() ? std::string_view{} : text_in(content->back(), "text");
}

// Of results of tools, whose texts Converse lets pass (hermes-agent 55092).
Objection check_result_texts(const Json& messages) {
  for (const Json& message : messages) {
    for (const Json& block : *find(message, "content")) {
      const Json* result = find(block, "toolResult");
      const Json* parts = result == nullptr ? nullptr : find(*result, "content");
      if (parts == nullptr || !parts->is_array()) continue;
      for (const Json& part : *parts) {
        const Json* text = find(part, "text");
        if (text != nullptr && *text == "") {
          return "messages: text content blocks must be non-empty";
        }
      }
    }
  }
  return std::nullopt;
}

bool forces_tool_of_converse(const Json& choice) {
  for (const std::string_view name : {"any", "tool"}) {
    const Json* value = find(choice, name);
    if (value != nullptr && !value->is_null()) return true;
  }
  return false;
}

// Additional fields join the body that Converse writes. What it writes itself they cannot.
Objection check_fields(const Json& fields, const Json& converse, const Sampling& written,
                       ClaudeGeneration generation, std::int64_t max_tokens) {
  for (const auto& [name, taken] :
       {std::pair("messages", true), std::pair("system", true), std::pair("max_tokens", true),
        std::pair("stop_sequences", true), std::pair("temperature", written.temperature != nullptr),
        std::pair("top_p", written.top_p != nullptr)}) {
    if (taken && find(fields, name) != nullptr) {
      return "The additional field " + std::string(name) + " conflicts with an existing field.";
    }
  }
  Json members = fields;
  members.erase("reasoning_config");  // what Converse called `thinking` at first
  if (auto refusal = check_members(members, generation)) return refusal;
  if (auto refusal = check_betas(fields)) return refusal;
  Sampling sampling = written;
  if (sampling.temperature == nullptr) sampling.temperature = find(fields, "temperature");
  if (sampling.top_p == nullptr) sampling.top_p = find(fields, "top_p");
  sampling.top_k = find(fields, "top_k");
  if (auto refusal = check_sampling(sampling, generation)) return refusal;
  const Json* config = find(converse, "toolConfig");
  const Json* choice = config == nullptr ? nullptr : find(*config, "toolChoice");
  const bool forced =
      forces_tool(fields) || (choice != nullptr && forces_tool_of_converse(*choice));
  if (auto refusal = check_thinking(fields, sampling, forced, max_tokens, generation)) {
    return refusal;
  }
  if (auto refusal = check_effort(fields, generation)) return refusal;
  return check_thinking_kept(fields, *find(converse, "messages"));
}

}  // namespace

Objection check_api_version(const Json& body) {
  const Json* version = find(body, "anthropic_version");
  const auto* text = version == nullptr ? nullptr : version->get_ptr<const std::string*>();
  if (text != nullptr && is_api_version(*text)) return std::nullopt;
  return "Invalid API version: " + (text == nullptr ? "" : *text);
}

Objection check_tools(const Json& body, ClaudeGeneration generation) {
  std::vector<std::string> names;
  if (const Json* tools = find(body, "tools")) {
    for (std::size_t i = 0; i < tools->size(); ++i) {
      if (auto refusal = check_tool((*tools)[i], "tools." + std::to_string(i), generation))
        return refusal;
      names.push_back(text_or((*tools)[i], "name", ""));
    }
    if (auto refusal = repeated(names)) return refusal;
  }
  const Json* choice = find(body, "tool_choice");
  return choice == nullptr || choice->is_null() ? std::nullopt : check_choice(*choice, names);
}

// Quoted in opencode 3077, of Bedrock.
Objection check_thinking_kept(const Json& fields, const Json& messages) {
  const Json* thinking = find(fields, "thinking");
  if (thinking == nullptr || text_or(*thinking, "type", "") != "enabled") return std::nullopt;
  const std::optional<std::size_t> first = start_of_last_turn(messages);
  const Json* content = first ? find(messages[*first], "content") : nullptr;
  if (content == nullptr || content->empty()) return std::nullopt;
  const std::string type = content->is_array() ? block_type(content->front()) : "text";
  if (type == "thinking" || type == "redacted_thinking") return std::nullopt;
  return "messages." + std::to_string(*first) +
         ".content.0.type: Expected `thinking` or `redacted_thinking`, but found `" + type +
         "`. When `thinking` is enabled, a final `assistant` message must start with a thinking "
         "block (preceeding the lastmost set of `tool_use` and `tool_result` blocks). We recommend "
         "you include thinking blocks from previous turns. To avoid this requirement, disable "
         "`thinking`. Please consult our documentation at "
         "https://docs.claude.com/en/docs/build-with-claude/extended-thinking";
}

Objection check_stop_sequences(const Json& sequences) {
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    if (!sequences[i].is_string()) {
      return "stop_sequences." + std::to_string(i) + ": Input should be a valid string";
    }
    const auto& text = sequences[i].get_ref<const std::string&>();
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
      return "stop_sequences: each stop sequence must contain non-whitespace";
    }
  }
  return std::nullopt;
}

Objection check_last_text(const Json& body) {
  const Json* messages = find(body, "messages");
  const std::string_view text = messages == nullptr ? std::string_view{} : last_text(*messages);
  if (text.empty() || text.find_last_not_of(" \t\r\n") + 1 == text.size()) return std::nullopt;
  return "messages: final assistant content cannot end with trailing whitespace";
}

Objection refusal_of_claude(const Json& converse, ClaudeGeneration generation,
                            std::int64_t max_tokens) {
  const Json* config = find(converse, "toolConfig");
  const Json* tools = config == nullptr ? nullptr : find(*config, "tools");
  const Json& messages = *find(converse, "messages");
  if (auto refusal = check_prefill(messages, tools != nullptr, generation)) return refusal;
  if (auto refusal = check_last_text(converse)) return refusal;
  if (auto refusal = check_result_texts(messages)) return refusal;
  const Json* inference = find(converse, "inferenceConfig");
  Sampling sampling;
  if (inference != nullptr) {
    sampling.temperature = find(*inference, "temperature");
    sampling.top_p = find(*inference, "topP");
  }
  const Json* stops = inference == nullptr ? nullptr : find(*inference, "stopSequences");
  if (stops != nullptr) {
    if (auto refusal = check_stop_sequences(*stops)) return refusal;
  }
  std::vector<std::string> names;
  if (tools != nullptr && tools->is_array()) {
    for (const Json& tool : *tools) {
      const Json* spec = find(tool, "toolSpec");
      if (spec != nullptr) names.push_back(text_or(*spec, "name", ""));
    }
  }
  if (auto refusal = repeated(names)) return refusal;
  const Json* fields = find(converse, "additionalModelRequestFields");
  if (fields == nullptr || fields->is_null()) return check_sampling(sampling, generation);
  return check_fields(*fields, converse, sampling, generation, max_tokens);
}

}  // namespace bedlam::bedrock
