// HTTP/2 as a client sees it that follows RFC 9113 by nghttp2, not by our own reading of it.
#include <gmock/gmock.h>
#include <httplib.h>

#include "tests/unit/http/http2_client.h"

namespace bedlam::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

rpc::Reply answer_with_request(const rpc::Call& call) {
  return rpc::plain_reply(200, {{"X-Length", std::to_string(call.body.size())}},
                          call.operation + " " + call.resource);
}

rpc::Bytes bytes(std::string data) {
  return {std::move(data), std::nullopt};
}

TEST(Http2, AnswersBesideHttp1OnOnePort) {
  LiveServer live(answer_with_request, Pace::kByHand);
  Http2Client client(live.port());
  const auto& answer = client.answer(client.get("/a?b=c"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "GET /a?b=c");
  EXPECT_EQ(answer.headers.get("x-length"), "0");
  EXPECT_EQ(answer.headers.get("content-length"), "10");
  EXPECT_EQ(answer.headers.get("date"), "Fri, 04 Oct 2024 00:00:00 GMT");

  httplib::Client http1("127.0.0.1", live.port());
  EXPECT_EQ(http1.Get("/a")->body, "GET /a");
}

TEST(Http2, ThePrefaceMayComeByteByByte) {
  LiveServer live(answer_with_request);
  RawPeer peer(live.port());
  for (const char byte : kClientPreface) peer.send({&byte, 1});
  ASSERT_TRUE(peer.read_once());
  ASSERT_GE(peer.received().size(), 9U);
  EXPECT_EQ(peer.received()[3], 4);  // SETTINGS (RFC 9113 section 6.5), sent at once
}

TEST(Http2, SaysItsLimitsAtOnce) {
  LiveServer live(answer_with_request);
  Http2Client client(live.port());
  client.answer(client.get("/"));
  EXPECT_GE(client.server_setting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS), 100U);
  EXPECT_GE(client.server_setting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE), 25'000'000U);
  EXPECT_EQ(client.server_setting(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE), kMaxHeaderSection);
  EXPECT_GE(client.server_window(), 25'000'000);
}

TEST(Http2, TheRequestIsWhatTheClientSent) {
  aws::Headers headers;
  std::string path;
  LiveServer live([&](const rpc::Call& call) {
    headers = call.headers;
    path = call.resource;
    return rpc::plain_reply(200, {}, "");
  });
  Http2Client client(live.port());
  auto fields = Http2Client::request("POST", "/model/arn%3Aaws%3Abedrock%2Fus.x/converse");
  fields.emplace_back("authorization", "AWS4-HMAC-SHA256 SignedHeaders=:authority;x-amz-date");
  fields.emplace_back("x-amz-date", "20241004T000000Z");
  const auto& answer = client.answer(client.ask(fields, "{}"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(path, "/model/arn%3Aaws%3Abedrock%2Fus.x/converse");
  EXPECT_EQ(headers.get("host"), "test:1");
  EXPECT_EQ(headers.get(":authority"), "test:1");
  EXPECT_EQ(headers.get("x-amz-date"), "20241004T000000Z");
  EXPECT_FALSE(headers.find(":path"));
}

TEST(Http2, ABodyOf25MillionBytesArrives) {
  std::string body;
  LiveServer live([&body](const rpc::Call& call) {
    body = call.body;
    return answer_with_request(call);
  });
  std::string sent(25'000'000, 'x');
  for (std::size_t i = 0; i < sent.size(); i += 997) sent[i] = static_cast<char>('a' + i % 26);
  Http2Client client(live.port());
  EXPECT_EQ(client.answer(client.post("/", sent)).headers.get("x-length"), "25000000");
  EXPECT_TRUE(body == sent);
}

TEST(Http2, AHeadRequestHasNoBody) {
  LiveServer live(answer_with_request);
  Http2Client client(live.port());
  const auto& answer = client.answer(client.ask(Http2Client::request("HEAD", "/")));
  EXPECT_EQ(answer.headers.get("content-length"), "6");
  EXPECT_EQ(answer.body, "");
  EXPECT_TRUE(answer.ended);
}

TEST(Http2, FieldsOfTheConnectionStayAway) {
  LiveServer live([](const rpc::Call&) {
    return rpc::plain_reply(
        200, {{"Connection", "close"}, {"Keep-Alive", "timeout=5"}, {"X-Amzn-RequestId", "1"}},
        "fine");
  });
  Http2Client client(live.port());
  const auto& answer = client.answer(client.get("/"));
  EXPECT_EQ(answer.body, "fine");
  EXPECT_FALSE(answer.headers.find("connection"));
  EXPECT_FALSE(answer.headers.find("keep-alive"));
  for (const auto& [name, value] : answer.headers) {
    EXPECT_EQ(std::ranges::count_if(name, [](char c) { return c >= 'A' && c <= 'Z'; }), 0) << name;
  }
}

TEST(Http2, AClientMayWaitForContinue) {
  LiveServer live(answer_with_request);
  Http2Client client(live.port());
  auto fields = Http2Client::request("POST", "/");
  fields.emplace_back("expect", "100-continue");
  const auto& answer = client.answer(client.ask(fields, "body"));
  EXPECT_TRUE(answer.informed);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.get("x-length"), "4");
}

TEST(Http2, StreamsOfOneConnectionRunSideBySide) {
  // The first takes longest, so its end is last.
  LiveServer live(
      [](const rpc::Call& call) {
        const int number = std::stoi(call.resource.substr(1));
        return stream_reply({step(1ms * (200 - number), bytes("a" + std::to_string(number))),
                             step(1ms * (400 - number), bytes("b")),
                             step(1ms * (400 - number), rpc::End{})});
      },
      Pace::kSkip);
  Http2Client client(live.port());
  std::vector<std::int32_t> streams;
  for (int i = 0; i < 100; ++i) streams.push_back(client.get("/" + std::to_string(i)));
  for (int i = 0; i < 100; ++i) {
    const auto& answer = client.answer(streams[static_cast<std::size_t>(i)]);
    EXPECT_EQ(answer.body, "a" + std::to_string(i) + "b");
    EXPECT_TRUE(answer.ended);
  }
  EXPECT_EQ(live.counts().accepted, 1U);
}

TEST(Http2, TwoHundredConnectionsAtATime) {
  LiveServer live([](const rpc::Call&) {
    return stream_reply(
        {step(50ms, bytes("one")), step(100ms, bytes("two")), step(100ms, rpc::End{})});
  });
  std::vector<std::unique_ptr<Http2Client>> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(std::make_unique<Http2Client>(live.port()));
    clients.back()->get("/");
  }
  for (const auto& client : clients) {
    EXPECT_EQ(client->answer(1).body, "onetwo");
    EXPECT_TRUE(client->answer(1).ended);
  }
}

