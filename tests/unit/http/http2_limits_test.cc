// What a peer of HTTP/2 may not do, and that those beside it do not notice.
#include <gmock/gmock.h>

#include "tests/unit/http/http2_client.h"

namespace bedlam::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

rpc::Reply served(const rpc::Call&) {
  return rpc::plain_reply(200, {}, "served");
}

// A frame (RFC 9113 section 4.1).
std::string frame(char type, char flags, std::uint32_t stream, const std::string& payload) {
  std::string bytes;
  for (const int shift : {16, 8, 0}) bytes += static_cast<char>(payload.size() >> shift);
  bytes += type;
  bytes += flags;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(stream >> shift);
  return bytes + payload;
}
constexpr char kHeaders = 1, kResetStream = 3, kSettings = 4, kContinuation = 9;
constexpr char kEndStream = 1, kEndHeaders = 4;
// GET http / as one indexed field each (RFC 7541 appendix A).
const std::string kGet = "\x82\x86\x84";

std::string preface() {
  return std::string(kClientPreface) + frame(kSettings, 0, 0, "");
}

void expect_others_served(const LiveServer& live) {
  Http2Client client(live.port());
  EXPECT_EQ(client.answer(client.get("/")).body, "served");
}

TEST(Http2Limits, TooLargeABodyIsRefusedByItsLengthAlone) {
  LiveServer live(served);
  Http2Client client(live.port());
  auto fields = Http2Client::request("POST", "/");
  fields.emplace_back("content-length", "300000000");
  const auto& answer = client.answer(client.ask(fields, std::string(1'000'000, 'x')));
  EXPECT_EQ(answer.status, 413);
  EXPECT_THAT(answer.body, HasSubstr("{\"message\":\""));
  EXPECT_EQ(client.answer(client.get("/")).body, "served");  // on the same connection
}

// RFC 9113 section 8.1: RST_STREAM with NO_ERROR may follow a whole answer. Curl 7.88 takes one
// that comes with the answer for an error.
TEST(Http2Limits, ARefusedRequestIsResetOnceItsClientHasReadTheAnswer) {
  Limits limits;
  limits.streams = 2;
  LiveServer live(served, Pace::kReal, limits);
  Http2Client client(live.port());
  auto fields = Http2Client::request("POST", "/");
  fields.emplace_back("content-length", "300000000");
  for (int i = 0; i < 5; ++i) {  // more than there may be streams: none of them stays
    const std::int32_t stream = client.talk(fields, "x");
    EXPECT_EQ(client.answer(stream).status, 413);
    EXPECT_TRUE(client.read_until([&] { return client.so_far(stream).reset.has_value(); }));
    EXPECT_EQ(client.so_far(stream).reset, static_cast<std::uint32_t>(NGHTTP2_NO_ERROR));
    EXPECT_EQ(client.answer(client.get("/")).body, "served");
  }
}

TEST(Http2Limits, ARefusedRequestThatEndsIsNotReset) {
  LiveServer live(served);
  Http2Client client(live.port());
  auto fields = Http2Client::request("POST", "/");
  fields.emplace_back("expect", "magic");
  const std::int32_t stream = client.talk(fields, "x");
  client.say(stream, "y", true);
  EXPECT_EQ(client.answer(stream).status, 417);
  EXPECT_EQ(client.answer(client.get("/")).body, "served");
  EXPECT_FALSE(client.so_far(stream).reset);
}

TEST(Http2Limits, ARefusedRequestThatNeverEndsKeepsNoConnection) {
  Limits limits;
  limits.idle_time = kTimeToSend;
  LiveServer live(served, Pace::kReal, limits);
  Http2Client client(live.port());
  auto fields = Http2Client::request("POST", "/");
  fields.emplace_back("expect", "magic");
  EXPECT_EQ(client.answer(client.talk(fields, "x")).status, 417);
  client.read_all();
  ASSERT_TRUE(client.go_away());
  EXPECT_EQ(client.go_away()->code, static_cast<std::uint32_t>(NGHTTP2_NO_ERROR));
}

