// The outgoing connection against a whole emulator behind a socket: what comes, when at the
// earliest, and what each way of breaking off is called.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "emulator/aws/event_stream.h"
#include "harness/upstream/connection.h"
#include "harness/upstream/credentials.h"
#include "tests/unit/harness/fake_environment.h"
#include "tests/unit/harness/served_emulator.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kModels = R"(
models:
  anthropic.claude-3-haiku-*: {replies: [{answer: Hello, latency: 40ms}]}
  amazon.nova-micro-*:
    replies: [{answer: one two three four, latency: {first_token: 30ms, per_token: 20ms}}]
  meta.*: {replies: [{answer: Hello, fault: {no_answer: true}}]}
  mistral.*: {replies: [throttle]}
)";

aws::HttpRequest request_to(const Endpoint& endpoint, const std::string& model,
                            const std::string& operation = "converse") {
  return {"POST",
          target_at(endpoint, "/model/" + model + "/" + operation),
          {{"Host", endpoint.authority()}, {"Content-Type", "application/json"}},
          R"({"messages":[{"role":"user","content":[{"text":"Hi"}]}]})"};
}

std::unique_ptr<Connection> connection_to(const std::string& url, Duration read_timeout = 60s) {
  ConnectionOptions options;
  options.read_timeout = read_timeout;
  auto connection = Connection::open(*parse_endpoint(url), options);
  EXPECT_TRUE(connection);
  return *std::move(connection);
}

TEST(UpstreamConnection, AnAnswerAndItsInstants) {
  ServedEmulator served(kModels);
  const auto connection = connection_to(served.url());
  std::string body;
  std::vector<MachineTime> instants;
  ExchangeListener listener;
  listener.on_sent = [&](MachineTime at) { instants.push_back(at); };
  listener.on_head = [&](MachineTime at, const ResponseHead& head) {
    instants.push_back(at);
    EXPECT_EQ(head.status, 200);
    return true;
  };
  listener.on_chunk = [&](MachineTime at, std::string_view bytes) {
    instants.push_back(at);
    body += bytes;
    return true;
  };
  const auto exchange = connection->exchange(
      request_to(connection->endpoint(), "anthropic.claude-3-haiku-20240307-v1%3A0"), listener);
  ASSERT_TRUE(exchange.whole()) << describe(exchange.end);
  EXPECT_THAT(body, HasSubstr("Hello"));
  ASSERT_GE(instants.size(), 3U);
  EXPECT_TRUE(std::is_sorted(instants.begin(), instants.end()));
  EXPECT_LE(exchange.started, instants.front());
  EXPECT_GE(exchange.ended, instants.back());
  EXPECT_EQ(exchange.sent, instants[0]);
  EXPECT_EQ(exchange.head_at, instants[1]);
  EXPECT_GE(instants[1] - exchange.started, 40ms);  // never sooner than scripted
}

TEST(UpstreamConnection, AStreamComesPieceByPiece) {
  ServedEmulator served(kModels);
  const auto connection = connection_to(served.url());
  aws::EventStreamDecoder decoder;
  std::vector<std::pair<MachineTime, std::string>> events;
  ExchangeListener listener;
  listener.on_chunk = [&](MachineTime at, std::string_view bytes) {
    decoder.feed(bytes);
    for (auto next = decoder.next(); next && *next; next = decoder.next()) {
      events.emplace_back(at, (*next)->text(":event-type"));
    }
    return true;
  };
  const auto exchange = connection->exchange(
      request_to(connection->endpoint(), "amazon.nova-micro-v1%3A0", "converse-stream"), listener);
  ASSERT_TRUE(exchange.whole()) << describe(exchange.end);
  ASSERT_GE(events.size(), 4U);
  EXPECT_EQ(events.front().second, "messageStart");
  EXPECT_EQ(events.back().second, "metadata");
  EXPECT_GE(events.back().first - exchange.started, 90ms);  // never sooner than scripted
  EXPECT_LE(*exchange.head_at, events.front().first);
}

TEST(UpstreamConnection, OneConnectionServesAllRequestsOfAWorker) {
  ServedEmulator served(kModels);
  const auto connection = connection_to(served.url());
  for (int i = 0; i < 3; ++i) {
    const auto answer =
        ask(*connection, request_to(connection->endpoint(), "mistral.mistral-7b-instruct-v0%3A2"));
    ASSERT_TRUE(answer) << answer.error();
    EXPECT_EQ(answer->status, 429);
    EXPECT_THAT(std::string(answer->headers.get("x-amzn-errortype")),
                HasSubstr("ThrottlingException"));
  }
  EXPECT_EQ(served.counts().accepted, 1U);
}

