// Signed messages, as the AWS SDK for JavaScript writes them: EventSigningTransformStream of
// @aws-sdk/eventstream-handler-node 3.972.42 with SignatureV4 of @smithy/signature-v4, key
// AKIDEXAMPLE with secret wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY, Region us-east-1, service
// bedrock, first prior signature 64 zeros, at 2024-10-04T00:00:00.123Z; made 2026-11-22. The
// stream's _transform() was called with EventStreamCodec's bytes of each chunk, Date.now()
// replaced.
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

// The same three, made in the same way on 2026-11-23 at 2024-10-03T23:59:59.999Z, a millisecond and
// two milliseconds later: the day of the scope changes.
const char* const kBeforeMidnight =
    "000000be0000004325007936053a64617465080000019254d37fff103a6368756e6b2d7369676e6174757265"
    "0600200b81f4a57f1678bcc945ef885e0d1c8ecf362fefd1f748c75f29c98d5d048d450000006b0000004b6a"
    "ce012d0b3a6576656e742d747970650700056368756e6b0d3a6d6573736167652d747970650700056576656e"
    "740d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b226279746573223a22"
    "53476b3d227d9b8a6bd4a9854508";
const char* const kAfterMidnight =
    "000000be0000004325007936053a64617465080000019254d38000103a6368756e6b2d7369676e6174757265"
    "0600205c3a502b8ee85542f4d941600a96819a73e776f0d75e373d89231ba8f8ec25700000006b0000004b6a"
    "ce012d0b3a6576656e742d747970650700056368756e6b0d3a6d6573736167652d747970650700056576656e"
    "740d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b226279746573223a22"
    "516e6c6c227dea3afb94e24a3988";
const char* const kEndAfterMidnight =
    "0000005300000043f5447a58053a64617465080000019254d38001103a6368756e6b2d7369676e6174757265"
    "0600201bc5c1ef027153cf004ca9c4cfac3b5f12353c879e65d33c5bd63a5e277a3fbcc249f1b3";

constexpr std::string_view kMismatch =
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details.";

std::shared_ptr<EventChain> chain(std::string secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                                  EventChain::Now now = {}) {
  return std::make_shared<EventChain>(
      EventChain::Seed{std::move(secret),
                       {"AKIDEXAMPLE", "20241003", "us-east-1", "bedrock"},
                       std::string(64, '0')},
      std::move(now));
}

// What comes of the stream's parts, each in hex.
std::vector<std::string> verified(const std::vector<const char*>& parts,
                                  std::shared_ptr<EventChain> by = chain()) {
  SignedEventReader reader(std::move(by));
  for (const char* part : parts) reader.feed(test::from_hex(part));
  std::vector<std::string> found = payloads_of(reader);
  const auto end = reader.finish();
  if (end && end->kind == EventStreamError::Kind::kUnended) found.push_back("no end");
  return found;
}

const std::string kHi = R"({"bytes":"SGk="})", kBye = R"({"bytes":"Qnll"})";
const std::string kRefused = "error: " + std::string(kMismatch);
using Found = std::vector<std::string>;

TEST(EventSignatures, FollowOneAnother) {
  EXPECT_EQ(verified({kFirstSigned, kSecondSigned, kEndSigned}), (Found{kHi, kBye}));
  EXPECT_EQ(verified({kBeforeMidnight, kAfterMidnight, kEndAfterMidnight}), (Found{kHi, kBye}));
}

TEST(EventSignatures, OfAnEventThatIsLostOrTwiceOrElsewhereAreWrong) {
  EXPECT_EQ(verified({kSecondSigned, kEndSigned}), (Found{kRefused}));
  EXPECT_EQ(verified({kFirstSigned, kFirstSigned}), (Found{kHi, kRefused}));
  EXPECT_EQ(verified({kFirstSigned, kEndSigned}), (Found{kHi, kRefused}));
  EXPECT_EQ(verified({kFirstSigned, kAfterMidnight}), (Found{kHi, kRefused}));
  EXPECT_EQ(verified({kFirstSigned}, chain("guessed")), (Found{kRefused}));
}

TEST(EventSignatures, AreThereOnEveryEventAndOnTheEmptyOneAtTheEnd) {
  EXPECT_EQ(verified({kFirstSigned, kSecondSigned}), (Found{kHi, kBye, "no end"}));
  EXPECT_EQ(verified({}), (Found{"no end"}));
  const auto by = chain();
  SignedEventReader reader(by);
  EventStreamDecoder decoder;
  decoder.feed(test::from_hex(kFirstSigned));
  reader.feed((*decoder.next())->payload);
  EXPECT_EQ(payloads_of(reader), (Found{kRefused}));
  EXPECT_EQ(reader.explanation(), "event 1 of the request has no :chunk-signature");
}

// Its hash is signed: here the chunk's text was changed, and all checksums with it.
TEST(EventSignatures, CoverThePayload) {
  EventStreamDecoder decoder;
  decoder.feed(test::from_hex(kFirstSigned));
  EventStreamMessage envelope = **decoder.next();
  envelope.payload = encode_event("chunk", R"({"bytes":"SG8="})");
  SignedEventReader reader(chain());
  reader.feed(encode(envelope));
  EXPECT_EQ(payloads_of(reader), (Found{kRefused}));
  EXPECT_EQ(reader.explanation().find("event 1 of the request: the string to sign here was\n"
                                      "AWS4-HMAC-SHA256-PAYLOAD\n20241004T000000Z\n"
                                      "20241004/us-east-1/bedrock/aws4_request\n"),
            0U);
}

// Five minutes either way, as of a request; the sentences are those that Transcribe's streams were
// seen to end with (awslabs/amazon-transcribe-streaming-sdk 17).
TEST(EventSignatures, AreOfNow) {
  const std::chrono::sys_seconds signed_at =
      std::chrono::sys_days(std::chrono::year(2024) / 10 / 4);
  const auto at = [&](std::chrono::seconds later) {
    return verified(
        {kFirstSigned, kSecondSigned, kEndSigned},
        chain("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", [=] { return signed_at + later; }))[0];
  };
  EXPECT_EQ(at(std::chrono::minutes(5)), kHi);
  EXPECT_EQ(at(std::chrono::seconds(301)),
            "error: Signature expired: 20241004T000000Z is now earlier than 20241004T000001Z "
            "(20241004T000501Z - 5 min.)");
  EXPECT_EQ(at(std::chrono::minutes(-5)), kHi);
  EXPECT_EQ(at(std::chrono::seconds(-301)).find("error: Signature not yet current: 2024"), 0U);
}

}  // namespace
}  // namespace bedlam::aws
