// The event stream of a request as a server reads it. Clients that sign streams (SigV4,
// STREAMING-AWS4-HMAC-SHA256-EVENTS) put every message into an envelope: a message with the headers
// `:date` and `:chunk-signature` whose payload is the message itself, and an envelope with nothing
// in it at the end (https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html;
// facts: bedrock-runtime.md section 1.5). Without a chain to verify, unsigned messages are taken as
// they are, and signatures as right.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/aws/authorization.h"
#include "emulator/aws/event_stream.h"

namespace bedlam::aws {

bool is_signed_envelope(const EventStreamMessage& message);

// The signatures of one request's events: each signs its envelope's date, its payload and the
// signature before it; the first follows the request's own.
class EventChain {
 public:
  // Who signed the request, and with which signature in hex.
  struct Seed {
    std::string secret;
    CredentialScope scope;
    std::string signature;
  };
  using Now = std::function<std::chrono::sys_seconds()>;

  // Without `now`, an event may be of any time.
  explicit EventChain(Seed seed, Now now = {}) : seed_(std::move(seed)), now_(std::move(now)) {}

  // What is wrong with the next message of the stream, in the words of AWS's front door; nullopt:
  // it follows the one before.
  std::optional<EventStreamError> check(const EventStreamMessage& envelope);
  // To be asked at the end of the stream: whether the envelope with nothing in it was the last.
  std::optional<EventStreamError> finish() const;

  // What was compared when check() failed, for the journal; without secrets and signatures.
  const std::string& explanation() const { return explanation_; }

 private:
  EventStreamError refuse(std::string message, std::string explanation);

  Seed seed_;  // its signature is the last one
  Now now_;
  int events_ = 0;
  bool ended_ = false;
  std::string explanation_;
};

// Takes the stream in pieces of any size and gives its messages without their envelopes; the empty
// one at the end is none.
class SignedEventReader {
 public:
  // With a chain, every message must be signed as it says.
  explicit SignedEventReader(std::shared_ptr<EventChain> chain = nullptr)
      : chain_(std::move(chain)) {}

  void feed(std::string_view bytes) { outer_.feed(bytes); }

  // The next message, or nullopt until more bytes are fed. After an error it repeats that error.
  Result<std::optional<EventStreamMessage>, EventStreamError> next();

  // To be asked at the end of the stream: kTruncated where bytes are left over, kUnended where its
  // chain has no end.
  std::optional<EventStreamError> finish() const;

  // EventChain::explanation().
  std::string explanation() const { return chain_ ? chain_->explanation() : std::string(); }

 private:
  std::shared_ptr<EventChain> chain_;
  EventStreamDecoder outer_;
  std::optional<EventStreamError> error_;
};

}  // namespace bedlam::aws
