// The plans of answers, for the operations that call a model.
#pragma once

#include <vector>

#include "emulator/bedrock/operations/operation.h"

namespace bedlam::bedrock {

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kEventStream = "application/vnd.amazon.eventstream";

// nullptr where the model computes.
inline const ConversingFamily* conversing(const Request& request) {
  return request.model.family->conversing();
}

// A model that computes its answer has no output tokens, and no header for them.
rpc::Reply invoke_reply(const Request& request, const Json& body, Usage usage,
                        const Timeline& timeline);
// Wraps the family's chunks and adds Bedrock's own metrics to the last.
rpc::Reply invoke_stream_reply(const Request& request, std::vector<Chunk> chunks, Usage usage,
                               const Timeline& timeline, const Random& random);

// The plan for an answer of a family that converses, in the operation's and the family's words.
rpc::Reply said_reply(const Request& request, const Answer& answer, const Timeline& timeline,
                      const Random& random);

rpc::Reply converse_reply(const Json& body, const Timeline& timeline);
rpc::Reply converse_stream_reply(const std::vector<Event>& events, const Timeline& timeline,
                                 const Random& random);

}  // namespace bedlam::bedrock
