// What the bodies of answers say: plain ones here, streams in stream_reader.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/rpc/reply.h"
#include "harness/client/request.h"

namespace bedlam::harness {

// What a caller has of the model's answer so far.
struct Heard {
  std::string text;
  // Of output, as the answer's usage says, or its headers; nullopt where it does not, as a stream
  // that broke off.
  std::optional<int> tokens{};
  std::optional<int> input_tokens{};  // likewise, without those of the prompt cache:
  std::optional<int> cache_read_tokens{}, cache_written_tokens{};
  std::size_t frames = 0;  // of a stream, that were whole and right
  // Its deltas that hold text or a tool's input, and those that hold what a model thinks first.
  std::size_t pieces = 0, reasoning_pieces = 0;
  std::string stop_reason{};
  std::string tool_input{};  // JSON, or the beginning of it
  Json answer = nullptr;     // the body of an answer in one piece, where it is JSON
};

// An error as the SDK raises it.
struct CallError {
  std::string name;  // "ThrottlingException"; of a broken connection botocore's exception
  std::string message;
};

// An answer with status 200; nullopt where its body is not JSON of the operation's form.
std::optional<Heard> read_answer(const Operation& operation, const rpc::Head& head,
                                 std::string_view body);

// The prompt cache's counts in the object at that JSON pointer, by the names of Converse, of
// Anthropic's usage and of Bedrock's metrics (facts: bedrock-runtime.md); what is not there stays.
void take_cache_counts(const Json& json, const std::string& usage, Heard& heard);

// An answer with an error status. The name is that of `x-amzn-ErrorType` cut at its first `:`, else
// of the body's `__type` behind its `#`, else the status.
CallError read_error(const rpc::Head& head, std::string_view body);

}  // namespace bedlam::harness
