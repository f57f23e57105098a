// Peers that send garbage, half a request, too much, too slowly; and those beside them, who must
// not notice.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include "tests/unit/http/live_server.h"

namespace bedlam::http {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

rpc::Reply fine(const rpc::Call&) {
  return rpc::plain_reply(200, {}, "fine");
}

void expect_served(const LiveServer& live) {
  httplib::Client client("127.0.0.1", live.port());
  const auto reply = client.Get("/");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "fine");
}

// An answer of the edge's own, in full, and an orderly end.
void expect_refused(RawPeer& peer, const std::string& status) {
  peer.read_all();
  EXPECT_THAT(peer.received(), StartsWith("HTTP/1.1 " + status + "\r\n"));
  EXPECT_THAT(peer.received(), HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(peer.received(), HasSubstr("\r\n\r\n{\"message\":\""));
  EXPECT_THAT(peer.received(), EndsWith("\"}"));
  EXPECT_EQ(peer.ended(), RawPeer::End::kFin);
}

TEST(HostilePeer, GarbageIsRefused) {
  LiveServer live(fine);
  RawPeer peer(live.port());
  peer.send("\x01\x02\x03 garbage\r\n\r\nmore of it");
  expect_refused(peer, "400 Bad Request");
  expect_served(live);
  EXPECT_EQ(live.counts().refusals, 1U);
}

TEST(HostilePeer, HalfARequestIsRefusedAtItsEnd) {
  LiveServer live(fine);
  for (const char* half : {"POST / HT", "GET / HTTP/1.1\r\nHost:", "P",
                           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"}) {
    RawPeer peer(live.port());
    peer.send(half);
    peer.end();
    expect_refused(peer, "400 Bad Request");
  }
  RawPeer nothing(live.port());
  nothing.end();
  EXPECT_EQ(nothing.read_all(), "");
  EXPECT_EQ(nothing.ended(), RawPeer::End::kFin);
}

TEST(HostilePeer, TheAnswersBeforeARefusalComeFirst) {
  LiveServer live(fine);
  RawPeer peer(live.port());
  peer.send(get("/") + "nonsense\r\n\r\n");
  EXPECT_THAT(peer.read_until("fine"), StartsWith("HTTP/1.1 200 OK\r\n"));
  expect_refused(peer, "400 Bad Request");
}

TEST(HostilePeer, TooLargeABodyIsRefusedByItsLengthAlone) {
  LiveServer live(fine);
  RawPeer peer(live.port());
  peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000000\r\n\r\n");
  expect_refused(peer, "413 Content Too Large");
}

// Each of them is small enough; together they would fill the memory.
TEST(HostilePeer, BodiesThatNeverEndAreBoundedTogether) {
  Limits limits;
  limits.gathered_bodies = 300'000;
  LiveServer live(fine, Pace::kReal, limits);
  const std::string begun =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 140000\r\n\r\n" + std::string(120'000, 'x');
  RawPeer first(live.port()), second(live.port());
  first.send(begun);
  second.send(begun);
  RawPeer third(live.port());
  third.send(begun);
  std::vector<RawPeer*> peers{&first, &second, &third};
  ASSERT_TRUE(live.eventually([&] { return live.server().counts().refusals == 1; }));
  expect_served(live);  // what is small is still taken
  const auto refused =
      std::find_if(peers.begin(), peers.end(), [](RawPeer* peer) { return !peer->silent(); });
  ASSERT_NE(refused, peers.end());
  expect_refused(**refused, "503 Service Unavailable");
  peers.erase(refused);
  for (RawPeer* peer : peers) {  // there is room again
    peer->send(std::string(20'000, 'x'));
    EXPECT_THAT(peer->read_until("fine"), StartsWith("HTTP/1.1 200 OK\r\n"));
  }
}

TEST(HostilePeer, AClientThatSendsItAllStillReadsTheRefusal) {
  LiveServer live(fine);
  RawPeer peer(live.port());
  const std::string part(1'000'000, 'x');
  peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000000\r\n\r\n");
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(peer.send(part));
  expect_refused(peer, "413 Content Too Large");
  expect_served(live);

  httplib::Client client("127.0.0.1", live.port());
  const auto reply = client.Post("/", std::string(40'000'000, 'x'), "application/json");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 413);
}

TEST(HostilePeer, ManyHeadersAreRefused) {
  LiveServer live(fine);
  httplib::Client client("127.0.0.1", live.port());
  httplib::Headers headers;
  for (int i = 0; i < 1'000; ++i) headers.emplace("X-" + std::to_string(i), "y");
  const auto reply = client.Get("/", headers);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 431);
  const auto long_target = client.Get("/" + std::string(9'000, 'x'));
  ASSERT_TRUE(long_target);
  EXPECT_EQ(long_target->status, 414);
}

TEST(HostilePeer, TheDeadlineForHeadersIsOneInAll) {
  for (const Pace pace : {Pace::kReal, Pace::kSkip, Pace::kByHand}) {
    Limits limits;
    limits.header_time = 30ms;
    LiveServer live(fine, pace, limits);
    RawPeer slow(live.port());
    slow.send("GET / HTTP/1.1\r\n");
    while (slow.silent()) {  // a byte whenever there is time: it does not help
      slow.send("X");
      expect_served(live);
    }
    expect_refused(slow, "408 Request Timeout");
  }
}

TEST(HostilePeer, ABodyThatStopsIsRefused) {
  Limits limits;
  limits.idle_time = kTimeToSend;
  LiveServer live(fine, Pace::kByHand, limits);
  RawPeer peer(live.port());
  peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  expect_refused(peer, "408 Request Timeout");
}

TEST(HostilePeer, AnIdleConnectionIsClosedWithoutAWord) {
  Limits limits;
  limits.idle_time = kTimeToSend;
  LiveServer live(fine, Pace::kReal, limits);
  RawPeer peer(live.port());
  EXPECT_EQ(peer.read_all(), "");
  EXPECT_EQ(peer.ended(), RawPeer::End::kFin);
  RawPeer used(live.port());
  used.send(get("/"));
  EXPECT_THAT(used.read_all(), EndsWith("\r\n\r\nfine"));
  EXPECT_EQ(used.ended(), RawPeer::End::kFin);
}

TEST(HostilePeer, ASkippingClockClosesNoConnection) {
  LiveServer live(
      [](const rpc::Call&) {
        return stream_reply({step(1h, rpc::Bytes{"one", {}}), step(200h, rpc::End{})});
      },
      Pace::kSkip);
  RawPeer idle(live.port());
  httplib::Client client("127.0.0.1", live.port());
  EXPECT_EQ(client.Get("/")->body, "one");
  EXPECT_GE(live.on_loop([&] { return live.scheduler().now(); }), Instant{} + 200h);
  EXPECT_TRUE(idle.silent());
  EXPECT_EQ(live.counts().open, 1U);
}

// Requests sent ahead are not read for ever: what is held is bounded, the rest waits with the
// sender.
TEST(HostilePeer, ReadingAheadIsBounded) {
  LiveServer live([](const rpc::Call&) { return rpc::plain_reply(200, {}, "fine", 1s); },
                  Pace::kByHand);
  RawPeer peer(live.port());
  const timeval soon{0, 50'000};
  setsockopt(peer.fd(), SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof soon);
  const std::string requests = [] {
    std::string many;
    for (int i = 0; i < 10'000; ++i) many += get("/");
    return many;
  }();
  int sent = 0;
  while (sent < 1'000 && peer.send(requests)) ++sent;
  EXPECT_LT(sent, 100);
  EXPECT_EQ(live.counts().requests, 1U);
}

}  // namespace
}  // namespace bedlam::http
