#include "emulator/rpc/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/rpc/recorder.h"

namespace bedlam::rpc {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Recognises paths that start with its own, and answers with the reply it was given.
class FakeService : public Service {
 public:
  FakeService(std::string service, std::string path)
      : service_(std::move(service)), path_(std::move(path)) {}

  Reply reply = plain_reply(200, {}, "hello");
  std::optional<Duration> handled_after;  // else at once
  Scheduler* scheduler = nullptr;
  std::vector<Call> calls;

  std::string signing = "";
  std::string_view name() const override { return service_; }
  std::string_view signing_name() const override { return signing; }
  Reply refuse(const aws::Error& error) override {
    return plain_reply(error.http_status, {}, error.message);
  }
  std::optional<Call> recognise(const aws::HttpRequest& request) const override {
    if (!request.path().starts_with(path_)) return std::nullopt;
    return Call{service_, "Do", "thing", {}, request.headers, request.body};
  }
  void handle(const Call& call, ReplyTo reply_to) override {
    calls.push_back(call);
    if (!handled_after) return reply_to(reply);
    scheduler->after(*handled_after, [this, reply_to = std::move(reply_to)] { reply_to(reply); });
  }

 private:
  std::string service_, path_;
};

class DispatcherTest : public ::testing::Test {
 protected:
  DispatcherTest() {
    service.scheduler = &scheduler;
    dispatcher.add(service);
  }
  std::shared_ptr<Exchange> dispatch(std::string target = "/thing/1") {
    return dispatcher.dispatch({"POST", std::move(target), {}, "{}"}, "connection 1", recorder);
  }
  const JournalEntry& entry() const { return journal.entries().back(); }
  static Reply stream() {
    return {{{1s, Head{}},
             {1s, Bytes{"a", FrameLabel{0, "chunk", 1, 10}}},
             {2s, Bytes{"b", FrameLabel{1, "chunk", 2, 20}}},
             {3s, End{}}},
            {"rule 1", "answer", "", "", 7, 2}};
  }

