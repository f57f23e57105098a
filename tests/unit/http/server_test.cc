// Addresses, descriptors, the server's own end, and many connections at a time.

#include "emulator/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/resource.h>

#include "tests/unit/http/live_server.h"

namespace bedlam::http {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

rpc::Reply hello(const rpc::Call&) {
  return rpc::plain_reply(200, {}, "hello");
}

bool has_ipv6_loopback() {
  const FileDescriptor socket(::socket(AF_INET6, SOCK_STREAM, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  return socket && bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

TEST(Server, ListensOnBothLoopbacksWithOnePort) {
  LiveServer live(hello);
  EXPECT_EQ(httplib::Client("127.0.0.1", live.port()).Get("/")->body, "hello");
  if (!has_ipv6_loopback()) GTEST_SKIP() << "no ::1 on this machine";
  EXPECT_EQ(httplib::Client("::1", live.port()).Get("/")->body, "hello");
}

struct Quiet {
  Scheduler scheduler{WallTime{}};
  Loop loop{scheduler};
  Server server{loop, [](const aws::HttpRequest&, std::string, std::shared_ptr<rpc::Receiver>) {
                  return std::shared_ptr<rpc::Exchange>();
                }};
};

TEST(Server, SaysInOneLineWhyItCannotListen) {
  Quiet first, second;
  const auto port = first.server.listen("localhost", 0);
  ASSERT_TRUE(port);
  const auto again = second.server.listen("127.0.0.1", *port);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), "port " + std::to_string(*port) + " is in use");
  const auto foreign = second.server.listen("192.0.2.1", 0);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error(), "'192.0.2.1' is not an address of this machine");
  const auto unknown = second.server.listen("no such host", 0);
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error(), StartsWith("cannot resolve host 'no such host': "));
}