TEST(UpstreamConnection, WaysOfBreakingOff) {
  ServedEmulator served(kModels);
  const auto stalled = connection_to(served.url(), 100ms);
  auto exchange = stalled->exchange(
      request_to(stalled->endpoint(), "meta.llama3-8b-instruct-v1%3A0"), ExchangeListener{});
  EXPECT_EQ(exchange.end, ExchangeEnd::kTimeout);
  EXPECT_GE(exchange.ended - exchange.started, 100ms);

  const auto cancelled = connection_to(served.url());
  ExchangeListener listener;
  listener.on_head = [](MachineTime, const ResponseHead&) { return false; };
  exchange = cancelled->exchange(
      request_to(cancelled->endpoint(), "anthropic.claude-3-haiku-20240307-v1%3A0"), listener);
  EXPECT_EQ(exchange.end, ExchangeEnd::kCancelled);
  EXPECT_TRUE(exchange.head);

  const std::string url = served.url();
  served.stop();
  const auto refused = connection_to(url);
  exchange = refused->exchange(request_to(refused->endpoint(), "m"), ExchangeListener{});
  EXPECT_EQ(exchange.end, ExchangeEnd::kNoConnection);
  EXPECT_FALSE(exchange.head);
}

// A stop that comes between two requests, or while one is signed, counts for the next.
TEST(UpstreamConnection, AStopIsForGood) {
  ServedEmulator served(kModels);
  const auto request = request_to(*parse_endpoint(served.url()), "mistral.m");
  const auto fresh = connection_to(served.url());
  fresh->stop();
  EXPECT_EQ(fresh->exchange(request, {}).end, ExchangeEnd::kBroken);
  EXPECT_EQ(served.counts().accepted, 0U);
  const auto used = connection_to(served.url());
  EXPECT_TRUE(used->exchange(request, {}).whole());
  used->stop();
  const auto exchange = used->exchange(request, {});
  EXPECT_EQ(exchange.end, ExchangeEnd::kBroken);
  EXPECT_FALSE(exchange.sent || exchange.head);
  EXPECT_EQ(served.counts().requests, 1U);
}

TEST(UpstreamConnection, TlsIsVerified) {
  const auto identity = *http::TlsIdentity::self_signed();
  ServedEmulator served(kModels, {}, identity);
  const std::string ca =
      testing::TempDir() + "bedlam-upstream-ca-" + std::to_string(served.port()) + ".pem";
  std::ofstream(ca) << identity->certificate();
  const auto endpoint = parse_endpoint("https://localhost:" + std::to_string(served.port()));
  ConnectionOptions options;
  const auto stranger = Connection::open(*endpoint, options);
  ASSERT_TRUE(stranger);
  const auto request = request_to(*endpoint, "anthropic.claude-3-haiku-20240307-v1%3A0");
  EXPECT_EQ((*stranger)->exchange(request, {}).end, ExchangeEnd::kNotTrusted);
  options.ca_file = ca;
  const auto friendly = Connection::open(*endpoint, options);
  ASSERT_TRUE(friendly);
  EXPECT_EQ((*friendly)->exchange(request, {}).end, ExchangeEnd::kWhole);
  std::remove(ca.c_str());
  options.ca_file = "/no/such/file.pem";
  EXPECT_FALSE(Connection::open(*endpoint, options));
}

// The other side verifies as AWS does (aws/authentication.h, tested against AWS's vectors).
TEST(UpstreamConnection, AStrictPeerTakesItsSignature) {
  FakeEnvironment environment;
  app::EmulatorOptions options;
  options.epoch = environment.time;
  options.credentials = aws::Credentials{{{"AKIDEXAMPLE", "secret", "token", std::nullopt}},
                                         {{"api-key", std::nullopt}}};
  ServedEmulator served(kModels, options);
  const auto connection = connection_to(served.url());
  const auto status_with = [&](const Identity& identity) {
    Signer signer(environment, identity, "us-east-1");
    auto request = request_to(connection->endpoint(), "anthropic.claude-3-haiku-20240307-v1%3A0");
    EXPECT_TRUE(signer.sign(request, "bedrock"));
    const auto answer = ask(*connection, request);
    return answer ? answer->status : 0;
  };
  EXPECT_EQ(status_with(aws::AccessKey{"AKIDEXAMPLE", "secret", "token", std::nullopt}), 200);
  EXPECT_EQ(status_with(aws::AccessKey{"AKIDEXAMPLE", "other", "token", std::nullopt}), 403);
  EXPECT_EQ(status_with(aws::BearerToken{"api-key", std::nullopt}), 200);
  EXPECT_EQ(status_with(aws::BearerToken{"another", std::nullopt}), 403);
}

}  // namespace
}  // namespace bedlam::harness
