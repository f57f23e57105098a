#include "emulator/aws/event_stream.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <initializer_list>
#include <limits>
#include <stdexcept>

#include "emulator/base/big_endian.h"

namespace bedlam::aws {
namespace {

using Kind = EventStreamError::Kind;

std::uint32_t crc_of(std::string_view bytes) {
  const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
  return static_cast<std::uint32_t>(::crc32_z(0, data, bytes.size()));
}

std::uint32_t get32(std::string_view from, std::size_t offset) {
  return static_cast<std::uint32_t>(read_big_endian(from, offset, 4));
}

void put_sized(std::string& to, std::string_view bytes, std::size_t size_bytes) {
  const std::size_t limit = size_bytes == 1 ? 0xff : 0xffff;
  if (bytes.size() > limit) throw std::length_error("event-stream header too long");
  append_big_endian(to, bytes.size(), size_bytes);
  to += bytes;
}

// Appends the type's number and the value.
struct PutValue {
  std::string& to;

  void operator()(bool value) const { append_big_endian(to, value ? 0 : 1, 1); }
  void operator()(std::int8_t value) const { number(2, value, 1); }
  void operator()(std::int16_t value) const { number(3, value, 2); }
  void operator()(std::int32_t value) const { number(4, value, 4); }
  void operator()(std::int64_t value) const { number(5, value, 8); }
  void operator()(const ByteArray& value) const {
    append_big_endian(to, 6, 1);
    put_sized(to, value.bytes, 2);
  }
  void operator()(const std::string& value) const {
    append_big_endian(to, 7, 1);
    put_sized(to, value, 2);
  }
  void operator()(const Timestamp& value) const { number(8, value.ms, 8); }
  void operator()(const Uuid& value) const {
    if (value.bytes.size() != 16) throw std::length_error("a UUID has 16 bytes");
    append_big_endian(to, 9, 1);
    to += value.bytes;
  }

 private:
  void number(std::uint64_t type, std::int64_t value, std::size_t bytes) const {
    append_big_endian(to, type, 1);
    append_big_endian(to, static_cast<std::uint64_t>(value), bytes);
  }
};

// The same for the frames of a stream, without building a message first. The headers are given in
// parts, as they stand one behind the other.
std::string encode_parts(std::initializer_list<std::string_view> headers,
                         std::string_view payload) {
  std::size_t headers_size = 0;
  for (const std::string_view part : headers) headers_size += part.size();
  const std::size_t total = kEventStreamMinBytes + headers_size + payload.size();
  std::string bytes;
  bytes.reserve(total);
  append_big_endian(bytes, total, 4);
  append_big_endian(bytes, headers_size, 4);
  append_big_endian(bytes, crc_of(bytes), 4);
  for (const std::string_view part : headers) bytes += part;
  bytes += payload;
  append_big_endian(bytes, crc_of(bytes), 4);
  return bytes;
}

std::string text_header(std::string_view name, std::string_view value) {
  std::string bytes;
  bytes.reserve(1 + name.size() + 1 + 2 + value.size());
  put_sized(bytes, name, 1);
  append_big_endian(bytes, 7, 1);
  put_sized(bytes, value, 2);
  return bytes;
}

// The headers behind the first, the same in each frame of its kind.
std::string json_headers(std::string_view message_type) {
  return text_header(":content-type", "application/json") +
         text_header(":message-type", message_type);
}

EventStreamError checksum_error(Kind kind, std::string_view what, std::uint32_t stated,
                                std::uint32_t calculated) {
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), "the %.*s checksum is 0x%08x, its bytes give 0x%08x",
                static_cast<int>(what.size()), what.data(), stated, calculated);
  return {kind, text.data()};
}

