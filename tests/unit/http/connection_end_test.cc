// Every way in which a plan may end a connection, seen by a raw peer; and peers that leave first.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include "emulator/http/peer_presence.h"
#include "tests/unit/http/live_server.h"

namespace bedlam::http {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr Instant kStart{};

// Three chunks of which the last bytes are to be seen, then `last`; all of it at one instant.
rpc::Reply ending_with(rpc::Action last) {
  return stream_reply({step({}, rpc::Bytes{"one", {}}), step({}, rpc::Bytes{"two", {}}),
                       step({}, std::move(last))});
}
constexpr std::string_view kChunks = "\r\n\r\n3\r\none\r\n3\r\ntwo\r\n";

TEST(ConnectionEnd, ResetComesAfterWhatWasSentBefore) {
  LiveServer live([](const rpc::Call&) { return ending_with(rpc::Reset{}); });
  for (int i = 0; i < 20; ++i) {
    RawPeer peer(live.port());
    peer.send(get("/"));
    EXPECT_THAT(peer.read_all(), EndsWith(kChunks));
    EXPECT_EQ(peer.ended(), RawPeer::End::kReset);
  }
  EXPECT_EQ(live.counts().open, 0U);
}

TEST(ConnectionEnd, AResetWaitsForAPeerWithoutRoom) {
  const std::string large(8'000'000, 'l');
  Limits limits;
  limits.reset_time = kPatience;
  LiveServer live(
      [&](const rpc::Call&) {
        return stream_reply({step({}, rpc::Bytes{large, {}}), step({}, rpc::Reset{})});
      },
      Pace::kReal, limits);
  RawPeer peer(live.port(), 16 * 1024);
  peer.send(get("/"));
  EXPECT_THAT(peer.read_until("\r\n\r\n"), HasSubstr("chunked"));
  EXPECT_EQ(peer.read_all().size(), large.size() + std::string("7a1200\r\n\r\n").size());
  EXPECT_EQ(peer.ended(), RawPeer::End::kReset);
}

TEST(ConnectionEnd, AResetDoesNotWaitForEver) {
  const std::string large(16'000'000, 'l');
  Limits limits;
  limits.reset_time = 20ms;
  LiveServer live(
      [&](const rpc::Call&) {
        return stream_reply({step({}, rpc::Bytes{large, {}}), step({}, rpc::Reset{})});
      },
      Pace::kReal, limits);
  RawPeer peer(live.port(), 16 * 1024);
  peer.send(get("/"));
  EXPECT_TRUE(live.eventually(
      [&] { return live.server().counts().accepted == 1 && live.server().counts().open == 0; }));
  peer.read_all();
  EXPECT_EQ(peer.ended(), RawPeer::End::kReset);
}

TEST(ConnectionEnd, AResetBeforeTheHead) {
  LiveServer live([](const rpc::Call&) {
    rpc::Reply reply;
    reply.steps = {step(1ms, rpc::Reset{})};
    return reply;
  });
  RawPeer peer(live.port());
  peer.send(get("/"));
  EXPECT_EQ(peer.read_all(), "");
  EXPECT_EQ(peer.ended(), RawPeer::End::kReset);
}

TEST(ConnectionEnd, CloseIsAnEndWithoutTheLastChunk) {
  LiveServer live([](const rpc::Call&) { return ending_with(rpc::Close{}); });
  RawPeer peer(live.port());
  peer.send(get("/") + get("/never"));  // unread input must not turn the close into a reset
  EXPECT_THAT(peer.read_all(), EndsWith(kChunks));
  EXPECT_EQ(peer.ended(), RawPeer::End::kFin);
  EXPECT_TRUE(peer.send(get("/late")));
  peer.close();
  EXPECT_TRUE(live.eventually([&] { return live.server().counts().open == 0; }));
  EXPECT_EQ(live.counts().requests, 1U);
}

TEST(ConnectionEnd, ACloseDoesNotLingerForEver) {
  Limits limits;
  limits.linger_idle_time = 5ms;
  LiveServer live([](const rpc::Call&) { return ending_with(rpc::Close{}); }, Pace::kReal, limits);
  RawPeer peer(live.port());
  peer.send(get("/"));
  peer.read_all();
  EXPECT_TRUE(live.eventually([&] { return live.server().counts().open == 0; }));
}

TEST(ConnectionEnd, HttplibSeesATruncatedBodyAsAnError) {
  LiveServer live([](const rpc::Call& call) {
    if (call.resource == "/chunks") return ending_with(rpc::Close{});
    rpc::Reply reply;
    reply.steps = {step({}, rpc::Head{200, {{"Content-Length", "500"}}}),
                   step({}, rpc::Bytes{"0123456789", {}}), step({}, rpc::Close{})};
    return reply;
  });
  httplib::Client client("127.0.0.1", live.port());
  EXPECT_FALSE(client.Get("/chunks"));
  EXPECT_FALSE(client.Get("/length"));
}

TEST(ConnectionEnd, ALengthThatIsNotKeptEndsTheConnection) {
  LiveServer live([](const rpc::Call&) {
    rpc::Reply reply;
    reply.steps = {step({}, rpc::Head{200, {{"Content-Length", "5"}}}),
                   step({}, rpc::Bytes{"ab", {}}), step({}, rpc::End{})};
    return reply;
  });
  RawPeer peer(live.port());
  peer.send(get("/"));
  EXPECT_THAT(peer.read_all(), EndsWith("\r\n\r\nab"));
  EXPECT_EQ(peer.ended(), RawPeer::End::kFin);
}

TEST(ConnectionEnd, HalfCloseLeavesThePeersDirectionOpen) {
  LiveServer live([](const rpc::Call&) { return ending_with(rpc::HalfClose{}); });
  RawPeer peer(live.port());
  peer.send(get("/"));
  EXPECT_THAT(peer.read_all(), EndsWith(kChunks));
  EXPECT_EQ(peer.ended(), RawPeer::End::kFin);
  EXPECT_TRUE(peer.send(std::string(1'000'000, 'x')));
  EXPECT_EQ(live.counts().open, 1U);
  peer.close();
  EXPECT_TRUE(live.eventually([&] { return live.server().counts().open == 0; }));
}

TEST(ConnectionEnd, AStallIsSilent) {
  LiveServer live([](const rpc::Call&) { return ending_with(rpc::Stall{}); }, Pace::kSkip);
  RawPeer peer(live.port());
  peer.send(get("/"));
  EXPECT_THAT(peer.read_until("two\r\n"), EndsWith(kChunks));
  peer.send(get("/behind"));
  live.on_loop([&] { live.scheduler().advance_to(live.scheduler().now() + 1000h); });
  EXPECT_TRUE(peer.silent());
  EXPECT_EQ(live.counts().open, 1U);
  EXPECT_EQ(live.counts().requests, 1U);
  peer.reset();
  EXPECT_TRUE(live.eventually([&] { return live.server().counts().open == 0; }));
}

TEST(ConnectionEnd, AStallOutlivesTheClientsHalfCloseForAWhile) {
  Limits limits;
  limits.idle_time = kTimeToSend;
  LiveServer live([](const rpc::Call&) { return ending_with(rpc::Stall{}); }, Pace::kReal, limits);
  RawPeer peer(live.port());
  peer.send(get("/"));
  peer.end();
  EXPECT_THAT(peer.read_all(), EndsWith(kChunks));
  EXPECT_EQ(peer.ended(), RawPeer::End::kFin);
  EXPECT_TRUE(live.eventually([&] { return live.server().counts().open == 0; }));
}

TEST(ConnectionEnd, GarbageGoesOutAsItIs) {
  LiveServer live([](const rpc::Call& call) {
    if (call.resource == "/instead") {
      rpc::Reply reply;
      reply.steps = {step({}, rpc::Garbage{"\x16\x03\x01 not HTTP"}), step({}, rpc::Close{})};
      return reply;
    }
    return stream_reply(
        {step({}, rpc::Bytes{"one", {}}), step({}, rpc::Garbage{"zz\r\n"}), step({}, rpc::End{})});
  });
  RawPeer amid(live.port());
  amid.send(get("/amid"));
  EXPECT_THAT(amid.read_all(), EndsWith("\r\n\r\n3\r\none\r\nzz\r\n0\r\n\r\n"));
  RawPeer instead(live.port());
  instead.send(get("/instead"));
  EXPECT_EQ(instead.read_all(), "\x16\x03\x01 not HTTP");
  httplib::Client client("127.0.0.1", live.port());
  EXPECT_FALSE(client.Get("/instead"));
}

TEST(ConnectionEnd, APeerThatResetsAbandonsItsExchange) {
  LiveServer live(
      [](const rpc::Call&) {
        return stream_reply({step(1s, rpc::Bytes{"one", {}}), step(2s, rpc::End{})});
      },
      Pace::kByHand);
  RawPeer peer(live.port());
  peer.send(get("/"));
  peer.read_until("\r\n\r\n");
  peer.reset();
  EXPECT_TRUE(
      live.eventually([&] { return live.journal().entries().front().ended == "abandoned"; }));
  EXPECT_EQ(live.counts().open, 0U);
  live.on_loop([&] { live.scheduler().advance_to(kStart + 3s); });  // its timer is gone
  EXPECT_EQ(live.on_loop([&] { return live.journal().entries().front().sent.size(); }), 1U);
}

// A client's read timeout, before the first byte of the reply.
TEST(ConnectionEnd, APeerOnThisMachineThatClosesIsNoticedAtOnce) {
  LiveServer live([](const rpc::Call&) { return rpc::plain_reply(200, {}, "late", 60s); },
                  Pace::kByHand);
  RawPeer patient(live.port());
  if (presence_of_peer(patient.fd()) == PeerPresence::kUnknown) {
    GTEST_SKIP() << "the kernel does not tell who owns a socket";
  }
  patient.send(get("/"));
  patient.end();
  RawPeer impatient(live.port());
  impatient.send(get("/"));
  ASSERT_TRUE(live.eventually([&] { return live.server().counts().requests == 2; }));
  impatient.close();
  EXPECT_TRUE(live.eventually([&] { return live.server().counts().open == 1; }));
  EXPECT_EQ(live.on_loop([&] { return live.journal().entries()[1].ended; }), "abandoned");

  live.on_loop([&] { live.scheduler().advance_to(kStart + 60s); });
  EXPECT_THAT(patient.read_all(), EndsWith("late"));
  EXPECT_EQ(live.on_loop([&] { return live.journal().entries()[0].ended; }), "complete");
}

TEST(ConnectionEnd, APeerThatEndsFirstAndClosesLaterIsNoticed) {
  LiveServer live([](const rpc::Call&) { return rpc::plain_reply(200, {}, "late", 60s); },
                  Pace::kByHand);
  RawPeer peer(live.port());
  if (presence_of_peer(peer.fd()) == PeerPresence::kUnknown) {
    GTEST_SKIP() << "the kernel does not tell who owns a socket";
  }
  peer.send(get("/"));
  peer.end();
  ASSERT_TRUE(live.eventually([&] { return live.server().counts().requests == 1; }));
  EXPECT_EQ(live.counts().open, 1U);
  peer.close();
  EXPECT_TRUE(live.eventually([&] { return live.server().counts().open == 0; }));
  EXPECT_EQ(live.on_loop([&] { return live.journal().entries()[0].ended; }), "abandoned");
}

TEST(ConnectionEnd, APeerThatClosedIsNoticedAtTheNextChunk) {
  LiveServer live(
      [](const rpc::Call&) {
        std::vector<rpc::Step> chunks;
        for (int i = 1; i <= 1000; ++i) {
          chunks.push_back(step(std::chrono::milliseconds(i), rpc::Bytes{"chunk", {}}));
        }
        return stream_reply(std::move(chunks));
      },
      Pace::kReal);
  RawPeer peer(live.port());
  peer.send(get("/"));
  peer.read_until("chunk\r\n");
  peer.close();
  EXPECT_TRUE(
      live.eventually([&] { return live.journal().entries().front().ended == "abandoned"; }));
  EXPECT_LT(live.on_loop([&] { return live.journal().entries().front().sent.size(); }), 1001U);
  EXPECT_EQ(live.counts().open, 0U);
}

TEST(ConnectionEnd, AReaderThatLeavesTooMuchUnreadIsReset) {
  Limits limits;
  limits.unsent = 1'000'000;
  LiveServer live(
      [](const rpc::Call&) {
        std::vector<rpc::Step> chunks(1'000, step(1ms, rpc::Bytes{std::string(100'000, 'x'), {}}));
        return stream_reply(std::move(chunks));
      },
      Pace::kReal, limits);
  RawPeer slow(live.port(), 16 * 1024);
  slow.send(get("/"));
  slow.read_all();
  EXPECT_EQ(slow.ended(), RawPeer::End::kReset);
  EXPECT_LT(slow.received().size(), 100'000'000U);
  EXPECT_EQ(live.counts().slow_readers, 1U);
  EXPECT_EQ(live.on_loop([&] { return live.journal().entries().front().ended; }), "abandoned");
}

}  // namespace
}  // namespace bedlam::http
