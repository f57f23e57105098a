#include "emulator/aws/event_stream.h"

#include <gtest/gtest.h>

#include "tests/unit/aws/recorded_frames.h"

namespace bedlam::aws {
namespace {

using test::from_hex;
using test::to_hex;
using Kind = EventStreamError::Kind;

// A message with one header of each type. Made with Python's struct and zlib, and read back with
//   b = botocore.eventstream.EventStreamBuffer(); b.add_data(bytes.fromhex(...)); next(b).headers
// (botocore 1.43.11), which gives the values that the test names.
constexpr std::string_view kAllTypes =
    "00000070000000598e47d6f601740001660102693802fe0369313603fed40369333204fffeee900369363405ffffff"
    "fe"
    "d5fa0e0001620600030001ff01730700056ec3a92121027473080000019254d3807b01750900010203040506070809"
    "0a"
    "0b0c0d0e0f7061796c6f61648d337672";

EventStreamMessage decode_one(std::string_view bytes) {
  EventStreamDecoder decoder;
  decoder.feed(bytes);
  auto message = decoder.next();
  EXPECT_TRUE(message.ok()) << (message.ok() ? "" : message.error().message);
  EXPECT_TRUE(message.ok() && message->has_value());
  EXPECT_FALSE(decoder.finish().has_value());
  return message.ok() && message->has_value() ? **message : EventStreamMessage{};
}

EventStreamError error_of(std::string_view bytes) {
  EventStreamDecoder decoder;
  decoder.feed(bytes);
  const auto message = decoder.next();
  if (!message.ok()) return message.error();
  return decoder.finish().value_or(EventStreamError{Kind::kMalformed, "no error"});
}

TEST(EventStream, EncodesThePublishedFrames) {
  EXPECT_EQ(to_hex(encode_event("chunk",
                                R"({"bytes":"eyJ0eXBlIjoiY29udGVudF9ibG9ja19kZWx0YSIsImluZGV4Ijow)"
                                R"(LCJkZWx0YSI6eyJ0eXBlIjoidGV4dF9kZWx0YSIsInRleHQiOiJIaSJ9fQ==",)"
                                R"("p":"abcdef"})")),
            test::kChunkFrame);
  EXPECT_EQ(to_hex(encode_event("contentBlockDelta",
                                R"({"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"abcdef"})")),
            test::kContentBlockDeltaFrame);
  EXPECT_EQ(to_hex(encode_exception("modelStreamErrorException",
                                    R"({"message":"The model stream failed",)"
                                    R"("originalStatusCode":500,"originalMessage":"upstream"})")),
            test::kModelStreamErrorFrame);
  EXPECT_EQ(to_hex(encode_exception(
                "throttlingException",
                R"({"message":"Too many tokens, please wait before trying again."})")),
            test::kThrottlingFrame);
  EXPECT_EQ(to_hex(encode_event("messageStart", R"({"role":"assistant"})")),
            test::kMessageStartFrame);
  EXPECT_EQ(to_hex(encode({})), test::kEmptyMessage);
}

TEST(EventStream, DecodesEveryHeaderType) {
  const EventStreamMessage message = decode_one(from_hex(kAllTypes));
  const std::vector<std::pair<std::string, HeaderValue>> expected{
      {"t", true},
      {"f", false},
      {"i8", std::int8_t{-2}},
      {"i16", std::int16_t{-300}},
      {"i32", std::int32_t{-70000}},
      {"i64", std::int64_t{-5000000000}},
      {"b", ByteArray{std::string("\0\1\xff", 3)}},
      {"s", std::string("n\xc3\xa9!!")},
      {"ts", Timestamp{1728000000123}},
      {"u", Uuid{from_hex("000102030405060708090a0b0c0d0e0f")}}};
  EXPECT_EQ(message.headers, expected);
  EXPECT_EQ(message.payload, "payload");
  EXPECT_EQ(message.text("s"), "n\xc3\xa9!!");
  EXPECT_EQ(message.text("i8"), "");
  EXPECT_EQ(to_hex(encode(message)), kAllTypes);
}

