#include "emulator/aws/signed_events.h"

#include <algorithm>

#include "emulator/aws/front_door_errors.h"
#include "emulator/aws/sigv4.h"

namespace bedlam::aws {
namespace {

using Kind = EventStreamError::Kind;

constexpr std::string_view kDate = ":date";
constexpr std::string_view kChunkSignature = ":chunk-signature";
constexpr std::string_view kEventAlgorithm = "AWS4-HMAC-SHA256-PAYLOAD";

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

template <typename Value>
const Value* header_of(const EventStreamMessage& message, std::string_view name) {
  for (const auto& [header, value] : message.headers) {
    if (header == name) return std::get_if<Value>(&value);
  }
  return nullptr;
}

// Those that are signed: all but the signature.
std::string signed_header_bytes(EventStreamHeaders headers) {
  std::erase_if(headers, [](const auto& header) { return header.first == kChunkSignature; });
  return encode_headers(headers);
}

// The last part of what an event signs; the signature before it stands ahead of this.
std::string hashes_of(const EventStreamMessage& envelope) {
  return sha256_hex(signed_header_bytes(envelope.headers)) + '\n' + sha256_hex(envelope.payload);
}

}  // namespace

bool is_signed_envelope(const EventStreamMessage& message) {
  return std::ranges::any_of(message.headers,
                             [](const auto& header) { return header.first == kChunkSignature; });
}

EventStreamError EventChain::refuse(std::string message, std::string explanation) {
  explanation_ = std::move(explanation);
  return {Kind::kSignature, std::move(message)};
}

std::optional<EventStreamError> EventChain::check(const EventStreamMessage& envelope) {
  const std::string which = "event " + std::to_string(++events_) + " of the request";
  const auto* found = header_of<ByteArray>(envelope, kChunkSignature);
  const auto* date = header_of<Timestamp>(envelope, kDate);
  if (found == nullptr || date == nullptr) {
    return refuse(front_door::signature_mismatch().message,
                  which + (found == nullptr ? " has no :chunk-signature" : " has no :date"));
  }
  const auto signed_at = std::chrono::floor<std::chrono::seconds>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(date->ms)));
  if (now_) {
    const std::chrono::sys_seconds now = now_();
    if (signed_at > now + front_door::kMaxSkew) {
      return refuse(front_door::signed_in_the_future(signed_at, now).message, which);
    }
    if (signed_at < now - front_door::kMaxSkew) {
      return refuse(front_door::signed_too_early(signed_at, now, front_door::kMaxSkew).message,
                    which);
    }
  }
  SigV4 by;
  by.scope = seed_.scope;
  by.time = front_door::basic_time(signed_at);
  by.scope.date = by.time.substr(0, by.time.find('T'));  // a stream may last past midnight
  const std::string head =
      std::string(kEventAlgorithm) + '\n' + by.time + '\n' + scope_text(by.scope) + '\n';
  const std::string hashes = hashes_of(envelope);
  std::string right = signature(seed_.secret, by, head + seed_.signature + '\n' + hashes);
  if (!equal_secrets(right, hex(found->bytes))) {
    return refuse(
        front_door::signature_mismatch().message,
        which + ": the string to sign here was\n" + head + "(the signature before)\n" + hashes);
  }
  seed_.signature = std::move(right);
  ended_ = envelope.payload.empty();
  return std::nullopt;
}

std::optional<EventStreamError> EventChain::finish() const {
  if (ended_) return std::nullopt;
  return EventStreamError{Kind::kUnended, "the stream ended without a signed empty event"};
}

Result<std::optional<EventStreamMessage>, EventStreamError> SignedEventReader::next() {
  if (error_) return *error_;
  while (true) {
    auto message = outer_.next();
    if (!message.ok() || !*message) return message;
    if (chain_) error_ = chain_->check(**message);
    if (error_) return *error_;
    if (!is_signed_envelope(**message)) return message;
    if ((*message)->payload.empty()) continue;  // the end of the stream
    auto inner = open_envelope(**message);
    if (!inner.ok()) error_ = inner.error();
    return inner;
  }
}

std::optional<EventStreamError> SignedEventReader::finish() const {
  if (error_) return error_;
  if (auto cut = outer_.finish()) return cut;
  return chain_ ? chain_->finish() : std::nullopt;
}

}  // namespace bedlam::aws