// Reads a message's headers; every read is checked against what is left.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view bytes) : left_(bytes) {}

  // nullopt: malformed, and `problem` says how.
  std::optional<EventStreamHeaders> read(std::string& problem) {
    EventStreamHeaders headers;
    while (!left_.empty()) {
      const std::optional<std::string> name = sized(1);
      const std::optional<HeaderValue> value = name ? read_value() : std::nullopt;
      if (!value) {
        problem = unknown_type_ >= 0
                      ? "header type " + std::to_string(unknown_type_) + " does not exist"
                      : "a header reaches beyond the headers' length";
        return std::nullopt;
      }
      const bool twice = std::any_of(headers.begin(), headers.end(),
                                     [&](const auto& header) { return header.first == *name; });
      if (twice) {
        problem = "header " + *name + " stands twice";
        return std::nullopt;
      }
      headers.emplace_back(*name, *value);
    }
    return headers;
  }

 private:
  std::optional<std::string> take(std::size_t bytes) {
    if (left_.size() < bytes) return std::nullopt;
    std::string taken(left_.substr(0, bytes));
    left_.remove_prefix(bytes);
    return taken;
  }

  std::optional<std::string> sized(std::size_t size_bytes) {
    const std::optional<std::string> size = take(size_bytes);
    if (!size) return std::nullopt;
    return take(read_big_endian(*size, 0, size_bytes));
  }

  template <typename T>
  std::optional<HeaderValue> number() {
    const std::optional<std::string> bytes = take(sizeof(T));
    if (!bytes) return std::nullopt;
    return HeaderValue(static_cast<T>(read_big_endian(*bytes, 0, sizeof(T))));
  }

  template <typename T>
  std::optional<HeaderValue> wrapped(std::optional<std::string> bytes) {
    if (!bytes) return std::nullopt;
    return HeaderValue(T{*std::move(bytes)});
  }

  std::optional<HeaderValue> read_value() {
    const std::optional<std::string> type = take(1);
    if (!type) return std::nullopt;
    switch (static_cast<unsigned char>(type->front())) {
      case 0:
        return HeaderValue(true);
      case 1:
        return HeaderValue(false);
      case 2:
        return number<std::int8_t>();
      case 3:
        return number<std::int16_t>();
      case 4:
        return number<std::int32_t>();
      case 5:
        return number<std::int64_t>();
      case 6:
        return wrapped<ByteArray>(sized(2));
      case 7:
        return wrapped<std::string>(sized(2));
      case 8: {
        const std::optional<HeaderValue> ms = number<std::int64_t>();
        if (!ms) return std::nullopt;
        return HeaderValue(Timestamp{std::get<std::int64_t>(*ms)});
      }
      case 9:
        return wrapped<Uuid>(take(16));
      default:
        unknown_type_ = static_cast<unsigned char>(type->front());
        return std::nullopt;
    }
  }

  std::string_view left_;
  int unknown_type_ = -1;
};

}  // namespace

std::string_view EventStreamMessage::text(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    const auto* found = std::get_if<std::string>(&value);
    if (field == name && found != nullptr) return *found;
  }
  return {};
}

bool EventStreamMessage::is_failure() const {
  const std::string_view kind = text(":message-type");
  return kind == "exception" || kind == "error";
}

std::string_view EventStreamMessage::type() const {
  const std::string_view kind = text(":message-type");
  if (kind == "exception") return text(":exception-type");
  return text(kind == "error" ? ":error-code" : ":event-type");
}

std::string encode(const EventStreamMessage& message) {
  return encode_parts({encode_headers(message.headers)}, message.payload);
}

std::string encode_headers(const EventStreamHeaders& headers) {
  std::string bytes;
  for (const auto& [name, value] : headers) {
    put_sized(bytes, name, 1);
    std::visit(PutValue{bytes}, value);
  }
  return bytes;
}

std::optional<EventStreamHeaders> decode_headers(std::string_view bytes) {
  if (bytes.size() > kMaxEventStreamHeadersBytes) return std::nullopt;
  std::string problem;
  return HeaderReader(bytes).read(problem);
}

std::string encode_event(std::string_view event_type, std::string_view json) {
  static const std::string kMore = json_headers("event");
  return encode_parts({text_header(":event-type", event_type), kMore}, json);
}

