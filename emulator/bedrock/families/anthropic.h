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

}  // namespace bedlam::bedrock
