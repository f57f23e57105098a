// Real sockets, cpp-httplib as a peer that shares no code with us, and raw bytes where it is too
// polite.

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

rpc::Reply echo(const rpc::Call& call) {
  return rpc::plain_reply(200, {{"Content-Type", "text/plain"}},
                          call.operation + ' ' + call.resource + ' ' + call.body);
}

httplib::Client client_of(const LiveServer& live) {
  httplib::Client client("127.0.0.1", live.port());
  client.set_read_timeout(kPatience);
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  return client;
}

TEST(Http1, AnswersAPlainReply) {
  LiveServer live(echo);
  auto client = client_of(live);
  const auto reply = client.Post("/model/a%3Ab%2Fc/invoke?x=1", "hello", "application/json");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->reason, "OK");
  EXPECT_EQ(reply->body, "POST /model/a%3Ab%2Fc/invoke?x=1 hello");
  EXPECT_EQ(reply->get_header_value("Connection"), "keep-alive");
  EXPECT_THAT(reply->get_header_value("Date"), StartsWith("Fri, 04 Oct 2024 00:00:"));
}

TEST(Http1, StreamsInChunks) {
  LiveServer live([](const rpc::Call&) {
    return stream_reply({step(1ms, rpc::Bytes{"one", {}}), step(2ms, rpc::Bytes{"", {}}),
                         step(3ms, rpc::Bytes{"two", {}}), step(3ms, rpc::End{})});
  });
  auto client = client_of(live);
  for (int i = 0; i < 3; ++i) {
    std::string body;
    const auto reply = client.Get("/", [&](const char* data, std::size_t size) {
      body.append(data, size);
      return true;
    });
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->get_header_value("Transfer-Encoding"), "chunked");
    EXPECT_EQ(body, "onetwo");
  }
  EXPECT_EQ(live.counts().accepted, 1U);
}

