// Calls of tools in a Messages body and their results. Both sentences are Anthropic's API's
// (claude-code 7796 and 13460, 2025); of Bedrock the first is quoted for Converse (continue 11929,
// n8n 16987). Messages of one role in a row are one turn; a call in the last message of all is not
// looked at.
#include <set>

#include "emulator/bedrock/families/anthropic/checks.h"
#include "emulator/bedrock/families/schema.h"

namespace bedlam::bedrock {
namespace {

struct ToolBlock {
  std::string id;
  std::size_t message, block;
};
using ToolBlocks = std::vector<ToolBlock>;

// Adds the blocks of that type, whose id is under `member`.
void add_tool_blocks(const Json& messages, std::size_t message, std::string_view type,
                     std::string_view member, ToolBlocks& to) {
  const Json& content = *find(messages[message], "content");
  for (std::size_t i = 0; content.is_array() && i < content.size(); ++i) {
    if (text_or(content[i], "type", "") != type) continue;
    to.push_back({text_or(content[i], member, ""), message, i});
  }
}

// To look ids up in: a body may have a hundred thousand of them. It borrows them.
std::set<std::string_view> ids_of(const ToolBlocks& blocks) {
  std::set<std::string_view> ids;
  for (const ToolBlock& block : blocks) ids.insert(block.id);
  return ids;
}

Objection check_turn(const ToolBlocks& calls, const ToolBlocks& results) {
  const std::set<std::string_view> called = ids_of(calls), answered = ids_of(results);
  std::string missing;
  for (const ToolBlock& call : calls) {
    if (!answered.contains(call.id)) missing += (missing.empty() ? "" : ", ") + call.id;
  }
  if (!missing.empty()) {
    return "messages." + std::to_string(calls.back().message) +
           ": `tool_use` ids were found without `tool_result` blocks immediately after: " +
           missing +
           ". Each `tool_use` block must have a corresponding `tool_result` block in the next "
           "message.";
  }
  for (const ToolBlock& result : results) {
    if (called.contains(result.id)) continue;
    return "messages." + std::to_string(result.message) + ".content." +
           std::to_string(result.block) +
           ": unexpected `tool_use_id` found in `tool_result` blocks: " + result.id +
           ". Each `tool_result` block must have a corresponding `tool_use` block in the previous "
           "message.";
  }
  return std::nullopt;
}

}  // namespace

Objection check_tool_turns(const Json& messages) {
  ToolBlocks calls;
  for (std::size_t i = 0; i < messages.size();) {
    const std::string role = text_or(messages[i], "role", "");
    ToolBlocks results, calls_here;
    for (; i < messages.size() && text_or(messages[i], "role", "") == role; ++i) {
      add_tool_blocks(messages, i, "tool_result", "tool_use_id", results);
      add_tool_blocks(messages, i, "tool_use", "id", calls_here);
    }
    if (auto problem = check_turn(calls, results)) return problem;
    calls = std::move(calls_here);
  }
  return std::nullopt;
}

}  // namespace bedlam::bedrock
