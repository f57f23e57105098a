#include "emulator/aws/signed_events.h"

#include <algorithm>

namespace bedlam::aws {
namespace {

using Kind = EventStreamError::Kind;

Result<std::optional<EventStreamMessage>, EventStreamError> open_envelope(
    const EventStreamMessage& envelope) {
  EventStreamDecoder inner;
  inner.feed(envelope.payload);
  auto message = inner.next();
  if (!message.ok()) return message;
  if (!*message) return EventStreamError{Kind::kTruncated, "a signed message is cut short"};
  if (inner.finish()) return EventStreamError{Kind::kMalformed, "bytes behind a signed message"};
  return message;
}

}  // namespace

bool is_signed_envelope(const EventStreamMessage& message) {
  return std::ranges::any_of(message.headers,
                             [](const auto& header) { return header.first == ":chunk-signature"; });
}

Result<std::optional<EventStreamMessage>, EventStreamError> SignedEventReader::next() {
  if (error_) return *error_;
  while (true) {
    auto message = outer_.next();
    if (!message.ok()) return message;
    if (!*message || !is_signed_envelope(**message)) return message;
    if ((*message)->payload.empty()) continue;  // the end of the stream
    auto inner = open_envelope(**message);
    if (!inner.ok()) error_ = inner.error();
    return inner;
  }
}

}  // namespace bedlam::aws
