// What becomes of an exchange whose caller leaves, and when its service hears that it is over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/rpc/dispatcher_fixture.h"

namespace bedlam::rpc {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ExchangeTest : public DispatcherTest {};

TEST_F(ExchangeTest, AbandonedBeforeTheServiceAnswered) {
  service.handled_after = 5s;
  const auto exchange = dispatch();
  scheduler.advance_to(Instant(2s));
  exchange->abandon();
  scheduler.run();
  EXPECT_THAT(recorder->heard, IsEmpty());
  EXPECT_EQ(entry().ended, "abandoned");
  EXPECT_EQ(entry().ended_at, Instant(2s));
  EXPECT_EQ(entry().status, 0);
}

TEST_F(ExchangeTest, AbandonedInTheMiddle) {
  service.reply = stream();
  const auto exchange = dispatch();
  scheduler.advance_to(Instant(2'500ms));
  exchange->abandon();
  scheduler.run();
  EXPECT_THAT(recorder->heard, ElementsAre("head 200", "body a", "body b"));
  EXPECT_EQ(entry().ended, "abandoned");
  EXPECT_EQ(entry().ended_at, Instant(2'500ms));
  EXPECT_EQ(entry().tokens_sent, 2);
  EXPECT_EQ(scheduler.now(), Instant(2'500ms));  // the timer of the rest is gone
}

TEST_F(ExchangeTest, AbandonedInsideADelivery) {
  service.reply = stream();
  std::shared_ptr<Exchange> exchange;
  recorder->on_hearing = [&](const std::string& what) {
    if (what != "body a") return;
    exchange->abandon();
    exchange.reset();
  };
  exchange = dispatch();
  scheduler.run();
  EXPECT_THAT(recorder->heard, ElementsAre("head 200", "body a"));
  EXPECT_EQ(entry().ended, "abandoned");
  EXPECT_EQ(entry().tokens_sent, 1);  // what it heard was sent
}

TEST_F(ExchangeTest, AbandoningAfterTheEndChangesNothing) {
  service.reply = stream();
  const auto exchange = dispatch();
  scheduler.run();
  scheduler.advance_to(Instant(60s));
  exchange->abandon();
  EXPECT_EQ(entry().ended, "complete");
  EXPECT_EQ(entry().ended_at, Instant(3s));
}

TEST_F(ExchangeTest, AbandoningAtTheEndChangesNothing) {
  service.reply = stream();
  std::shared_ptr<Exchange> exchange;
  recorder->on_hearing = [&](const std::string& what) {
    if (what == "end") exchange->abandon();
  };
  exchange = dispatch();
  scheduler.run();
  EXPECT_EQ(entry().ended, "complete");
}

TEST_F(ExchangeTest, AStalledCallStaysStalledWhenTheCallerGivesUp) {
  service.reply = {{{1s, Head{}}, {1s, Stall{}}}, {}};
  const auto exchange = dispatch();
  scheduler.run();
  scheduler.advance_to(Instant(90s));
  exchange->abandon();
  EXPECT_EQ(entry().ended, "stall");
  EXPECT_EQ(entry().ended_at, Instant(1s));
}

TEST_F(ExchangeTest, ACallOutlivesTheJournalsReset) {
  service.reply = stream();
  const auto exchange = dispatch();
  scheduler.advance_to(Instant(1s));
  journal.clear();
  dispatch();
  scheduler.advance_to(Instant(2s));
  exchange->abandon();
  scheduler.run();
  ASSERT_EQ(journal.entries().size(), 1U);
  EXPECT_EQ(entry().id, 2U);
  EXPECT_EQ(entry().ended, "complete");
  EXPECT_EQ(entry().sent.size(), 4U);
}

// How the service hears that its reply is over, and when.
class WhenOver : public DispatcherTest {
 protected:
  WhenOver() {
    service.reply = stream();
    listen();
  }
  void listen() {
    service.reply.when_over = [this](const Ending& ending, Note& note) {
      endings.push_back(ending);
      told.push_back(scheduler.now().time_since_epoch());
      note.quota = {{"settled", true}};
    };
  }
  const Ending& ending() {
    EXPECT_EQ(endings.size(), 1U);
    static const Ending kNone{};
    return endings.empty() ? kNone : endings.front();
  }

  std::vector<Ending> endings;
  std::vector<Duration> told;
};

TEST_F(WhenOver, AtTheLastStep) {
  recorder->on_hearing = [&](const std::string& what) {
    if (what != "end") return;
    EXPECT_EQ(endings.size(), 1U) << "before the caller can make its next call";
  };
  const auto exchange = dispatch();
  scheduler.run();
  exchange->abandon();
  EXPECT_EQ(ending().at, Instant(3s));
  EXPECT_FALSE(ending().abandoned);
  EXPECT_TRUE(ending().body_begun);
  EXPECT_EQ(ending().generated, 20);
  EXPECT_EQ(entry().note.quota, (Json{{"settled", true}}));
  EXPECT_EQ(to_json(entry())["quota"], (Json{{"settled", true}}));
}

// The service goes on until it writes: the frame of 2 s goes nowhere.
TEST_F(WhenOver, OfAnAbandonedReplyIsItsNextStep) {
  const auto exchange = dispatch();
  scheduler.advance_to(Instant(1'500ms));
  exchange->abandon();
  EXPECT_THAT(told, ElementsAre(1'500ms));
  EXPECT_EQ(ending().at, Instant(2s));
  EXPECT_TRUE(ending().abandoned);
  EXPECT_EQ(ending().generated, 20);
  scheduler.run();
  EXPECT_EQ(endings.size(), 1U);
}

TEST_F(WhenOver, OfAPlainReplyAbandonedBeforeItsHead) {
  service.reply = plain_reply(200, {}, "hello", 5s);
  listen();
  const auto exchange = dispatch();
  scheduler.advance_to(Instant(1s));
  exchange->abandon();
  EXPECT_EQ(ending().at, Instant(5s));
  EXPECT_TRUE(ending().body_begun);
  EXPECT_EQ(ending().generated, std::nullopt);
}

TEST_F(WhenOver, OfAStalledReplyIsItsCallersLeaving) {
  service.reply.steps.back() = {3s, Stall{}};
  const auto exchange = dispatch();
  scheduler.run();
  EXPECT_THAT(endings, IsEmpty());
  scheduler.advance_to(Instant(90s));
  exchange->abandon();
  exchange->abandon();
  EXPECT_EQ(ending().at, Instant(90s));
  EXPECT_EQ(ending().generated, 20);
  EXPECT_EQ(entry().ended, "stall");
}

TEST_F(WhenOver, OfAReplyThatCameAfterItsCallerHadLeft) {
  service.handled_after = 5s;
  const auto exchange = dispatch();
  scheduler.advance_to(Instant(2s));
  exchange->abandon();
  EXPECT_THAT(endings, IsEmpty());
  scheduler.run();
  EXPECT_EQ(ending().at, Instant(6s));
  EXPECT_TRUE(ending().abandoned);
}

TEST_F(WhenOver, WithoutAnEntryInTheJournal) {
  const auto exchange = dispatch();
  scheduler.advance_to(Instant(1s));
  journal.clear();
  scheduler.run();
  EXPECT_EQ(endings.size(), 1U);
}

// The usual ring: a connection holds its exchange and is the receiver of its reply.
TEST_F(ExchangeTest, AReceiverMayHoldItsOwnExchange) {
  struct Connection : Recorder {
    using Recorder::Recorder;
    std::shared_ptr<Exchange> exchange;
  };
  service.reply = stream();
  std::weak_ptr<Connection> finished, abandoned;
  {
    const auto connection = std::make_shared<Connection>(scheduler);
    connection->exchange = dispatcher.dispatch({"POST", "/thing", {}, ""}, "1", connection);
    finished = connection;
    scheduler.run();
    const auto other = std::make_shared<Connection>(scheduler);
    other->exchange = dispatcher.dispatch({"POST", "/thing", {}, ""}, "2", other);
    abandoned = other;
    other->exchange->abandon();
  }
  EXPECT_TRUE(finished.expired());
  EXPECT_TRUE(abandoned.expired());
}

}  // namespace
}  // namespace bedlam::rpc
