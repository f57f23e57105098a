// Reads the event streams of InvokeModelWithResponseStream, ConverseStream and SageMaker's
// InvokeEndpointWithResponseStream as botocore does
// (facts, "Fault matrix"): a wrong checksum raises, an exception frame raises, a frame cut off at a
// proper end of body is dropped without a word, unknown events and payloads that are no JSON are
// passed over.
#pragma once

#include <optional>
#include <string_view>

#include "emulator/aws/event_stream.h"
#include "harness/client/answer.h"

namespace bedlam::harness {

class StreamReader {
 public:
  explicit StreamReader(const Operation& operation) : answer_(operation.answer) {}

  // What these bytes raise, if anything; after that the stream is not to be fed again.
  std::optional<CallError> feed(std::string_view bytes);

  const Heard& heard() const { return heard_; }
  // The marks of a whole answer have come: messageStop and metadata, message_stop, or
  // Bedrock's metrics in a chunk. A container's stream has none.
  bool saw_end() const {
    if (answer_ == Operation::Answer::kContainer) return true;
    return saw_stop_ && (saw_metadata_ || answer_ != Operation::Answer::kConverse);
  }
  // The bytes so far end inside a frame.
  bool inside_frame() const { return decoder_.finish().has_value(); }

 private:
  std::optional<CallError> on_message(const aws::EventStreamMessage& message);
  void on_converse_event(std::string_view event, const Json& payload);
  void on_chunk(const Json& payload);
  void on_other_chunk(const Json& chunk);
  void on_text(const Json* delta);
  void count_piece(bool said, const Json& delta);

  Operation::Answer answer_;
  aws::EventStreamDecoder decoder_;
  Heard heard_;
  bool saw_stop_ = false, saw_metadata_ = false;
};

}  // namespace bedlam::harness