  Scheduler scheduler{WallTime{}};
  Journal journal;
  Dispatcher dispatcher{scheduler, journal};
  FakeService service{"fake", "/thing"};
  std::shared_ptr<Recorder> recorder = std::make_shared<Recorder>(scheduler);
};

TEST_F(DispatcherTest, AnswersAndJournalsACall) {
  service.reply = stream();
  scheduler.advance_to(Instant(10s));
  dispatch();
  scheduler.run();
  EXPECT_THAT(recorder->heard, ElementsAre("head 200", "body a", "body b", "end"));
  EXPECT_THAT(recorder->times, ElementsAre(11s, 11s, 12s, 13s));
  EXPECT_EQ(entry().at, Instant(10s));
  EXPECT_EQ(entry().service, "fake");
  EXPECT_EQ(entry().operation, "Do");
  EXPECT_EQ(entry().resource, "thing");
  EXPECT_EQ(entry().caller.origin, "connection 1");
  EXPECT_EQ(entry().note.rule, "rule 1");
  EXPECT_EQ(entry().tokens_sent, 2);
  EXPECT_EQ(entry().ended, "complete");
  EXPECT_EQ(entry().ended_at, Instant(13s));
}

TEST_F(DispatcherTest, AServiceMayAnswerLater) {
  service.handled_after = 5s;
  dispatch();
  EXPECT_THAT(recorder->heard, IsEmpty());
  scheduler.run();
  EXPECT_THAT(recorder->times, ElementsAre(5s, 5s, 5s));
  EXPECT_EQ(entry().at, Instant{});
}

TEST_F(DispatcherTest, AsksServicesInOrder) {
  FakeService second("second", "/thing"), third("third", "/other");
  dispatcher.add(second);
  dispatcher.add(third);
  dispatch();
  dispatch("/other");
  EXPECT_EQ(service.calls.size(), 1U);
  EXPECT_EQ(second.calls.size(), 0U);
  EXPECT_EQ(third.calls.size(), 1U);
}

TEST_F(DispatcherTest, TheControlPlaneLeavesNoTrace) {
  FakeService control("control", "/_bedlam");
  dispatcher.add(control, Dispatcher::Journalled::kNo);
  const auto exchange = dispatch("/_bedlam/health");
  EXPECT_THAT(recorder->heard, ElementsAre("head 200", "body hello", "end"));
  EXPECT_THAT(journal.entries(), IsEmpty());
  exchange->abandon();
}

TEST_F(DispatcherTest, RefusesWhatNoServiceKnows) {
  const auto exchange = dispatch("/elsewhere");
  ASSERT_EQ(recorder->heard.size(), 3U);
  EXPECT_EQ(recorder->heard[0], "head 404");
  EXPECT_NE(recorder->heard[1].find("UnknownOperationException"), std::string::npos);
  EXPECT_EQ(recorder->heard[2], "end");
  ASSERT_EQ(journal.entries().size(), 1U);
  EXPECT_EQ(journal.entries()[0].resource, "/elsewhere");
  EXPECT_EQ(journal.entries()[0].note.outcome, "UnknownOperationException");
  exchange->abandon();
  Call unknown;
  unknown.service = "nowhere";
  dispatcher.call(unknown, recorder);
  EXPECT_EQ(recorder->heard[3], "head 404");
}

// A workflow's task and an SDK's request leave the same trace, but for who they are.
TEST_F(DispatcherTest, TheFrontDoorTurnsCallersFromOutsideAway) {
  dispatcher.guard([](const aws::HttpRequest& request, std::string_view signing_name) {
    const bool known = request.headers.find("authorization") != nullptr;
    const aws::Error error{"Unknown", 403, "to " + std::string(signing_name), Json::object()};
    return known ? std::nullopt : std::optional(aws::Refusal{error, "no header"});
  });
  dispatch();
  EXPECT_EQ(service.calls.size(), 1U);  // without a signing name nobody is asked
  service.signing = "fake";
  dispatch();
  EXPECT_EQ(service.calls.size(), 1U);
  EXPECT_EQ(entry().status, 403);
  EXPECT_EQ(entry().body, "to fake");
  EXPECT_EQ(entry().note.mismatch, "no header");
  dispatcher.dispatch({"POST", "/thing/1", {{"authorization", "x"}}, "{}"}, "", recorder);
  EXPECT_EQ(service.calls.size(), 2U);
  Call call;
  call.service = "fake";
  dispatcher.call(call, recorder);
  EXPECT_EQ(service.calls.size(), 3U);
}

TEST_F(DispatcherTest, SecretsInAPathNobodyKnowsAreNotKept) {
  dispatch("/other?X-Amz-Security-Token=secret&X-Amz-Signature=0123");
  EXPECT_EQ(entry().resource, "/other?X-Amz-Security-Token=redacted&X-Amz-Signature=redacted");
}

TEST_F(DispatcherTest, CallsFromInsideAreJournalledAlike) {
  service.reply = stream();
  dispatch();
  scheduler.run();
  const auto inside = std::make_shared<Recorder>(scheduler);
  Call call{"fake", "Do", "thing", {}, {}, "{}"};
  call.caller.origin = "arn:aws:states:us-east-1:123456789012:execution:chain:1";
  scheduler.advance_to(Instant(100s));
  dispatcher.call(call, inside);
  scheduler.run();
  EXPECT_EQ(inside->heard, recorder->heard);
  ASSERT_EQ(journal.entries().size(), 2U);
  Json from_outside = to_json(journal.entries()[0]), from_inside = to_json(journal.entries()[1]);
  EXPECT_EQ(from_inside["origin"], call.caller.origin);
  EXPECT_EQ(from_inside["at"], 100.0);
  EXPECT_EQ(from_inside["sent"].size(), from_outside["sent"].size());
  for (const char* same : {"service", "operation", "resource", "region", "attempt", "rule",
                           "status", "body_bytes", "tokens_sent", "ended", "request_bytes"}) {
    EXPECT_EQ(from_inside[same], from_outside[same]) << same;
  }
}

TEST_F(DispatcherTest, WhatAnSdkSaysOfItsAttemptIsJournalled) {
  dispatcher.dispatch(
      {"POST", "/thing/1", {{"amz-sdk-request", "ttl=20241004T090130Z; attempt=2; max=5"}}, "{}"},
      "", recorder);
  EXPECT_EQ(entry().caller.attempt, 2);
  EXPECT_EQ(entry().caller.max_attempts, 5);
  EXPECT_EQ(entry().caller.ttl, "20241004T090130Z");
  EXPECT_EQ(to_json(entry())["max_attempts"], 5);
  dispatch();
  EXPECT_EQ(entry().caller.max_attempts, 0);
  EXPECT_FALSE(to_json(entry()).contains("ttl"));
}

TEST_F(DispatcherTest, AbandonedBeforeTheServiceAnswered) {
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

TEST_F(DispatcherTest, AbandonedInTheMiddle) {
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

TEST_F(DispatcherTest, AbandonedInsideADelivery) {
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

TEST_F(DispatcherTest, AbandoningAfterTheEndChangesNothing) {
  service.reply = stream();
  const auto exchange = dispatch();
  scheduler.run();
  scheduler.advance_to(Instant(60s));
  exchange->abandon();
  EXPECT_EQ(entry().ended, "complete");
  EXPECT_EQ(entry().ended_at, Instant(3s));
}

TEST_F(DispatcherTest, AbandoningAtTheEndChangesNothing) {
  service.reply = stream();
  std::shared_ptr<Exchange> exchange;
  recorder->on_hearing = [&](const std::string& what) {
    if (what == "end") exchange->abandon();
  };
  exchange = dispatch();
  scheduler.run();
  EXPECT_EQ(entry().ended, "complete");
}

TEST_F(DispatcherTest, AStalledCallStaysStalledWhenTheCallerGivesUp) {
  service.reply = {{{1s, Head{}}, {1s, Stall{}}}, {}};
  const auto exchange = dispatch();
  scheduler.run();
  scheduler.advance_to(Instant(90s));
  exchange->abandon();
  EXPECT_EQ(entry().ended, "stall");
  EXPECT_EQ(entry().ended_at, Instant(1s));
}

TEST_F(DispatcherTest, ACallOutlivesTheJournalsReset) {
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
TEST_F(DispatcherTest, AReceiverMayHoldItsOwnExchange) {
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

TEST_F(DispatcherTest, CallersWithoutARegionAreInTheEmulators) {
  Dispatcher in_frankfurt(scheduler, journal, "eu-central-1");
  in_frankfurt.add(service);
  in_frankfurt.dispatch({"POST", "/thing", {}, ""}, "1", recorder);
  EXPECT_EQ(entry().caller.region, "eu-central-1");
  EXPECT_EQ(service.calls.back().caller.region, "eu-central-1");
}

// Headers as boto3 and the AWS SDK for JavaScript send them.
TEST(CallerOf, ReadsTheSdksHeaders) {
  const Caller caller = caller_of(
      {"POST",
       "/",
       {{"amz-sdk-invocation-id", "6c6a5d22-9a6b-4a2f-8f50-0d5f2f7e3b11"},
        {"amz-sdk-request", "ttl=20241004T090059Z; attempt=2; max=3"},
        {"Authorization",
         "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20241004/eu-west-1/bedrock/aws4_request, "
         "SignedHeaders=host;x-amz-date, Signature=5d672d79"}},
       ""},
      "connection 7", "us-east-1");
  EXPECT_EQ(caller.origin, "connection 7");
  EXPECT_EQ(caller.invocation_id, "6c6a5d22-9a6b-4a2f-8f50-0d5f2f7e3b11");
  EXPECT_EQ(caller.attempt, 2);
  EXPECT_EQ(caller.region, "eu-west-1");
}

TEST(CallerOf, HasDefaultsForEverything) {
  const Caller caller = caller_of({"POST", "/", {}, ""}, "", "us-west-2");
  EXPECT_EQ(caller.invocation_id, "");
  EXPECT_EQ(caller.attempt, 1);
  EXPECT_EQ(caller.region, "us-west-2");
}

TEST(CallerOf, TakesNoNonsense) {
  for (const char* attempt : {"attempt=0", "attempt=-5", "attempt=", "attempt=x", "attempt",
                              "attempt=99999999999999999999", "max=3"}) {
    const Caller caller =
        caller_of({"POST", "/", {{"amz-sdk-request", attempt}}, ""}, "", "us-east-1");
    EXPECT_EQ(caller.attempt, 1) << attempt;
  }
  for (const char* authorization :
       {"", "Bearer abc", "AWS4-HMAC-SHA256 Credential=", "AWS4-HMAC-SHA256 Credential=a/b/c",
        "AWS4-HMAC-SHA256 Credential=AKID/20241004//bedrock/aws4_request",
        "AWS4-ECDSA-P256-SHA256 Credential=AKID/20241004/bedrock/aws4_request"}) {
    const Caller caller =
        caller_of({"POST", "/", {{"authorization", authorization}}, ""}, "", "us-east-1");
    EXPECT_EQ(caller.region, "us-east-1") << authorization;
  }
}

// ---- Requests that are heard as they come

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
