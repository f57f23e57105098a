// What passes through the proxy of `bedlam record`, and what becomes of calls that are under way
// when it stops: an emulator behind a socket is the endpoint.
#include "harness/record/proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <variant>

#include "emulator/rpc/dispatcher.h"
#include "tests/unit/harness/fake_environment.h"
#include "tests/unit/harness/served_emulator.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kEndpointModels = R"(
models:
  anthropic.claude-3-haiku-*: {replies: [{answer: Hello}]}
  meta.*: {replies: [{answer: Hello, fault: {close: true, before_headers: true}}]}
  mistral.*: {replies: [{answer: Hello, fault: {no_answer: true}}]}
)";
constexpr const char* kClaude = "anthropic.claude-3-haiku-20240307-v1%3A0";
constexpr const char* kLlama = "meta.llama3-8b-instruct-v1%3A0";
constexpr const char* kMistral = "mistral.mistral-7b-instruct-v0%3A2";

// What the client of a call got.
struct Got {
  int status = 0;
  std::string body;
  bool whole = false, closed = false;
};

// The proxy and its loop, which turns on the test's thread.
struct Proxied {
  explicit Proxied(Signer& signer, const std::string& url, const std::string& host = "127.0.0.1")
      : proxy(loop, signer, {*parse_endpoint(url), {}, host}) {}

  std::shared_ptr<Got> ask(const std::string& model, const aws::Headers& headers = {}) {
    auto got = std::make_shared<Got>();
    const aws::HttpRequest request{"POST", "/model/" + model + "/converse", headers, ""};
    const auto input = proxy.open(*rpc::call_of(proxy, request), [got](const rpc::Reply& reply) {
      for (const auto& step : reply.steps) {
        if (const auto* head = std::get_if<rpc::Head>(&step.action)) got->status = head->status;
        if (const auto* more = std::get_if<rpc::Bytes>(&step.action)) got->body += more->data;
        got->whole = got->whole || std::holds_alternative<rpc::End>(step.action);
        got->closed = got->closed || std::holds_alternative<rpc::Close>(step.action);
      }
    });
    if (input == nullptr) return got;
    input->on_input(R"({"messages":[{"role":"user","content":[{"text":"Hi"}]}]})");
    input->on_input_end();
    return got;
  }
  void settle() {
    loop.run_until([this] { return proxy.under_way() == 0; });
  }

  Scheduler scheduler{WallTime{}};
  http::Loop loop{scheduler};
  Proxy proxy;
};

Signer signer_in(const Environment& environment) {
  return {environment, aws::AccessKey{"AKIDEXAMPLE", "secret", "", std::nullopt}, "us-east-1"};
}

TEST(Proxy, GivesBackWhatCame) {
  const FakeEnvironment environment;
  Signer signer = signer_in(environment);
  ServedEmulator served(kEndpointModels);
  Proxied proxied(signer, served.url());
  const auto got = proxied.ask(kClaude);
  EXPECT_EQ(proxied.proxy.under_way(), 1U);
  proxied.settle();
  EXPECT_EQ(got->status, 200);
  EXPECT_TRUE(got->whole);
  EXPECT_THAT(got->body, HasSubstr("Hello"));
  const auto calls = proxied.proxy.take_calls();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].text(), got->body);
}

// Its client sees what it would have seen of the endpoint itself, and the recording has it.
TEST(Proxy, AnEndpointThatClosesWithoutAnAnswer) {
  const FakeEnvironment environment;
  Signer signer = signer_in(environment);
  ServedEmulator served(kEndpointModels);
  Proxied proxied(signer, served.url());
  const auto got = proxied.ask(kLlama);
  proxied.settle();
  EXPECT_EQ(got->status, 0);
  EXPECT_TRUE(got->closed);
  const auto calls = proxied.proxy.take_calls();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].status, 0);
  EXPECT_FALSE(calls[0].whole);
  EXPECT_EQ(proxied.proxy.counts().unreached, 0U);
}

