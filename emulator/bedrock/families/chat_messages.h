// Messages in the form that OpenAI's Chat Completions made common, as Mistral's chat models, Jamba
// and those of chat_completions.cc take them, and the answers that go with it.
#pragma once

#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/families/spoken.h"

namespace bedlam::bedrock {

// Of `messages` and `tools`, for the family's schema.
Member chat_messages_member();
Member chat_tools_member();

// The body without members that are null, which OpenAI's API takes for not given.
Json without_nulls(const Json& body);

// `messages` with that prompt and no more.
Json chat_messages_for(const std::string& prompt);
// Messages that the schema allowed, with tools. A tool's answer counts as said by the user; what a
// system or developer message says is only counted.
// `stop`: a text, or a list of them.
std::vector<std::string> stops_of(const Json& body);

Conversation read_chat(const Json& body, int max_tokens, std::vector<std::string> stops);

// The message of an answer: role, content and, where the model calls tools, tool_calls.
Json chat_message(const Answer& answer, ReasoningMarks marks, Random& ids);
// One chunk a token and one at the end that says why; `write` wraps a delta.
using WriteDelta = std::function<Json(Json delta, bool last)>;
std::vector<Chunk> chat_chunks(const Answer& answer, ReasoningMarks marks, Random& ids,
                               const WriteDelta& write);

// "prompt_tokens", "completion_tokens", "total_tokens".
Json chat_usage(const Answer& answer);
Usage read_chat_usage(const Json& body);

}  // namespace bedlam::bedrock
