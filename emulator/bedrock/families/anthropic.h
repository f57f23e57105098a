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

// The name that Anthropic gives the model: "claude-3-haiku-20240307".
std::string_view name_at_anthropic(std::string_view model);

// What tells models apart in what they refuse; a later one has what those before it have.
enum class ClaudeGeneration : std::uint8_t {
  kClaude3,   // and before, to 3.5: a schema of Bedrock's speaks first
  kClaude37,  // the same; thinking
  kClaude4,   // Sonnet 4 and Opus 4: the model speaks alone
  kClaude41,  // Opus 4.1 and all 4.5: `temperature` or `top_p`
  kClaude46,  // adaptive thinking; the last message is the user's
  kClaude47,  // Opus 4.7 and all later: adaptive thinking alone, sampling by default alone
};
ClaudeGeneration claude_generation(std::string_view model);

// Reads a Messages body; anthropic.cc answers with it.
Result<Conversation, aws::Error> read_anthropic(const Json& body, std::string_view model,
                                                int max_output_tokens, ClaudeGeneration generation);

// Pictures and documents together. Others tried it on AWS in December 2025 (idp-on-aws 147); until
// then, and in the API reference, it was 20.
inline constexpr int kMaxClaudeMedia = 100;

// The pictures and documents of a Messages body, block by block: those in results of tools too.
class MessagesMedia {
 public:
  explicit MessagesMedia(ClaudeGeneration generation) : generation_(generation) {}

  // `at`: of the block's source, "messages.0.content.1.image.source".
  std::optional<std::string> check_image(const Json& source, const std::string& at);
  void add_document() { ++documents_; }
  // Once all blocks are checked.
  std::optional<std::string> check_whole() const;

 private:
  ClaudeGeneration generation_;
  int images_ = 0, documents_ = 0;
  std::string large_at_;  // the first picture that is too large to be one of many
};

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
// What Claude refuses of a request, in its own words; nullopt: nothing. Each of a Messages body...
std::optional<std::string> check_api_version(const Json& body);
std::optional<std::string> check_tools(const Json& body, ClaudeGeneration generation);
std::optional<std::string> check_last_text(const Json& body);
std::optional<std::string> check_stop_sequences(const Json& sequences);
// Whether a beta of that beginning is among its `anthropic_beta`, or a Converse body's.
bool asks_for_beta(const Json& body, std::string_view start);
// Its `anthropic_beta`.
std::optional<std::string> check_betas(const Json& fields);
std::optional<std::string> check_sampling(const Sampling& sampling, ClaudeGeneration generation);
// `fields`: where its `thinking` stands. `forced`: a tool has to be called.
std::optional<std::string> check_thinking(const Json& fields, const Sampling& sampling, bool forced,
                                          std::int64_t max_tokens, ClaudeGeneration generation);
// A Messages body's `tool_choice` says so.
bool forces_tool(const Json& fields);
// The last message, where it is the assistant's: the beginning of the answer. Of either body.
std::optional<std::string> check_prefill(const Json& messages, bool tools,
                                         ClaudeGeneration generation);
// Whether each call of a tool is answered in the turn behind it, and nothing else is.
std::optional<std::string> check_tool_turns(const Json& messages);
// Whether the assistant's last turn, with all calls of tools in it, began with thinking, where
// that is on. `messages`: of either body.
std::optional<std::string> check_thinking_kept(const Json& fields, const Json& messages);
// Its `output_config.effort`.
std::optional<std::string> check_effort(const Json& fields, ClaudeGeneration generation);
// ... of an object that has some members of a Messages body: those there are, and their types.
std::optional<std::string> check_members(const Json& fields, ClaudeGeneration generation);
// ... and all that applies of a Converse body.
std::optional<std::string> refusal_of_claude(const Json& converse, ClaudeGeneration generation,
                                             std::int64_t max_tokens);

}  // namespace bedlam::bedrock
