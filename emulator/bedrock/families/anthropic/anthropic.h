// Anthropic Claude through the Messages API (Bedrock user guide,
// model-parameters-anthropic-claude-messages-request-response; facts: model-families.md section 1).
//
// Differs from AWS: every `anthropic.*` id is served, whether or not such a model exists; the older
// Text Completions body (`prompt`) is not; with `thinking` a thinking block comes only where a
// script writes one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/bedrock/families/family.h"

namespace bedlam::bedrock {

const Family& anthropic();

// The name that Anthropic gives the model: "claude-3-haiku-20240307".
std::string_view name_at_anthropic(std::string_view model);

// What tells models apart in what they refuse; a later one has what those before it have.
enum class ClaudeGeneration : std::uint8_t {
  kClaude3,   // and before: a schema of Bedrock's speaks first
  kClaude35,  // the same; thinking is refused, which is not known of those before
  kClaude37,  // the same; thinking
  kClaude4,   // Sonnet 4 and Opus 4: the model speaks alone
  kClaude41,  // Opus 4.1 and all 4.5: `temperature` or `top_p`
  kClaude46,  // adaptive thinking; the last message is the user's
  kClaude47,  // Opus 4.7 and all later: adaptive thinking alone, sampling by default alone
};
ClaudeGeneration claude_generation(std::string_view model);

// What the model says of a request that it does not take; nullopt: it takes it.
using Objection = std::optional<std::string>;

// Reads a Messages body; anthropic.cc answers with it.
Result<Conversation, aws::Error> read_anthropic(const Json& body, std::string_view model,
                                                int max_output_tokens, ClaudeGeneration generation);

}  // namespace bedlam::bedrock