std::string encode_exception(std::string_view exception_type, std::string_view json) {
  static const std::string kMore = json_headers("exception");
  return encode_parts({text_header(":exception-type", exception_type), kMore}, json);
}

void EventStreamDecoder::feed(std::string_view bytes) {
  buffer_ += bytes;
}

std::optional<EventStreamError> EventStreamDecoder::check_prelude() {
  const std::string_view prelude =
      std::string_view(buffer_).substr(start_, kEventStreamPreludeBytes);
  const std::uint32_t stated = get32(prelude, kEventStreamPreludeCrcOffset);
  const std::uint32_t calculated = crc_of(prelude.substr(0, kEventStreamPreludeCrcOffset));
  if (stated != calculated) {
    return checksum_error(Kind::kPreludeChecksum, "prelude", stated, calculated);
  }
  const std::size_t total = get32(prelude, 0);
  const std::size_t headers = get32(prelude, 4);
  if (headers > kMaxEventStreamHeadersBytes) {
    return EventStreamError{Kind::kHeadersTooLong, "headers of " + std::to_string(headers) +
                                                       " bytes, the limit is " +
                                                       std::to_string(kMaxEventStreamHeadersBytes)};
  }
  if (total < kEventStreamMinBytes + headers) {
    return EventStreamError{Kind::kMalformed, "a message of " + std::to_string(total) +
                                                  " bytes cannot hold headers of " +
                                                  std::to_string(headers)};
  }
  const std::size_t payload = total - headers - kEventStreamMinBytes;
  if (payload > kMaxEventStreamPayloadBytes) {
    return EventStreamError{Kind::kPayloadTooLong, "a payload of " + std::to_string(payload) +
                                                       " bytes, the limit is " +
                                                       std::to_string(kMaxEventStreamPayloadBytes)};
  }
  return std::nullopt;
}

Result<std::optional<EventStreamMessage>, EventStreamError> EventStreamDecoder::next() {
  if (error_) return *error_;
  const std::string_view left = std::string_view(buffer_).substr(start_);
  if (left.size() < kEventStreamPreludeBytes) return std::optional<EventStreamMessage>();
  if (!prelude_checked_) {
    error_ = check_prelude();
    if (error_) return *error_;
    prelude_checked_ = true;
  }
  const std::size_t total = get32(left, 0);
  if (left.size() < total) return std::optional<EventStreamMessage>();

  const std::string_view checked = left.substr(0, total - kEventStreamCrcBytes);
  const std::uint32_t stated = get32(left, checked.size());
  const std::uint32_t calculated = crc_of(checked);
  if (stated != calculated) {
    error_ = checksum_error(Kind::kMessageChecksum, "message", stated, calculated);
    return *error_;
  }
  const std::size_t headers_bytes = get32(left, 4);
  std::string problem;
  auto headers = HeaderReader(left.substr(kEventStreamPreludeBytes, headers_bytes)).read(problem);
  if (!headers) {
    error_ = EventStreamError{Kind::kMalformed, problem};
    return *error_;
  }
  EventStreamMessage message{*std::move(headers),
                             std::string(checked.substr(kEventStreamPreludeBytes + headers_bytes))};
  drop(total);
  return std::optional<EventStreamMessage>(std::move(message));
}

// Moves the rest to the front once it is worth it, so that many small messages cost linear time.
void EventStreamDecoder::drop(std::size_t bytes) {
  start_ += bytes;
  prelude_checked_ = false;
  if (start_ == buffer_.size() || start_ > buffer_.size() / 2) {
    buffer_.erase(0, start_);
    start_ = 0;
  }
}

std::optional<EventStreamError> EventStreamDecoder::finish() const {
  if (error_) return error_;
  const std::size_t left = buffer_.size() - start_;
  if (left == 0) return std::nullopt;
  return EventStreamError{Kind::kTruncated,
                          "the stream ended " + std::to_string(left) + " bytes into a message"};
}

}  // namespace bedlam::aws