TEST(Http2Limits, ABodyIsCountedAsItComes) {
  Limits limits;
  limits.request_body = 100'000;
  LiveServer live(served, Pace::kReal, limits);
  Http2Client client(live.port());
  EXPECT_EQ(client.answer(client.post("/", std::string(100'000, 'x'))).status, 200);
  const std::int32_t large = client.post("/", std::string(1'000'000, 'x'));
  EXPECT_EQ(client.answer(large).status, 413);
  EXPECT_TRUE(client.read_until([&] { return client.so_far(large).reset.has_value(); }))
      << "sent on without a look at the answer";
  EXPECT_EQ(client.so_far(large).reset, static_cast<std::uint32_t>(NGHTTP2_NO_ERROR));
  EXPECT_EQ(live.counts().refusals, 1U);
}

TEST(Http2Limits, UnfinishedBodiesAreBoundedTogether) {
  Limits limits;
  limits.unfinished_bodies = 100'000;
  LiveServer live(served, Pace::kReal, limits);
  Http2Client client(live.port());
  EXPECT_EQ(client.answer(client.post("/", std::string(1'000'000, 'x'))).reset,
            static_cast<std::uint32_t>(NGHTTP2_REFUSED_STREAM));
  EXPECT_EQ(client.answer(client.get("/")).body, "served");
}

TEST(Http2Limits, BodiesOfAllConnectionsAreBoundedTogether) {
  Limits limits;
  limits.gathered_bodies = 100'000;
  LiveServer live(served, Pace::kReal, limits);
  Http2Client client(live.port());
  EXPECT_EQ(client.answer(client.post("/", std::string(1'000'000, 'x'))).reset,
            static_cast<std::uint32_t>(NGHTTP2_REFUSED_STREAM));
  EXPECT_EQ(client.answer(client.post("/", std::string(50'000, 'x'))).body, "served");
}

TEST(Http2Limits, HeadersAndTargetsAreBounded) {
  LiveServer live(served);
  Http2Client client(live.port());
  auto many = Http2Client::request("GET", "/");
  for (int i = 0; i < 1'000; ++i) many.emplace_back("x-" + std::to_string(i), "y");
  EXPECT_EQ(client.answer(client.ask(many)).status, 431);
  auto large = Http2Client::request("GET", "/");
  // 66,880 bytes as SETTINGS_MAX_HEADER_LIST_SIZE counts them, less than nghttp2's client may send.
  for (int i = 100; i < 290; ++i) {
    large.emplace_back("x-" + std::to_string(i), std::string(315, 'y'));
  }
  EXPECT_EQ(client.answer(client.ask(large)).status, 431);
  EXPECT_EQ(client.answer(client.get("/" + std::string(9'000, 'x'))).status, 414);
  EXPECT_EQ(client.answer(client.get("/")).body, "served");
}

TEST(Http2Limits, ConnectIsForProxies) {
  LiveServer live(served);
  Http2Client client(live.port());
  EXPECT_EQ(client.answer(client.ask({{":method", "CONNECT"}, {":authority", "a:1"}})).status, 501);
}

TEST(Http2Limits, StreamsOpenedAndResetAtOnceEndTheConnection) {
  LiveServer live(served);
  RawPeer peer(live.port());
  std::string flood = preface();
  for (std::uint32_t stream = 1; stream < 20'000; stream += 2) {
    flood += frame(kHeaders, kEndHeaders, stream, kGet);
    flood += frame(kResetStream, 0, stream, std::string("\0\0\0\x08", 4));
  }
  peer.send(flood);
  peer.read_all();
  EXPECT_NE(peer.ended(), RawPeer::End::kNone);
  expect_others_served(live);
}

TEST(Http2Limits, HeadersWithoutEndEndTheConnection) {
  LiveServer live(served);
  RawPeer peer(live.port());
  peer.send(preface() + frame(kHeaders, kEndStream, 1, kGet));
  for (int i = 0; i < 100; ++i) peer.send(frame(kContinuation, 0, 1, ""));
  peer.read_all();
  EXPECT_NE(peer.ended(), RawPeer::End::kNone);
  EXPECT_EQ(live.counts().requests, 0U);
  expect_others_served(live);
}

TEST(Http2Limits, AHeaderSectionHasOneDeadline) {
  for (const Pace pace : {Pace::kReal, Pace::kByHand}) {
    Limits limits;
    limits.header_time = 30ms;
    LiveServer live(served, pace, limits);
    RawPeer peer(live.port());
    peer.send(preface() + frame(kHeaders, kEndStream, 1, kGet));
    peer.read_all();
    EXPECT_EQ(peer.ended(), RawPeer::End::kFin);
  }
}

TEST(Http2Limits, AnIdleConnectionEndsInOrder) {
  Limits limits;
  limits.idle_time = kTimeToSend;
  LiveServer live(served, Pace::kReal, limits);
  Http2Client client(live.port());
  client.answer(client.get("/"));
  client.read_all();
  ASSERT_TRUE(client.go_away());
  EXPECT_EQ(client.go_away()->code, static_cast<std::uint32_t>(NGHTTP2_NO_ERROR));
}

TEST(Http2Limits, AReplyUnderWayIsNotIdle) {
  Limits limits;
  limits.idle_time = kTimeToSend;
  LiveServer live(
      [](const rpc::Call&) {
        return stream_reply({step(2 * kTimeToSend, rpc::Bytes{"late", std::nullopt}),
                             step(2 * kTimeToSend, rpc::End{})});
      },
      Pace::kReal, limits);
  Http2Client client(live.port());
  EXPECT_EQ(client.answer(client.get("/")).body, "late");
}

TEST(Http2Limits, GarbageAfterThePrefaceEndsTheConnection) {
  LiveServer live(served);
  RawPeer peer(live.port());
  peer.send(std::string(kClientPreface) + "this is no frame at all, not even nearly");
  peer.read_all();
  EXPECT_EQ(peer.ended(), RawPeer::End::kFin);
  expect_others_served(live);
}

}  // namespace
}  // namespace bedlam::http
