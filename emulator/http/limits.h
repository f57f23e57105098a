// What the edge takes from a peer. Sizes keep the memory of a connection bounded; times are on the
// machine's clock even where the emulator's is virtual, so that a skipping clock closes no
// connection.
#pragma once

#include <cstddef>
#include <cstdint>

#include "emulator/base/duration.h"

namespace bedlam::http {

// RFC 9112 section 3 asks for at least 8,000 bytes. A model id of 2,048 characters (pattern
// InvokeModelIdentifier of bedrock-runtime), each percent-encoded, takes 6,144.
inline constexpr std::size_t kMaxRequestLine = 8 * 1024;
// Ours; AWS's are not documented. Session tokens reach several KiB, everything else is small.
inline constexpr std::size_t kMaxHeaderSection = 64 * 1024;
inline constexpr std::size_t kMaxHeaders = 200;
// The Bedrock Runtime model allows 25,000,000 bytes ("body" of InvokeModelRequest); a larger body
// gets AWS's own error as long as the service sees it.
inline constexpr std::size_t kMaxRequestBody = 32 * 1024 * 1024;
// A chunk's size with its extensions (RFC 9112 section 7.1.1 wants a limit); ours.
inline constexpr std::size_t kMaxChunkLine = 4 * 1024;
// Requests sent ahead of their turn (pipelining); beyond it the connection is not read from. Ours.
inline constexpr std::size_t kMaxReadAhead = 64 * 1024;
// Reply bytes that the peer does not fetch. A plan cannot be held, so the connection is reset;
// large enough for any single reply, which the plan holds in memory anyway. Ours.
inline constexpr std::size_t kMaxUnsent = 64 * 1024 * 1024;

// A reply that is made as it is sent waits while its peer leaves so much unread. Ours.
inline constexpr std::size_t kCongested = 256 * 1024;

// Of request bodies that are not complete, on all connections together: sixteen of the largest.
// The one that goes beyond it is refused, with 503 or REFUSED_STREAM, which SDKs retry. Ours: peers
// that begin large requests and never end them cost no more memory than this.
inline constexpr std::size_t kMaxGatheredBodies = 16 * kMaxRequestBody;

// ---- HTTP/2 (RFC 9113)

// Streams of one connection at a time; the RFC advises 100 at least (section 6.5.2). AWS's is not
// documented.
inline constexpr std::uint32_t kMaxStreams = 256;
// What a peer may send ahead: a whole body of InvokeModel on a stream, and two on a connection.
inline constexpr std::uint32_t kStreamWindow = kMaxRequestBody;
inline constexpr std::int32_t kConnectionWindow = 2 * kMaxRequestBody;
// Of all unfinished requests of a connection; a stream beyond it is refused. Ours.
inline constexpr std::size_t kMaxUnfinishedBodies = 4 * kMaxRequestBody;
// Pings of a connection that its peer has not answered yet. Ours: more than its streams.
inline constexpr std::size_t kMaxPings = 1000;
// Guards against floods; nghttp2's own defaults, stated so that they stay.
inline constexpr std::uint64_t kResetBurst = 1000;
inline constexpr std::uint64_t kResetsPerSecond = 33;
inline constexpr std::size_t kMaxContinuations = 8;
inline constexpr std::size_t kMaxSettings = 32;
inline constexpr std::size_t kMaxOutboundAcks = 1000;

struct Limits {
  std::size_t request_line = kMaxRequestLine;
  std::size_t header_section = kMaxHeaderSection;
  std::size_t headers = kMaxHeaders;
  std::size_t request_body = kMaxRequestBody;
  std::size_t gathered_bodies = kMaxGatheredBodies;
  std::size_t unsent = kMaxUnsent;
  std::uint32_t streams = kMaxStreams;
  std::size_t unfinished_bodies = kMaxUnfinishedBodies;
  // From a request's first byte to the end of its header section.
  Duration header_time = std::chrono::seconds(30);
  // Without a byte: between requests, and within a body. Longer than AWS's SDKs keep an idle
  // connection (Java v2: 60 s at most, and it notices the end of one).
  Duration idle_time = std::chrono::seconds(60);
  // After the last byte sent, for the peer to read it and to close: in all, and without a byte from
  // the peer. A close with unread input would be a reset and could destroy the reply.
  Duration linger_time = std::chrono::seconds(30);
  Duration linger_idle_time = std::chrono::seconds(5);
  // From a TLS connection's first byte to its last handshake message.
  Duration handshake_time = std::chrono::seconds(10);
  // For bytes sent before a reset to leave the machine.
  Duration reset_time = std::chrono::seconds(1);
};

}  // namespace bedlam::http
