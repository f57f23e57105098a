// Requests that are heard as they come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/rpc/dispatcher.h"
#include "tests/unit/rpc/recorder.h"

namespace bedlam::rpc {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Says back what it hears.
class Parrot : public Service {
 public:
  std::string_view name() const override { return "parrot"; }
  std::optional<Call> recognise(const aws::HttpRequest& request) const override {
    return Call{"parrot", request.method, "", {}, request.headers, request.body};
  }
  bool hears_input(const Call& call) const override { return call.operation == "POST"; }
  void handle(const Call& /*call*/, ReplyTo reply_to) override {
    reply_to(plain_reply(200, {}, "whole"));
  }
  std::shared_ptr<InputStream> open(const Call& call, MoreOfReply more) override {
    EXPECT_EQ(call.body, "");
    more({{{0s, Head{}}}, {}});
    return std::make_shared<Ear>(std::move(more));
  }

 private:
  class Ear : public InputStream {
   public:
    explicit Ear(MoreOfReply more) : more_(std::move(more)) {}
    std::string on_input(std::string_view bytes) override {
      Reply reply{{{1s, Bytes{std::string(bytes), std::nullopt}}}, {}};
      reply.note.output_tokens = 1;
      more_(std::move(reply));
      return "heard " + std::string(bytes) + ";";
    }
    void on_input_end() override { more_({{{0s, End{}}}, {}}); }

   private:
    MoreOfReply more_;
  };
};

class InputStreamTest : public ::testing::Test {
 protected:
  InputStreamTest() { dispatcher.add(parrot); }

  Scheduler scheduler{WallTime{}};
  Journal journal;
  Dispatcher dispatcher{scheduler, journal};
  Parrot parrot;
  std::shared_ptr<Recorder> recorder = std::make_shared<Recorder>(scheduler);
};

TEST_F(InputStreamTest, EachPartIsAnsweredAsItComes) {
  const auto exchange = dispatcher.open({"POST", "/", {}, ""}, "test", recorder);
  ASSERT_NE(exchange, nullptr);
  EXPECT_THAT(recorder->heard, ElementsAre("head 200"));
  exchange->on_input("a");
  scheduler.advance_to(Instant(5s));
  exchange->on_input("b");
  exchange->on_input_end();
  exchange->on_input("too late");
  scheduler.run();
  EXPECT_THAT(recorder->heard, ElementsAre("head 200", "body a", "body b", "end"));
  EXPECT_THAT(recorder->times, ElementsAre(0s, 1s, 6s, 6s));
  const JournalEntry& entry = journal.entries().front();
  EXPECT_EQ(entry.request, "heard a;heard b;");
  EXPECT_EQ(entry.request_bytes, 2U);
  EXPECT_EQ(entry.note.output_tokens, 2);
  EXPECT_EQ(entry.ended, "complete");
}

TEST_F(InputStreamTest, OthersWantTheirRequestWhole) {
  EXPECT_EQ(dispatcher.open({"PUT", "/", {}, ""}, "test", recorder), nullptr);
  EXPECT_THAT(journal.entries(), IsEmpty());
}

TEST_F(InputStreamTest, AWholeRequestIsHeardInOnePiece) {
  const auto exchange = dispatcher.dispatch({"POST", "/", {}, "all of it"}, "test", recorder);
  scheduler.run();
  EXPECT_THAT(recorder->heard, ElementsAre("head 200", "body all of it", "end"));
}

TEST_F(InputStreamTest, AfterAbandoningNothingIsHeard) {
  const auto exchange = dispatcher.open({"POST", "/", {}, ""}, "test", recorder);
  exchange->on_input("a");
  exchange->abandon();
  exchange->on_input("b");
  scheduler.run();
  EXPECT_THAT(recorder->heard, ElementsAre("head 200"));
  EXPECT_EQ(journal.entries().front().ended, "abandoned");
}

}  // namespace
}  // namespace bedlam::rpc
