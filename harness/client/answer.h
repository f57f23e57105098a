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
  // Of a plain answer as its usage says; of a stream the text deltas, which is what a reader can
  // count before the end.
  int tokens = 0;
  std::string stop_reason;
};

// An error as the SDK raises it.
struct CallError {
  std::string name;  // "ThrottlingException"; of a broken connection botocore's exception
  std::string message;
};

// The body of a 200; nullopt where it is not JSON of the operation's form.
std::optional<Heard> read_answer(const Operation& operation, std::string_view body);

// An answer with an error status. The name is that of `x-amzn-ErrorType` cut at its first `:`, else
// of the body's `__type` behind its `#`, else the status.
CallError read_error(const rpc::Head& head, std::string_view body);

}  // namespace bedlam::harness
