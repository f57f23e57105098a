// What Claude refuses of a request, in its own words. What tells its generations apart is in
// generations.cc, what members a body has in members.cc, calls of tools and their results in
// tool_turns.cc, the rest in checks.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/aws/error.h"
#include "emulator/base/json.h"
#include "emulator/bedrock/families/anthropic/anthropic.h"

namespace bedlam::bedrock {

// What stands beside each other in a Messages body or in Converse's inferenceConfig; null where it
// is not given.
struct Sampling {
  const Json *temperature = nullptr, *top_p = nullptr, *top_k = nullptr;
};

// The members of a Messages body, before anything else is looked at.
std::optional<aws::Error> refusal_of_members(const Json& body, std::string_view model,
                                             ClaudeGeneration generation);
// What Bedrock's schema says of a message whose `content` is an empty list.
std::string refusal_of_empty_content(std::size_t message);

// Of a Messages body.
Objection check_api_version(const Json& body);
Objection check_tools(const Json& body, ClaudeGeneration generation);
Objection check_stop_sequences(const Json& sequences);
// Of either body.
Objection check_last_text(const Json& body);
// Whether a beta of that beginning is among its `anthropic_beta`, or a Converse body's.
bool asks_for_beta(const Json& body, std::string_view start);
// Its `anthropic_beta`.
Objection check_betas(const Json& fields);
Objection check_sampling(const Sampling& sampling, ClaudeGeneration generation);
// `fields`: where its `thinking` stands. `forced`: a tool has to be called.
Objection check_thinking(const Json& fields, const Sampling& sampling, bool forced,
                         std::int64_t max_tokens, ClaudeGeneration generation);
// A Messages body's `tool_choice` says so.
bool forces_tool(const Json& fields);
// The last message, where it is the assistant's: the beginning of the answer. Of either body.
Objection check_prefill(const Json& messages, bool tools, ClaudeGeneration generation);
// Whether each call of a tool is answered in the turn behind it, and nothing else is.
Objection check_tool_turns(const Json& messages);
// Whether the assistant's last turn, with all calls of tools in it, began with thinking, where
// that is on. `messages`: of either body.
Objection check_thinking_kept(const Json& fields, const Json& messages);
// Its `output_config.effort`.
Objection check_effort(const Json& fields, ClaudeGeneration generation);
// Of an object that has some members of a Messages body: those there are, and their types.
Objection check_members(const Json& fields, ClaudeGeneration generation);
// All that applies of a Converse body.
Objection refusal_of_claude(const Json& converse, ClaudeGeneration generation,
                            std::int64_t max_tokens);

}  // namespace bedlam::bedrock