TEST(Server, APortTakenOnOneLoopbackIsInUse) {
  if (!has_ipv6_loopback()) GTEST_SKIP() << "no ::1 on this machine";
  const FileDescriptor other(::socket(AF_INET6, SOCK_STREAM, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(other.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(other.get(), 1), 0);
  getsockname(other.get(), reinterpret_cast<sockaddr*>(&address), &size);
  Quiet quiet;
  EXPECT_FALSE(quiet.server.listen("127.0.0.1", ntohs(address.sin6_port)));
}

TEST(Server, ThePortOfARunThatEndedIsFree) {
  int port = 0;
  {
    LiveServer live(hello);
    port = live.port();
    RawPeer peer(port);
    peer.send(get("/", "Connection: close\r\n"));
    peer.read_all();
  }
  Quiet quiet;
  EXPECT_TRUE(quiet.server.listen("127.0.0.1", static_cast<std::uint16_t>(port)));
}

TEST(Server, ConnectionsBeforeTheLoopRunsAreServed) {
  Scheduler scheduler{WallTime{}};
  Loop loop(scheduler);
  Server server(loop, [](const aws::HttpRequest&, std::string,
                         const std::shared_ptr<rpc::Receiver>& receiver) {
    receiver->on_head({200, {{"Content-Length", "2"}}});
    receiver->on_body({"ok", {}});
    receiver->on_end();
    return std::shared_ptr<rpc::Exchange>();
  });
  RawPeer peer(*server.listen("127.0.0.1", 0));
  peer.send(get("/", "Connection: close\r\n"));
  while (peer.silent()) loop.poll_once(1s);
  loop.poll_once(1ms);  // for the end, should it come apart
  EXPECT_THAT(peer.read_all(), EndsWith("\r\n\r\nok"));
}

TEST(Server, OutOfDescriptorsItTurnsConnectionsAwayAndRecovers) {
  Quiet quiet;
  const int port = *quiet.server.listen("127.0.0.1", 0);
  RawPeer early(port);
  RawPeer refused(port);
  ASSERT_TRUE(quiet.loop.poll_once(1s));
  RawPeer late(port);
  RawPeer later(port);

  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{static_cast<rlim_t>(later.fd()) + 1, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &none);
  std::vector<FileDescriptor> fillers;  // whatever is free below the limit
  for (int fd = dup(later.fd()); fd >= 0; fd = dup(later.fd())) fillers.emplace_back(fd);
  while (quiet.server.counts().turned_away < 2 && quiet.loop.poll_once(1s)) {
  }
  setrlimit(RLIMIT_NOFILE, &before);
  fillers.clear();
  EXPECT_EQ(quiet.server.counts().turned_away, 2U);
  EXPECT_EQ(quiet.server.counts().open, 2U);
  EXPECT_FALSE(late.read_once());
  EXPECT_NE(late.ended(), RawPeer::End::kNone);

  RawPeer after(port);
  quiet.loop.poll_once(1s);
  EXPECT_EQ(quiet.server.counts().open, 3U);
}

TEST(Server, RaisesTheLimitOfDescriptors) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  EXPECT_EQ(raise_descriptor_limit(), limit.rlim_max);
}

TEST(Server, StopsGracefully) {
  LiveServer live(
      [](const rpc::Call& call) {
        if (call.resource == "/late") return rpc::plain_reply(200, {}, "late", 1s);
        return stream_reply({step(1s, rpc::Bytes{"one", {}}), step(2s, rpc::End{})});
      },
      Pace::kByHand);
  RawPeer idle(live.port()), streaming(live.port()), late(live.port());
  streaming.send(get("/"));
  EXPECT_THAT(streaming.read_until("\r\n\r\n"), HasSubstr("Connection: keep-alive"));
  late.send(get("/late"));
  ASSERT_TRUE(live.eventually([&] { return live.server().counts().requests == 2; }));
  live.on_loop([&] { live.server().begin_stop(kPatience); });

  EXPECT_EQ(idle.read_all(), "");
  EXPECT_EQ(idle.ended(), RawPeer::End::kFin);
  httplib::Client newcomer("127.0.0.1", live.port());
  EXPECT_FALSE(newcomer.Get("/"));

  live.on_loop([&] { live.scheduler().advance_to(Instant{} + 5s); });
  EXPECT_THAT(late.read_all(), EndsWith("late"));
  EXPECT_THAT(late.received(), HasSubstr("Connection: close"));
  EXPECT_EQ(late.ended(), RawPeer::End::kFin);
  EXPECT_EQ(streaming.read_all(), "3\r\none\r\n0\r\n\r\n");
  EXPECT_EQ(streaming.ended(), RawPeer::End::kFin);
  for (RawPeer* peer : {&idle, &streaming, &late}) peer->close();
  EXPECT_TRUE(live.eventually([&] { return live.server().stopped(); }));
}

TEST(Server, ResetsWhatOutlastsTheGrace) {
  LiveServer live(
      [](const rpc::Call&) {
        return stream_reply({step(1s, rpc::Bytes{"one", {}})});
      },
      Pace::kByHand);
  RawPeer peer(live.port());
  peer.send(get("/"));
  peer.read_until("\r\n\r\n");
  live.on_loop([&] { live.server().begin_stop(5ms); });
  peer.read_all();
  EXPECT_EQ(peer.ended(), RawPeer::End::kReset);
  EXPECT_TRUE(live.on_loop([&] { return live.server().stopped(); }));
  EXPECT_EQ(live.on_loop([&] { return live.journal().entries().front().ended; }), "abandoned");
}

TEST(Server, StreamsToAThousandConnectionsAtATime) {
  raise_descriptor_limit();
  constexpr int kStreams = 1'000;
  LiveServer live([](const rpc::Call& call) {
    std::vector<rpc::Step> steps;
    for (int i = 1; i <= 10; ++i) {
      steps.push_back(step(i * 20ms, rpc::Bytes{call.resource + " " + std::to_string(i), {}}));
    }
    steps.push_back(step(200ms, rpc::End{}));
    return stream_reply(std::move(steps));
  });
  std::vector<std::unique_ptr<RawPeer>> peers;
  for (int i = 0; i < kStreams; ++i) peers.push_back(std::make_unique<RawPeer>(live.port()));
  for (int i = 0; i < kStreams; ++i) peers[i]->send(get("/" + std::to_string(i)));
  for (int i = 0; i < kStreams; ++i) {
    const std::string name = "/" + std::to_string(i);
    const std::string body = peers[i]->read_until("0\r\n\r\n");
    EXPECT_THAT(body, HasSubstr("\r\n" + name + " 1\r\n"));
    ASSERT_THAT(body, EndsWith("\r\n" + name + " 10\r\n0\r\n\r\n"));
  }
  EXPECT_EQ(live.counts().open, static_cast<std::size_t>(kStreams));
}

}  // namespace
}  // namespace bedlam::http
