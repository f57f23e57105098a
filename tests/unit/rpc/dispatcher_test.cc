#include "emulator/rpc/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/rpc/dispatcher_fixture.h"

namespace bedlam::rpc {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

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
    const bool known = request.headers.find("authorization").has_value();
    const aws::Error error{"Unknown", 403, "to " + std::string(signing_name), Json::object()};
    return known ? std::nullopt : std::optional(aws::AuthenticationFailure{error, "no header"});
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

TEST_F(DispatcherTest, CallersWithoutARegionAreInTheEmulators) {
  Dispatcher in_frankfurt(scheduler, journal, "eu-central-1");
  in_frankfurt.add(service);
  in_frankfurt.dispatch({"POST", "/thing", {}, ""}, "1", recorder);
  EXPECT_EQ(entry().caller.region, "eu-central-1");
  EXPECT_EQ(service.calls.back().caller.region, "eu-central-1");
}

}  // namespace
}  // namespace bedlam::rpc