TEST(EventStream, TakesPiecesOfAnySize) {
  const std::string stream = from_hex(test::kMessageStartFrame) +
                             from_hex(test::kContentBlockDeltaFrame) +
                             from_hex(test::kEmptyMessage) + from_hex(test::kThrottlingFrame);
  for (std::size_t piece = 1; piece <= stream.size(); piece += 7) {
    EventStreamDecoder decoder;
    std::vector<std::string> types;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      decoder.feed(std::string_view(stream).substr(at, piece));
      for (auto message = decoder.next(); message.ok() && message->has_value();
           message = decoder.next()) {
        types.push_back(std::string((*message)->text(":event-type")) +
                        std::string((*message)->text(":exception-type")));
      }
    }
    EXPECT_EQ(types, (std::vector<std::string>{"messageStart", "contentBlockDelta", "",
                                               "throttlingException"}))
        << "pieces of " << piece;
    EXPECT_FALSE(decoder.finish().has_value());
  }
}

TEST(EventStream, SaysWhichChecksumIsWrong) {
  std::string prelude = from_hex(test::kMessageStartFrame);
  prelude[8] ^= 1;
  EXPECT_EQ(error_of(prelude).kind, Kind::kPreludeChecksum);
  EXPECT_EQ(error_of(prelude).message,
            "the prelude checksum is 0x97d5fade, its bytes give 0x96d5fade");

  std::string payload = from_hex(test::kMessageStartFrame);
  payload[payload.size() - 6] ^= 1;
  EXPECT_EQ(error_of(payload).kind, Kind::kMessageChecksum);
}

TEST(EventStream, ChecksThePreludeBeforeTheRestIsThere) {
  std::string bytes = from_hex(test::kMessageStartFrame).substr(0, kEventStreamPreludeBytes);
  bytes[3] ^= 1;
  EXPECT_EQ(error_of(bytes).kind, Kind::kPreludeChecksum);
}

TEST(EventStream, NoticesAStreamThatEndsInsideAMessage) {
  const std::string frame = from_hex(test::kMessageStartFrame);
  EventStreamDecoder decoder;
  decoder.feed(frame + frame.substr(0, 30));
  ASSERT_TRUE(decoder.next()->has_value());
  EXPECT_FALSE(decoder.next()->has_value());
  ASSERT_TRUE(decoder.finish().has_value());
  EXPECT_EQ(decoder.finish()->kind, Kind::kTruncated);
  EXPECT_EQ(decoder.finish()->message, "the stream ended 30 bytes into a message");
}

// Preludes made with: struct.pack('>II', total, headers) + struct.pack('>I', zlib.crc32(...)).
TEST(EventStream, RefusesWhatBotocoreRefuses) {
  // total 131100, headers 131073: InvalidHeadersLength
  EXPECT_EQ(error_of(from_hex("0002001c00020001232e503b")).kind, Kind::kHeadersTooLong);
  // total 25165841, headers 0: InvalidPayloadLength
  EXPECT_EQ(error_of(from_hex("01800011000000007c1e8b37")).kind, Kind::kPayloadTooLong);
  // total 20, headers 10: they do not fit
  EXPECT_EQ(error_of(from_hex("000000140000000a10970735")).kind, Kind::kMalformed);
}

TEST(EventStream, RefusesMalformedHeaders) {
  const EventStreamError twice =
      error_of(encode({{{"a", std::string("1")}, {"a", std::string("2")}}, ""}));
  EXPECT_EQ(twice.kind, Kind::kMalformed);
  EXPECT_EQ(twice.message, "header a stands twice");
  // One header `a` of type 11: zlib.crc32 as above.
  const EventStreamError unknown = error_of(from_hex("0000001300000003db6b638101610b88aca6b4"));
  EXPECT_EQ(unknown.kind, Kind::kMalformed);
  EXPECT_EQ(unknown.message, "header type 11 does not exist");
}

TEST(EventStream, RepeatsItsError) {
  EventStreamDecoder decoder;
  std::string bytes = from_hex(test::kMessageStartFrame);
  bytes.back() ^= 1;
  decoder.feed(bytes + from_hex(test::kMessageStartFrame));
  EXPECT_FALSE(decoder.next().ok());
  EXPECT_FALSE(decoder.next().ok());
  EXPECT_EQ(decoder.finish()->kind, Kind::kMessageChecksum);
}

}  // namespace
}  // namespace bedlam::aws
