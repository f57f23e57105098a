// Anthropic Claude through the Messages API (Bedrock user guide,
// model-parameters-anthropic-claude-messages-request-response; facts: model-families.md section 1).
//
// Differs from AWS: every `anthropic.*` id is served, whether or not such a model exists; the older
// Text Completions body (`prompt`) is not; with `thinking` a thinking block comes only where a
// script writes one.
#pragma once

#include "emulator/bedrock/families/family.h"

namespace bedlam::bedrock {

const Family& anthropic();

// Reads a Messages body; anthropic.cc answers with it.
Result<Conversation, aws::Error> read_anthropic(const Json& body, std::string_view name,
                                                int max_output_tokens);

// What Claude refuses of a request, in its own words; nullopt: nothing. Each of a Messages body...
std::optional<std::string> check_api_version(const Json& body);
std::optional<std::string> check_tools(const Json& body);
std::optional<std::string> check_last_text(const Json& body);
std::optional<std::string> check_stop_sequences(const Json& sequences);
// `fields`: where its `thinking` stands. `temperature`: null where none is given.
std::optional<std::string> check_thinking(const Json& fields, const Json* temperature,
                                          std::int64_t max_tokens);
// Whether the assistant's last turn, with all calls of tools in it, began with thinking, where
// that is on. `messages`: of either body.
std::optional<std::string> check_thinking_kept(const Json& fields, const Json& messages);
// ... of an object that has some members of a Messages body: those there are, and their types.
// `claude_4`: the words are the model's, else the schema's.
std::optional<std::string> check_members(const Json& fields, bool claude_4);
// ... and all that applies of a Converse body.
std::optional<std::string> refusal_of_claude(const Json& converse, bool claude_4,
                                             std::int64_t max_tokens);

}  // namespace bedlam::bedrock
