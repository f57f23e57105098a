// Messages of `application/vnd.amazon.eventstream`, the framing of AWS's streamed answers
// (https://smithy.io/2.0/aws/amazon-eventstream.html): a prelude with both lengths and its CRC-32,
// typed headers, a payload, and a CRC-32 over the whole. Big-endian throughout.
//
// Pure functions and one incremental decoder; nothing here knows a service or a clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "emulator/base/result.h"

namespace bedlam::aws {

inline constexpr std::string_view kEventStreamType = "application/vnd.amazon.eventstream";

// The limits that botocore enforces (botocore/eventstream.py, 1.43.11); other SDKs allow at least
// as much.
inline constexpr std::size_t kMaxEventStreamHeadersBytes = 128 * 1024;
inline constexpr std::size_t kMaxEventStreamPayloadBytes = 24 * 1024 * 1024;

// Offsets and sizes of a message's parts.
inline constexpr std::size_t kEventStreamPreludeBytes = 12;  // two lengths and their checksum
inline constexpr std::size_t kEventStreamPreludeCrcOffset = 8;
inline constexpr std::size_t kEventStreamCrcBytes = 4;
inline constexpr std::size_t kEventStreamMinBytes = kEventStreamPreludeBytes + kEventStreamCrcBytes;

struct ByteArray {
  std::string bytes;
  bool operator==(const ByteArray&) const = default;
};
struct Timestamp {
  std::int64_t ms;  // since 1970
  bool operator==(const Timestamp&) const = default;
};
struct Uuid {
  std::string bytes;  // 16
  bool operator==(const Uuid&) const = default;
};

// Types 0 and 1 are bool, 2 to 5 the integers, then byte array, string, timestamp and UUID.
using HeaderValue = std::variant<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t,
                                 ByteArray, std::string, Timestamp, Uuid>;

using EventStreamHeaders = std::vector<std::pair<std::string, HeaderValue>>;

struct EventStreamMessage {
  EventStreamHeaders headers;
  std::string payload;

  // The value of a header of type string; "" where there is none.
  std::string_view text(std::string_view name) const;
  // Whether its `:message-type` says that the stream failed: exception, or error, which is one that
  // the operation does not know.
  bool is_failure() const;
  // Its `:event-type`, `:exception-type` or `:error-code`.
  std::string_view type() const;
};

// The message's bytes. Names are at most 255 bytes and values at most 65,535: our own, so a longer
// one is a bug and throws std::length_error.
std::string encode(const EventStreamMessage& message);
// Those of the headers alone, and back: nullopt where they are malformed or too many for a message.
std::string encode_headers(const EventStreamHeaders& headers);
std::optional<EventStreamHeaders> decode_headers(std::string_view bytes);

// The two kinds of frames that Bedrock sends, with their headers in AWS's order
// (facts: bedrock-runtime.md section 2). `json` is the payload.
std::string encode_event(std::string_view event_type, std::string_view json);
std::string encode_exception(std::string_view exception_type, std::string_view json);

struct EventStreamError {
  enum class Kind {
    kPreludeChecksum,
    kMessageChecksum,
    kHeadersTooLong,
    kPayloadTooLong,
    kMalformed,  // lengths that contradict each other, an unknown header type, a name twice
    kTruncated,  // the stream ended inside a message
    kSignature,  // of a signed stream (signed_events.h); the message is AWS's
    kUnended,    // a signed stream without its signed end
  };
  Kind kind;
  std::string message;
};

// Takes the stream in pieces of any size and gives whole messages, each checked.
class EventStreamDecoder {
 public:
  void feed(std::string_view bytes);

  // The next message, or nullopt until more bytes are fed. After an error it repeats that error:
  // the position of the next message is unknown.
  Result<std::optional<EventStreamMessage>, EventStreamError> next();

  // To be asked at the end of the stream: kTruncated where bytes are left over, with their number.
  std::optional<EventStreamError> finish() const;

 private:
  std::optional<EventStreamError> check_prelude();
  void drop(std::size_t bytes);

  std::string buffer_;
  std::size_t start_ = 0;  // of the message under way, within buffer_
  bool prelude_checked_ = false;
  std::optional<EventStreamError> error_;
};

}  // namespace bedlam::aws
