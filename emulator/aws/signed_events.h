// The event stream of a request as a server reads it. Clients that sign streams (SigV4,
// STREAMING-AWS4-HMAC-SHA256-EVENTS) put every message into an envelope: a message with the headers
// `:date` and `:chunk-signature` whose payload is the message itself, and an envelope with nothing
// in it at the end (https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html;
// facts: bedrock-runtime.md section 1.5). Unsigned messages are taken as they are.
//
// Differs from AWS: the signatures are not verified.
#pragma once

#include <optional>
#include <string_view>

#include "emulator/aws/event_stream.h"

namespace bedlam::aws {

bool is_signed_envelope(const EventStreamMessage& message);

// Takes the stream in pieces of any size and gives its messages without their envelopes; the empty
// one at the end is none.
class SignedEventReader {
 public:
  void feed(std::string_view bytes) { outer_.feed(bytes); }

  // The next message, or nullopt until more bytes are fed. After an error it repeats that error.
  Result<std::optional<EventStreamMessage>, EventStreamError> next();

  // To be asked at the end of the stream: kTruncated where bytes are left over.
  std::optional<EventStreamError> finish() const { return outer_.finish(); }

 private:
  EventStreamDecoder outer_;
  std::optional<EventStreamError> error_;
};

}  // namespace bedlam::aws
