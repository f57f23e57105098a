// The plans of answers, for the operations that call a model.
#pragma once

#include <vector>

#include "emulator/aws/event_stream.h"
#include "emulator/bedrock/operations/operation.h"

namespace bedlam::bedrock {

inline constexpr std::string_view kJson = "application/json";

// nullptr where the model computes.
inline const ConversingFamily* conversing(const ModelRequest& request) {
  return request.model.family->conversing();
}

// A model that computes its answer has no output tokens, and no header for them.
rpc::Reply invoke_reply(const ModelRequest& request, JsonText body, Usage usage,
                        const Timeline& timeline);
// Wraps the family's chunks and adds Bedrock's own metrics to the last.
rpc::Reply invoke_stream_reply(const ModelRequest& request, Chunks chunks, Usage usage,
                               const Timeline& timeline, const Random& random);

// The plan for an answer of a family that converses, in the operation's and the family's words.
rpc::Reply said_reply(const ModelRequest& request, const Answer& answer, const Timeline& timeline,
                      const Random& random);

rpc::Reply converse_reply(const Json& body, Usage usage, const Timeline& timeline);
rpc::Reply converse_stream_reply(Events events, Usage usage, const Timeline& timeline,
                                 const Random& random);

// What the journal says of an answer's tokens, and quotas settle with.
inline void note_usage(const Usage& usage, rpc::Note& note) {
  note.input_tokens = usage.all_input();
  note.cached_input_tokens = usage.cache_read;
  note.cache_written_tokens = usage.cache_written;
  note.output_tokens = usage.output_tokens;
}

}  // namespace bedlam::bedrock
