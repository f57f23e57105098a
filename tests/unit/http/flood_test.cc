// Floods that cost the peer little, replies without end, and what they cost us: bounded memory, and
// nothing to those beside.
#include <gmock/gmock.h>
#include <httplib.h>

#include "tests/unit/http/http2_client.h"

namespace bedlam::http {
namespace {

using namespace std::chrono_literals;

constexpr char kSettingsFrame = 4, kPingFrame = 6;

rpc::Reply calm(const rpc::Call&) {
  return rpc::plain_reply(200, {}, "calm");
}

// A frame of a connection (RFC 9113 section 4.1).
std::string connection_frame(char type, const std::string& payload) {
  std::string bytes{'\0', '\0', static_cast<char>(payload.size()), type, '\0'};
  return bytes + std::string(4, '\0') + payload;
}

void expect_others_calm(const LiveServer& live) {
  httplib::Client client("127.0.0.1", live.port());
  const auto reply = client.Get("/");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "calm");
}

// Sends the frame again and again without reading an answer, until the server has had enough.
void expect_flood_ended(const std::string& frame) {
  LiveServer live(calm);
  RawPeer peer(live.port());
  std::string flood;
  while (flood.size() < 1'000'000) flood += frame;
  peer.send(std::string(kClientPreface) + connection_frame(kSettingsFrame, ""));
  for (int i = 0; i < 5 && peer.send(flood);) ++i;  // what comes after the end is discarded
  peer.read_all();
  EXPECT_NE(peer.ended(), RawPeer::End::kNone);
  expect_others_calm(live);
}

TEST(Flood, PingsWhoseAnswersAreNotRead) {
  expect_flood_ended(connection_frame(kPingFrame, "12345678"));
}

TEST(Flood, SettingsWhoseAnswersAreNotRead) {
  expect_flood_ended(connection_frame(kSettingsFrame, ""));
}

TEST(Flood, ManyConnectionsThatSayNothing) {
  LiveServer live(calm);
  std::vector<std::unique_ptr<RawPeer>> silent;
  for (int i = 0; i < 500; ++i) silent.push_back(std::make_unique<RawPeer>(live.port()));
  expect_others_calm(live);
  EXPECT_TRUE(live.eventually([&] { return live.server().counts().open >= 500; }));
  silent.clear();
  EXPECT_TRUE(live.eventually([&] { return live.server().counts().open == 0; }));
}

// ---- Replies without end

rpc::Reply endless(const rpc::Call& call) {
  if (call.resource != "/endless") return calm(call);
  return stream_reply(
      {step(0s, rpc::Endless{rpc::Bytes{std::string(16'384, 'x'), std::nullopt}, 10ms})});
}

constexpr std::size_t kOffered = 10'000 * std::size_t{16'384};

// So much of it is due; what the peer does not take is left out.
std::size_t sent_after_100_s(LiveServer& live) {
  return live.on_loop([&] {
    live.scheduler().advance_to(live.scheduler().now() + 100s);
    return live.journal().entries().front().body_bytes;
  });
}

void expect_abandoned(LiveServer& live) {
  EXPECT_TRUE(live.eventually([&] {
    live.scheduler().advance_to(live.scheduler().now() + 1s);
    return live.journal().entries().front().ended == "abandoned";
  }));
}

TEST(EndlessReply, WaitsForAPeerThatDoesNotRead) {
  LiveServer live(endless, Pace::kByHand);
  RawPeer peer(live.port());
  peer.send(get("/endless"));
  peer.read_once();
  EXPECT_LT(sent_after_100_s(live), kOffered / 4);
  EXPECT_EQ(live.counts().slow_readers, 0U);
  expect_others_calm(live);
  peer.close();
  expect_abandoned(live);
}

TEST(EndlessReply, IsDataWithoutEndOnHttp2) {
  LiveServer live(endless, Pace::kByHand);
  Http2Client client(live.port());
  const std::int32_t stream = client.get("/endless");
  client.read_until([&] { return client.so_far(stream).body.size() >= 16'384; });
  EXPECT_LT(sent_after_100_s(live), kOffered / 4);
  EXPECT_EQ(live.counts().slow_readers, 0U);
  client.widen(stream, 1'000'000);
  ASSERT_TRUE(client.read_until([&] { return client.so_far(stream).body.size() > 200'000; }));
  EXPECT_FALSE(client.so_far(stream).ended);
  EXPECT_EQ(client.answer(client.get("/")).body, "calm");  // beside it, on the same connection
  client.reset(stream);
  expect_abandoned(live);
}

}  // namespace
}  // namespace bedlam::http