// RFC 9113 section 6.9.2: the first window is of 65,535 bytes.
TEST(Http2, DataWaitsForTheClientsWindow) {
  const std::string body(1'000'000, 'x');
  LiveServer live([&body](const rpc::Call&) { return rpc::plain_reply(200, {}, body); });
  Http2Client client(live.port());
  const std::int32_t slow = client.get("/");
  client.read_until([&] { return client.so_far(slow).body.size() == 65'535; });
  client.widen(slow, 500'000);
  client.read_until([&] { return client.so_far(slow).body.size() == 565'535; });
  client.widen(slow, 500'000);
  EXPECT_EQ(client.answer(slow).body.size(), 1'000'000U);
  EXPECT_TRUE(client.answer(slow).ended);
}

TEST(Http2, AReplyNobodyReadsIsBounded) {
  Limits limits;
  limits.unsent = 1'000'000;
  LiveServer live(
      [](const rpc::Call&) {
        std::vector<rpc::Step> steps;
        for (int i = 0; i < 100; ++i)
          steps.push_back(step(1ms * i, bytes(std::string(100'000, 'x'))));
        return stream_reply(std::move(steps));
      },
      Pace::kSkip, limits);
  Http2Client client(live.port());
  const std::int32_t stream = client.get("/");
  client.read_all();
  EXPECT_FALSE(client.so_far(stream).ended);
  EXPECT_EQ(live.counts().slow_readers, 1U);
}

TEST(Http2, ACancelledStreamIsAbandoned) {
  LiveServer live([](const rpc::Call&) {
    return stream_reply({step(0s, bytes("one")), step(1h, bytes("two")), step(1h, rpc::End{})});
  });
  Http2Client client(live.port());
  const std::int32_t left = client.get("/left");
  const std::int32_t kept = client.get("/kept");
  client.read_until(
      [&] { return client.so_far(left).body == "one" && client.so_far(kept).body == "one"; });
  client.reset(left);
  EXPECT_TRUE(
      live.eventually([&live] { return live.journal().entries().front().ended == "abandoned"; }));
  EXPECT_EQ(live.on_loop([&live] { return live.journal().entries().back().ended; }), "");
  client.peer().close();
  EXPECT_TRUE(
      live.eventually([&live] { return live.journal().entries().back().ended == "abandoned"; }));
}

TEST(Http2, TheClientsEndLeavesItsReplies) {
  LiveServer live([](const rpc::Call&) {
    return stream_reply({step(20ms, bytes("late")), step(20ms, rpc::End{})});
  });
  Http2Client client(live.port());
  const std::int32_t stream = client.get("/");
  client.peer().end();
  EXPECT_EQ(client.answer(stream).body, "late");
  client.read_all();
  EXPECT_EQ(client.peer().ended(), RawPeer::End::kFin);
}

TEST(Http2, AStopLetsStreamsEndAndTakesNoMore) {
  LiveServer live([](const rpc::Call&) {
    return stream_reply({step(0s, bytes("one")), step(50ms, bytes("two")), step(50ms, rpc::End{})});
  });
  Http2Client client(live.port());
  const std::int32_t stream = client.get("/");
  client.read_until([&] { return client.so_far(stream).body == "one"; });
  live.on_loop([&] { live.server().begin_stop(10s); });
  client.read_until([&] { return client.go_away().has_value(); });
  EXPECT_EQ(client.go_away()->code, static_cast<std::uint32_t>(NGHTTP2_NO_ERROR));
  EXPECT_EQ(client.go_away()->last_stream, stream);
  EXPECT_EQ(client.answer(stream).body, "onetwo");
  client.read_all();
  EXPECT_EQ(client.peer().ended(), RawPeer::End::kFin);
}

}  // namespace
}  // namespace bedlam::http