TEST(Http1, EachChunkIsOnItsOwn) {
  LiveServer live(
      [](const rpc::Call&) {
        return stream_reply({step(1s, rpc::Bytes{"0123456789abcdef", {}}), step(2s, rpc::End{})});
      },
      Pace::kByHand);
  RawPeer peer(live.port());
  peer.send(get("/"));
  EXPECT_THAT(peer.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
  live.on_loop([&] { live.scheduler().advance_to(Instant{} + 1s); });
  EXPECT_EQ(peer.read_until("f\r\n"), "10\r\n0123456789abcdef\r\n");
  EXPECT_TRUE(peer.silent());
  live.on_loop([&] { live.scheduler().advance_to(Instant{} + 2s); });
  EXPECT_EQ(peer.read_until("0\r\n\r\n"), "0\r\n\r\n");
}

TEST(Http1, KeepsAConnectionForManyRequests) {
  LiveServer live(echo);
  auto client = client_of(live);
  for (int i = 0; i < 500; ++i) {
    const auto reply = client.Get("/" + std::to_string(i));
    ASSERT_TRUE(reply);
    ASSERT_EQ(reply->body, "GET /" + std::to_string(i) + " ");
  }
  EXPECT_EQ(live.counts().accepted, 1U);
  EXPECT_EQ(live.counts().requests, 500U);
}

TEST(Http1, ConnectionsHaveNames) {
  LiveServer live(echo);
  for (int i = 0; i < 2; ++i) client_of(live).Get("/");
  const auto origins = live.on_loop([&] {
    std::vector<std::string> names;
    for (const auto& entry : live.journal().entries()) names.push_back(entry.caller.origin);
    return names;
  });
  EXPECT_THAT(origins, testing::ElementsAre("connection 1", "connection 2"));
}

TEST(Http1, AnswersPipelinedRequestsInOrder) {
  LiveServer live([](const rpc::Call& call) {
    // The earlier, the slower.
    return rpc::plain_reply(200, {}, "<" + call.resource + ">",
                            call.resource == "/0" ? 5ms : Duration{});
  });
  RawPeer peer(live.port());
  std::string requests;
  for (int i = 0; i < 2'000; ++i) requests += get("/" + std::to_string(i));
  std::thread sender([&] { peer.send(requests); });
  for (int i = 0; i < 2'000; ++i) {
    const std::string target = "</" + std::to_string(i) + ">";
    ASSERT_THAT(peer.read_until(">"), EndsWith("\r\n\r\n" + target));
  }
  sender.join();
}

TEST(Http1, TheLastRequestMayEndTheConnection) {
  LiveServer live(echo);
  RawPeer closing(live.port());
  closing.send(get("/1") + get("/2", "Connection: close\r\n") + get("/3"));
  EXPECT_THAT(closing.read_all(), EndsWith("Connection: close\r\n\r\nGET /2 "));
  EXPECT_EQ(closing.ended(), RawPeer::End::kFin);

  // A half-close is no disconnect: everything asked for is answered.
  RawPeer half(live.port());
  half.send(get("/1") + get("/2"));
  half.end();
  EXPECT_THAT(half.read_all(), EndsWith("GET /2 "));
  EXPECT_EQ(half.ended(), RawPeer::End::kFin);
}

TEST(Http1, AStreamGoesOnAfterTheClientsHalfClose) {
  LiveServer live([](const rpc::Call&) {
    return stream_reply({step(2ms, rpc::Bytes{"one", {}}), step(20ms, rpc::Bytes{"two", {}}),
                         step(21ms, rpc::End{})});
  });
  RawPeer peer(live.port());
  peer.send(get("/"));
  peer.end();
  EXPECT_THAT(peer.read_all(), EndsWith("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"));
  EXPECT_EQ(peer.ended(), RawPeer::End::kFin);
}

TEST(Http1, Http10EndsABodyWithTheConnection) {
  LiveServer live([](const rpc::Call&) {
    return stream_reply({step(1ms, rpc::Bytes{"one", {}}), step(1ms, rpc::End{})});
  });
  RawPeer peer(live.port());
  peer.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(peer.read_all(), EndsWith("Connection: close\r\n\r\none"));
  EXPECT_EQ(peer.ended(), RawPeer::End::kFin);
}

TEST(Http1, Http10KeepsAliveWhereItAsksAndTheLengthIsKnown) {
  LiveServer live(echo);
  RawPeer peer(live.port());
  const std::string request = "GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  peer.send(request);
  EXPECT_THAT(peer.read_until("GET /x "), HasSubstr("Connection: keep-alive\r\n"));
  peer.send(request);
  EXPECT_THAT(peer.read_until("GET /x "), StartsWith("HTTP/1.1 200"));
}

TEST(Http1, HeadHasNoBody) {
  LiveServer live(echo);
  auto client = client_of(live);
  const auto head = client.Head("/h");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->get_header_value("Content-Length"), "8");
  EXPECT_EQ(head->body, "");
  EXPECT_EQ(client.Get("/g")->body, "GET /g ");
  EXPECT_EQ(live.counts().accepted, 1U);
}

TEST(Http1, NoContentHasNoBody) {
  LiveServer live([](const rpc::Call&) {
    rpc::Reply reply;
    reply.steps = {step({}, rpc::Head{204, {}}), step({}, rpc::End{})};
    return reply;
  });
  RawPeer peer(live.port());
  peer.send(get("/", "Connection: close\r\n"));
  EXPECT_THAT(peer.read_all(), StartsWith("HTTP/1.1 204 No Content\r\n"));
  EXPECT_THAT(peer.received(), EndsWith("Connection: close\r\n\r\n"));
}

TEST(Http1, SaysContinueWhenAsked) {
  LiveServer live(echo);
  RawPeer peer(live.port());
  peer.send("POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(peer.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("ok");
  EXPECT_THAT(peer.read_until("POST /c ok"), StartsWith("HTTP/1.1 200 OK\r\n"));

  // Of an empty body too: without it botocore loses count of the answers.
  peer.send("POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(peer.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(peer.read_until("POST /c "), StartsWith("HTTP/1.1 200 OK\r\n"));

  // Not where the body is too large anyway, nor where it is there already.
  peer.send("POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nok");
  EXPECT_THAT(peer.read_until("POST /c ok"), StartsWith("HTTP/1.1 200 OK\r\n"));
  peer.send(
      "POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(peer.read_all(), StartsWith("HTTP/1.1 413 "));
}

TEST(Http1, TakesABodyInChunks) {
  LiveServer live(echo);
  auto client = client_of(live);
  int pieces = 0;
  const auto reply = client.Post(
      "/chunks",
      [&](std::size_t, httplib::DataSink& sink) {
        sink.write("abc", 3);
        if (++pieces == 3) sink.done();
        return true;
      },
      "text/plain");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "POST /chunks abcabcabc");
}

TEST(Http1, TakesABodyAsLargeAsBedrocks) {
  LiveServer live([](const rpc::Call& call) {
    return rpc::plain_reply(200, {}, std::to_string(call.body.size()) + call.body);
  });
  auto client = client_of(live);
  const std::string body(25'000'000, 'b');
  const auto reply = client.Post("/", body, "application/json");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body.size(), body.size() + 8);
  EXPECT_THAT(reply->body.substr(0, 10), "25000000bb");
}

}  // namespace
}  // namespace bedlam::http
