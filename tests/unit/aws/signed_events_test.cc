// Signed messages, as the AWS SDK for JavaScript writes them: EventSigningTransformStream of
// @aws-sdk/eventstream-handler-node 3.972.42 with SignatureV4 of @smithy/signature-v4, key
// AKIDEXAMPLE, Region us-east-1, service bedrock, first prior signature 64 zeros, at
// 2024-10-04T00:00:00.123Z; made 2026-11-22.
#include "emulator/aws/signed_events.h"

#include <gtest/gtest.h>

#include "tests/unit/aws/recorded_frames.h"

namespace bedlam::aws {
namespace {

// The chunks {"bytes":"SGk="} and {"bytes":"Qnll"}, and the end of the stream, which has no
// payload.
const char* const kFirstSigned =
    "000000be0000004325007936053a64617465080000019254d3807b103a6368756e6b2d7369676e6174757265"
    "0600206d52507c6caa9e9c13f7fd7a0d621ff78a6cd0afbda33e73419a6fec8dff3fb00000006b0000004b6a"
    "ce012d0b3a6576656e742d747970650700056368756e6b0d3a6d6573736167652d747970650700056576656e"
    "740d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b226279746573223a22"
    "53476b3d227d9b8a6bd439db0d8c";
const char* const kSecondSigned =
    "000000be0000004325007936053a64617465080000019254d3807b103a6368756e6b2d7369676e6174757265"
    "0600205acc4e42ac94a2f423c05d7d437ce2cc9e6926abf78b4a33c5c668002901dfab0000006b0000004b6a"
    "ce012d0b3a6576656e742d747970650700056368756e6b0d3a6d6573736167652d747970650700056576656e"
    "740d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b226279746573223a22"
    "516e6c6c227dea3afb94e12de0c8";
const char* const kEndSigned =
    "0000005300000043f5447a58053a64617465080000019254d3807b103a6368756e6b2d7369676e6174757265"
    "060020e735e1339b65dc65e52cc5478e71d97f4216963c57242ae2f8b041eeddeae4f70bb1685f";

std::string signed_stream() {
  return test::from_hex(kFirstSigned) + test::from_hex(kSecondSigned) + test::from_hex(kEndSigned);
}

// The payloads that come out, then what went wrong.
std::vector<std::string> payloads_of(SignedEventReader& reader) {
  std::vector<std::string> payloads;
  while (true) {
    const auto message = reader.next();
    if (!message.ok()) {
      payloads.push_back("error: " + message.error().message);
      return payloads;
    }
    if (!*message) return payloads;
    EXPECT_EQ((*message)->text(":event-type"), "chunk");
    EXPECT_EQ((*message)->text(":message-type"), "event");
    payloads.push_back((*message)->payload);
  }
}

TEST(SignedEvents, AreTakenOutOfTheirEnvelopes) {
  SignedEventReader reader;
  reader.feed(signed_stream());
  EXPECT_EQ(payloads_of(reader),
            (std::vector<std::string>{R"({"bytes":"SGk="})", R"({"bytes":"Qnll"})"}));
  EXPECT_FALSE(reader.finish().has_value());
}

TEST(SignedEvents, InPiecesOfAnySize) {
  const std::string bytes = signed_stream();
  for (std::size_t piece = 1; piece < bytes.size(); piece += 31) {
    SignedEventReader reader;
    std::vector<std::string> payloads;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      reader.feed(std::string_view(bytes).substr(at, piece));
      for (std::string& payload : payloads_of(reader)) payloads.push_back(std::move(payload));
    }
    EXPECT_EQ(payloads, (std::vector<std::string>{R"({"bytes":"SGk="})", R"({"bytes":"Qnll"})"}))
        << piece;
  }
}

TEST(SignedEvents, EnvelopesSayWhenAndHow) {
  EventStreamDecoder decoder;
  decoder.feed(test::from_hex(kFirstSigned));
  const auto envelope = decoder.next();
  ASSERT_TRUE(envelope.ok() && envelope->has_value());
  EXPECT_TRUE(is_signed_envelope(**envelope));
  ASSERT_EQ((*envelope)->headers.size(), 2U);
  EXPECT_EQ((*envelope)->headers[0].first, ":date");
  EXPECT_EQ((*envelope)->headers[1].first, ":chunk-signature");
  EventStreamDecoder inside;
  inside.feed((*envelope)->payload);
  const auto message = inside.next();
  ASSERT_TRUE(message.ok() && message->has_value());
  EXPECT_FALSE(is_signed_envelope(**message)) << "a client that signs nothing sends this";
}

// The inner message of the first is unsigned by itself; the reader takes both.
TEST(SignedEvents, MayBeUnsigned) {
  EventStreamDecoder decoder;
  decoder.feed(test::from_hex(kFirstSigned));
  SignedEventReader reader;
  reader.feed((*decoder.next())->payload);
  EXPECT_EQ(payloads_of(reader), (std::vector<std::string>{R"({"bytes":"SGk="})"}));
}

TEST(SignedEvents, AStreamThatIsCutSaysSo) {
  SignedEventReader reader;
  reader.feed(signed_stream().substr(0, 300));
  EXPECT_EQ(payloads_of(reader).size(), 1U);
  ASSERT_TRUE(reader.finish().has_value());
  EXPECT_EQ(reader.finish()->kind, EventStreamError::Kind::kTruncated);
}

TEST(SignedEvents, ADamagedEnvelopeIsAnErrorThatStays) {
  std::string damaged = signed_stream();
  damaged[100] = static_cast<char>(damaged[100] ^ 1);
  SignedEventReader reader;
  reader.feed(damaged);
  for (int i = 0; i < 2; ++i) {
    const auto message = reader.next();
    ASSERT_FALSE(message.ok());
    EXPECT_EQ(message.error().kind, EventStreamError::Kind::kMessageChecksum);
  }
}

}  // namespace
}  // namespace bedlam::aws
