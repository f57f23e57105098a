// The frames of a recorded stream: when each came, and what it says. Of a frame that is JSON, the
// values; of a `chunk`, those of the model's own JSON inside of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "emulator/aws/event_payload.h"
#include "emulator/aws/event_stream.h"
#include "emulator/base/duration.h"
#include "emulator/base/json.h"
#include "harness/record/call.h"

namespace bedlam::harness {

struct ReceivedFrame {
  std::string event, payload;
  bool exception = false;  // it says that the stream failed
  // All of them, where they are not those of Bedrock's events and exceptions.
  std::optional<aws::EventStreamHeaders> headers;
  Duration at{};
  // What it says; null where it is no JSON.
  Json json;
  bool inside = false;  // `json` stands as base64 in the payload's member `bytes`
  // Whether the payload can be written from `json` so that the same bytes come out, and with how
  // many letters of padding.
  bool exact = false;
  std::optional<std::size_t> padding;
};

// Those that are whole and right; `whole` says whether the stream was nothing else.
std::vector<ReceivedFrame> frames_of(const PassedCall& call, bool& whole);

// Whether the answer is a stream of frames.
bool is_frame_stream(const PassedCall& call);

// The pieces of the answer's text in a frame's JSON, in their order.
std::vector<std::string*> texts_of(Json& json);

// The payload with `json` in place of what the frame says.
std::string payload_with(const ReceivedFrame& frame, const Json& json);

}  // namespace bedlam::harness
