// Requests that are heard as they come: event streams to an operation that wants them so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/http/http2_client.h"

namespace bedlam::http {
namespace {

using namespace std::chrono_literals;

rpc::Reply tell_length(const rpc::Call& call) {
  return rpc::plain_reply(200, {}, "whole " + std::to_string(call.body.size()));
}

// A client whose request goes on until it says otherwise.
class TalkingClient : public Http2Client {
 public:
  using Http2Client::Http2Client;
  std::int32_t begin(const std::string& path, const std::string& first) {
    auto fields = request("POST", path);
    fields.emplace_back("content-type", "application/vnd.amazon.eventstream");
    return talk(fields, first);
  }
};

TEST(Http2InputStream, APartIsAnsweredBeforeTheNextIsSent) {
  LiveServer live(tell_length);
  TalkingClient client(live.port());
  const std::int32_t stream = client.begin("/heard", "one ");
  ASSERT_TRUE(client.read_until([&] { return client.so_far(stream).body == "one "; }));
  client.say(stream, "two ");
  ASSERT_TRUE(client.read_until([&] { return client.so_far(stream).body == "one two "; }));
  EXPECT_FALSE(client.so_far(stream).ended);
  client.say(stream, "three", true);
  EXPECT_EQ(client.answer(stream).body, "one two three");
  EXPECT_TRUE(client.so_far(stream).ended);
  EXPECT_EQ(live.on_loop([&] { return live.journal().entries().front().request; }),
            "one two three");
}

TEST(Http2InputStream, OtherOperationsGetTheirEventStreamWhole) {
  LiveServer live(tell_length);
  TalkingClient client(live.port());
  const std::int32_t stream = client.begin("/whole", "one ");
  client.say(stream, "two", true);
  EXPECT_EQ(client.answer(stream).body, "whole 7");
}

TEST(Http2InputStream, ManyMegabytesPassThroughWithoutBeingKept) {
  Limits limits;
  limits.request_body = 256 * 1024;  // of a whole request; this one is never whole
  LiveServer live(tell_length, Pace::kReal, limits);
  TalkingClient client(live.port(), (1 << 30));
  const std::int32_t stream = client.begin("/heard", "");
  client.widen(stream, 1 << 29);
  const std::string part(60'000, 'x');
  std::size_t sent = 0;
  for (int i = 0; i < 200; ++i) {
    client.say(stream, part);
    sent += part.size();
    ASSERT_TRUE(client.read_until([&] { return client.so_far(stream).body.size() == sent; }));
  }
  client.say(stream, "", true);
  EXPECT_TRUE(client.answer(stream).ended);
}

TEST(Http2InputStream, AClientThatLeavesIsAbandoned) {
  LiveServer live(tell_length);
  {
    TalkingClient client(live.port());
    const std::int32_t stream = client.begin("/heard", "one");
    client.read_until([&] { return client.so_far(stream).body == "one"; });
    client.reset(stream);
    client.answer(client.get("/"));
  }
  EXPECT_TRUE(
      live.eventually([&] { return live.journal().entries().front().ended == "abandoned"; }));
}

}  // namespace
}  // namespace bedlam::http