TEST(Proxy, SendsNothingOnForForeignPages) {
  const FakeEnvironment environment;
  Signer signer = signer_in(environment);
  ServedEmulator served(kEndpointModels);
  const auto status = [&](const aws::Headers& headers, const std::string& host = "127.0.0.1") {
    Proxied proxied(signer, served.url(), host);
    const auto got = proxied.ask(kClaude, headers);
    proxied.settle();
    EXPECT_EQ(proxied.proxy.counts().refused, got->status == 403 ? 1U : 0U);
    return got->status;
  };
  EXPECT_EQ(status({{"Host", "127.0.0.1:4566"}, {"Origin", "https://evil.example"}}), 403);
  EXPECT_EQ(status({{"Host", "127.0.0.1:4566"}, {"Origin", "http://localhost.evil.example"}}), 403);
  EXPECT_EQ(status({{"Host", "127.0.0.1:4566"}, {"Origin", "null"}}), 403);
  EXPECT_EQ(status({{"Host", "rebound.evil.example:4566"}}), 403);
  EXPECT_EQ(status({{"Host", "evil.example"}, {"Origin", "http://evil.example"}}, "0.0.0.0"), 403);
  EXPECT_EQ(served.counts().requests, 0U);
  EXPECT_EQ(status({{"Host", "localhost:4566"}, {"Origin", "http://localhost:3000"}}), 200);
  EXPECT_EQ(status({{"host", "[::1]:4566"}}), 200);
  EXPECT_EQ(status({{"Host", "Recorder:4566"}}, "recorder"), 200);
  EXPECT_EQ(status({{"Host", "host.docker.internal:4566"}}, "0.0.0.0"), 200);
  EXPECT_EQ(status({}), 200);
}

// Nothing of it could be read; the client, which may have asked for it, gets it as it is.
TEST(Proxy, RecordsNoAnswerInAnEncoding) {
  const FakeEnvironment environment;
  Signer signer = signer_in(environment);
  ServedEmulator served(R"(
models:
  m:
    recorded: true
    replies:
      - {when: {operation: Converse}, answer: {raw: packed, headers: {Content-Encoding: gzip}}}
)");
  Proxied proxied(signer, served.url());
  const auto got = proxied.ask("m");
  proxied.settle();
  EXPECT_EQ(got->body, "packed");
  EXPECT_EQ(proxied.proxy.counts().encoded, 1U);
  EXPECT_THAT(proxied.proxy.take_calls(), testing::IsEmpty());
}

// A machine whose credentials come from a command that takes its time.
class SlowCommand final : public Environment {
 public:
  std::promise<void> asked;
  std::promise<void> go_on;

  std::optional<std::string> variable(const std::string& name) const override {
    return machine_.variable(name);
  }
  std::optional<std::string> file(const std::string& path) const override {
    if (path != "/home/me/.aws/config") return std::nullopt;
    return "[default]\nregion = us-east-1\ncredential_process = slow\n";
  }
  bool write_private(const std::string& /*path*/, const std::string& /*text*/) const override {
    return false;
  }
  Result<std::string, CommandError> output_of(const std::string& /*command*/) const override {
    auto& self = const_cast<SlowCommand&>(*this);
    self.asked.set_value();
    self.go_on.get_future().wait();
    return std::string(R"({"Version":1,"AccessKeyId":"AKIDEXAMPLE","SecretAccessKey":"secret"})");
  }
  Result<WholeAnswer, std::string> ask(const Endpoint& /*endpoint*/,
                                       const aws::HttpRequest& /*request*/,
                                       Duration /*timeout*/) const override {
    return std::string("connect timeout");
  }
  WallTime now() const override { return machine_.now(); }

 private:
  FakeEnvironment machine_;
};

TEST(Proxy, SendsNothingAfterAStopThatCameWhileItSigned) {
  SlowCommand environment;
  Signer signer(environment, "", "us-east-1");
  ServedEmulator served(kEndpointModels);
  Proxied proxied(signer, served.url());
  proxied.ask(kMistral);
  environment.asked.get_future().wait();
  proxied.proxy.stop();  // does not wait for the command
  EXPECT_EQ(proxied.proxy.under_way(), 1U);
  EXPECT_THAT(signer.secrets(), testing::IsEmpty());  // nor does this
  environment.go_on.set_value();
  proxied.settle();
  EXPECT_EQ(served.counts().requests, 0U);
  EXPECT_EQ(proxied.proxy.counts().cut_off, 1U);
  EXPECT_THAT(proxied.proxy.take_calls(), testing::IsEmpty());
  proxied.ask(kClaude);  // what comes behind the stop
  EXPECT_EQ(proxied.proxy.under_way(), 0U);
  EXPECT_EQ(proxied.proxy.counts().cut_off, 2U);
}

TEST(Proxy, AStopBreaksOffWhatIsUnderWay) {
  const FakeEnvironment environment;
  Signer signer = signer_in(environment);
  ServedEmulator served(kEndpointModels);
  Proxied proxied(signer, served.url());
  proxied.ask(kMistral);
  while (served.counts().requests == 0) std::this_thread::yield();
  EXPECT_EQ(proxied.proxy.under_way(), 1U);
  proxied.proxy.stop();
  proxied.settle();
  EXPECT_EQ(proxied.proxy.counts().cut_off, 1U);
}

}  // namespace
}  // namespace bedlam::harness
