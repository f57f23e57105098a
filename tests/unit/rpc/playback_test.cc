#include "emulator/rpc/playback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/unit/rpc/recorder.h"

namespace bedlam::rpc {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PlaybackTest : public ::testing::Test {
 protected:
  std::shared_ptr<Playback> play(std::vector<Step> steps) {
    auto playback = std::make_shared<Playback>(scheduler, Reply{std::move(steps), {}}, recorder,
                                               [this](const Step&) { ++delivered; });
    playback->start();
    return playback;
  }
  static Bytes bytes(std::string data) { return {std::move(data), std::nullopt}; }

  Scheduler scheduler{WallTime{}};
  std::shared_ptr<Recorder> recorder = std::make_shared<Recorder>(scheduler);
  int delivered = 0;
};

TEST_F(PlaybackTest, DeliversEachStepAtItsInstant) {
  scheduler.advance_to(Instant(100s));
  const auto playback =
      play({{900ms, Head{}}, {900ms, bytes("a")}, {925ms, bytes("b")}, {950ms, End{}}});
  EXPECT_THAT(recorder->heard, IsEmpty());
  EXPECT_FALSE(playback->finished());
  scheduler.run();
  EXPECT_THAT(recorder->heard, ElementsAre("head 200", "body a", "body b", "end"));
  EXPECT_THAT(recorder->times, ElementsAre(100'900ms, 100'900ms, 100'925ms, 100'950ms));
  EXPECT_TRUE(playback->finished());
  EXPECT_EQ(delivered, 4);
}

TEST_F(PlaybackTest, WhatIsDueAtOnceIsHeardBeforeStartReturns) {
  play({{0s, Head{}}, {0s, bytes("a")}, {1s, End{}}});
  EXPECT_THAT(recorder->heard, ElementsAre("head 200", "body a"));
}

// A frame is due 25 ms after the one before; an owner that advances late must not shift the rest.
TEST_F(PlaybackTest, DueTimesAreAbsolute) {
  std::vector<Step> steps{{0s, Head{}}};
  for (int i = 1; i <= 1'000; ++i) steps.push_back({i * 25ms, bytes("x")});
  play(std::move(steps));
  for (Instant now{}; now < Instant(26s); now += 7ms) scheduler.advance_to(now);
  EXPECT_EQ(recorder->times.back(), 25s);
  EXPECT_EQ(recorder->times[500], 12'500ms);
}

TEST_F(PlaybackTest, TellsEveryKindOfAction) {
  play({{0s, Head{503, {}}}, {0s, bytes("b")}, {0s, Garbage{"g"}}, {0s, Stall{}}});
  play({{0s, Reset{}}});
  play({{0s, Close{}}});
  play({{0s, HalfClose{}}});
  EXPECT_THAT(recorder->heard, ElementsAre("head 503", "body b", "garbage g", "stall", "reset",
                                           "close", "half_close"));
}

TEST_F(PlaybackTest, LivesUntilItsEndWithNobodyElseHoldingIt) {
  const std::weak_ptr<Playback> playback = play({{1s, Head{}}, {2s, End{}}});
  EXPECT_FALSE(playback.expired());
  scheduler.run();
  EXPECT_EQ(recorder->heard.size(), 2U);
  EXPECT_TRUE(playback.expired());
}

TEST_F(PlaybackTest, DeliversNothingAfterCancel) {
  const auto playback = play({{0s, Head{}}, {1s, bytes("a")}, {2s, End{}}});
  scheduler.advance_to(Instant(1s));
  playback->cancel();
  EXPECT_TRUE(playback->finished());
  EXPECT_EQ(scheduler.next_due(), std::nullopt);
  playback->cancel();
  EXPECT_THAT(recorder->heard, ElementsAre("head 200", "body a"));
}

TEST_F(PlaybackTest, AReceiverMayCancelInsideADelivery) {
  std::shared_ptr<Playback> playback;
  recorder->on_hearing = [&](const std::string& what) {
    if (what == "body a") playback->cancel();
  };
  playback = play({{1s, Head{}}, {1s, bytes("a")}, {1s, bytes("b")}, {2s, End{}}});
  scheduler.run();
  EXPECT_THAT(recorder->heard, ElementsAre("head 200", "body a"));
  EXPECT_EQ(delivered, 2);
  EXPECT_EQ(scheduler.now(), Instant(1s));
}

// The one that hears is also the one that holds: it drops both itself and the plan.
TEST_F(PlaybackTest, AReceiverMayLetGoOfEverythingInsideADelivery) {
  std::shared_ptr<Playback> playback = play({{1s, Head{}}, {1s, bytes("a")}, {2s, End{}}});
  std::vector<std::string> heard;
  recorder->on_hearing = [&](const std::string& what) {
    heard.push_back(what);
    recorder.reset();
    playback->cancel();
    playback.reset();
  };
  scheduler.run();
  EXPECT_THAT(heard, ElementsAre("head 200"));
}

// Receivers hold what holds them: a connection its exchange.
TEST_F(PlaybackTest, LetsGoOfTheReceiverAtTheEnd) {
  auto finished = play({{0s, Head{}}, {1s, End{}}});
  auto cancelled = play({{0s, Head{}}, {9s, End{}}});
  EXPECT_GT(recorder.use_count(), 1);
  scheduler.advance_to(Instant(1s));
  cancelled->cancel();
  EXPECT_EQ(recorder.use_count(), 1);
}

TEST_F(PlaybackTest, PausesOnceForAllThatIsDueTogether) {
  play({{0s, Head{}}, {0s, bytes("a")}, {1s, bytes("b")}, {1s, bytes("c")}, {2s, End{}}});
  EXPECT_EQ(recorder->pauses, 1);
  scheduler.advance_to(Instant(1s));
  EXPECT_EQ(recorder->pauses, 2);
  scheduler.run();
  EXPECT_EQ(recorder->pauses, 2) << "after the end there is nothing to wait for";
}

// Frames "0", "1", …, one every `pause`, and the end with the last; counts those that were made.
class Counted final : public StepSource {
 public:
  Counted(int frames, Duration pause, int& made) : frames_(frames), pause_(pause), made_(made) {}

  Duration last_due() const override { return (frames_ - 1) * pause_; }
  std::optional<Step> next() override {
    if (next_ > frames_) return std::nullopt;
    if (next_ == frames_) return ++next_, Step{last_due(), End{}};
    ++made_;
    const int frame = next_++;
    return Step{frame * pause_,
                Bytes{std::to_string(frame), FrameLabel{frame, "chunk", frame, frame}}};
  }

 private:
  int frames_, next_ = 0;
  Duration pause_;
  int& made_;
};

class RestTest : public PlaybackTest {
 protected:
  std::shared_ptr<Playback> play_rest(int frames, Duration pause) {
    Reply reply{{{0s, Head{}}}, {}};
    reply.rest = std::make_shared<Counted>(frames, pause, made);
    const auto over = [this](const Ending& at_end) { ending = at_end; };
    auto playback = std::make_shared<Playback>(
        scheduler, std::move(reply), recorder, [this](const Step&) { ++delivered; }, over);
    playback->start();
    return playback;
  }

  int made = 0;
  std::optional<Ending> ending;
};

TEST_F(RestTest, IsMadeWhenItIsDue) {
  const auto playback = play_rest(3, 10s);
  EXPECT_THAT(recorder->heard, ElementsAre("head 200", "body 0"));
  EXPECT_LE(made, 2);
  EXPECT_FALSE(playback->finished());
  scheduler.run();
  EXPECT_THAT(recorder->heard, ElementsAre("head 200", "body 0", "body 1", "body 2", "end"));
  EXPECT_EQ(recorder->times.back(), 20s);
  EXPECT_TRUE(playback->finished());
  EXPECT_EQ(delivered, 5);
  ASSERT_TRUE(ending);
  EXPECT_EQ(ending->generated, 2);
  EXPECT_FALSE(ending->abandoned);
}

// A million frames that are due at once would hold up everybody else.
TEST_F(RestTest, OthersHaveATurnInALongOne) {
  play_rest(1'000, 0s);
  EXPECT_LE(made, kStepsAtATime + 1);
  int made_when_asked = 0;
  scheduler.at(Instant{}, [&] { made_when_asked = made; });
  scheduler.run();
  EXPECT_LE(made_when_asked, 2 * (kStepsAtATime + 1));
  EXPECT_EQ(recorder->heard.size(), 1'002U);
  EXPECT_EQ(recorder->times.back(), 0s);
}

TEST_F(RestTest, WaitsForAPeerThatReadsSlowly) {
  recorder->is_congested = true;
  play_rest(10, 0s);
  scheduler.run();
  EXPECT_THAT(recorder->heard, IsEmpty());
  ASSERT_TRUE(recorder->room);
  recorder->is_congested = false;
  recorder->room();
  scheduler.run();
  EXPECT_EQ(recorder->heard.size(), 12U);
}

TEST_F(RestTest, GoesNowhereOnceTheCallerHasLeft) {
  const auto playback = play_rest(10, 1s);
  scheduler.advance_to(Instant(1'500ms));
  playback->cancel();
  scheduler.run();
  EXPECT_EQ(recorder->heard.size(), 3U);
  ASSERT_TRUE(ending);
  EXPECT_TRUE(ending->abandoned);
  EXPECT_EQ(ending->at, Instant(2s)) << "when the service next writes";
  EXPECT_EQ(ending->generated, 2);
}

TEST_F(RestTest, IsMadeWholeForThoseWhoChangeThePlan) {
  Reply reply{{{0s, Head{}}}, {}};
  reply.rest = std::make_shared<Counted>(5, 1s, made);
  EXPECT_EQ(last_due(reply), 4s);
  complete(reply);
  EXPECT_EQ(reply.steps.size(), 7U);
  EXPECT_EQ(reply.rest, nullptr);
  EXPECT_EQ(last_due(reply), 4s);
}

TEST(PlainReply, IsAWholeBodyAtOnce) {
  const Reply reply = plain_reply(404, {{"X-A", "1"}}, "gone", 3s);
  ASSERT_EQ(reply.steps.size(), 3U);
  for (const Step& step : reply.steps) EXPECT_EQ(step.due, 3s);
  const auto& head = std::get<Head>(reply.steps[0].action);
  EXPECT_EQ(head.status, 404);
  EXPECT_EQ(head.headers.get("x-a"), "1");
  EXPECT_EQ(head.headers.get("content-length"), "4");
  EXPECT_EQ(std::get<Bytes>(reply.steps[1].action).data, "gone");
  EXPECT_TRUE(std::holds_alternative<End>(reply.steps[2].action));
}

TEST(PlainReply, AnEmptyBodyIsNoStep) {
  const Reply reply = plain_reply(204, {}, "");
  ASSERT_EQ(reply.steps.size(), 2U);
  EXPECT_EQ(std::get<Head>(reply.steps[0].action).headers.get("content-length"), "0");
}

// ---- Plans that grow

class GrowingPlaybackTest : public PlaybackTest {
 protected:
  GrowingPlaybackTest()
      : playback(std::make_shared<Playback>(scheduler, Reply{}, recorder, nullptr, nullptr,
                                            Playback::Plan::kGrowing)) {}
  std::shared_ptr<Playback> playback;
};

TEST_F(GrowingPlaybackTest, WhatIsAddedIsDueAfterThatMoment) {
  playback->grow({{0s, Head{}}});
  scheduler.advance_to(Instant(10s));
  playback->grow({{0s, bytes("a")}, {2s, bytes("b")}});
  EXPECT_FALSE(playback->finished());
  scheduler.run();
  EXPECT_FALSE(playback->finished());
  playback->grow({{0s, End{}}});
  EXPECT_TRUE(playback->finished());
  EXPECT_THAT(recorder->heard, ElementsAre("head 200", "body a", "body b", "end"));
  EXPECT_THAT(recorder->times, ElementsAre(0s, 10s, 12s, 12s));
}

TEST_F(GrowingPlaybackTest, NothingComesBeforeWhatWasPlannedAlready) {
  playback->grow({{5s, bytes("a")}});
  scheduler.advance_to(Instant(1s));
  playback->grow({{0s, bytes("b")}});
  scheduler.run();
  EXPECT_THAT(recorder->heard, ElementsAre("body a", "body b"));
  EXPECT_THAT(recorder->times, ElementsAre(5s, 5s));
}

TEST_F(GrowingPlaybackTest, NothingIsAddedAfterTheEnd) {
  playback->grow({{0s, Reset{}}, {0s, bytes("a")}});
  playback->grow({{0s, bytes("b")}});
  scheduler.run();
  EXPECT_THAT(recorder->heard, ElementsAre("reset"));
  EXPECT_TRUE(playback->finished());
}

TEST_F(GrowingPlaybackTest, ItMayGrowDuringADelivery) {
  recorder->on_hearing = [this](const std::string& what) {
    if (what == "body a") playback->grow({{0s, bytes("b")}, {0s, End{}}});
  };
  playback->grow({{0s, bytes("a")}});
  EXPECT_THAT(recorder->heard, ElementsAre("body a", "body b", "end"));
}

// ---- Bodies without end

TEST_F(PlaybackTest, AnEndlessPieceComesAgainUntilItIsCancelled) {
  Bytes piece{"x", FrameLabel{3, "chunk", 7}};
  std::vector<int> tokens;
  auto playback =
      std::make_shared<Playback>(scheduler, Reply{{{0s, Head{}}, {1s, Endless{piece, 2s}}}, {}},
                                 recorder, [&tokens](const Step& step) {
                                   const auto* bytes = std::get_if<Bytes>(&step.action);
                                   if (bytes != nullptr) tokens.push_back(bytes->frame->tokens);
                                 });
  playback->start();
  scheduler.advance_to(Instant(5s));
  EXPECT_THAT(recorder->times, ElementsAre(0s, 1s, 3s, 5s));
  EXPECT_THAT(tokens, ElementsAre(7, 8, 9));
  EXPECT_FALSE(playback->finished());
  playback->cancel();
  scheduler.run();
  EXPECT_EQ(recorder->heard.size(), 4U);
}

TEST_F(PlaybackTest, AnEndlessPieceIsLeftOutWhileThePeerDoesNotRead) {
  auto playback = play({{0s, Head{}}, {1s, Endless{bytes("x"), 1s}}});
  recorder->is_congested = true;
  scheduler.advance_to(Instant(100s));
  EXPECT_THAT(recorder->heard, ElementsAre("head 200"));
  recorder->is_congested = false;
  scheduler.advance_to(Instant(102s));
  EXPECT_THAT(recorder->heard, ElementsAre("head 200", "body x", "body x"));
  playback->cancel();
}

TEST_F(PlaybackTest, AReceiverThatIsGoneHearsNoMore) {
  recorder->on_hearing = [this](const std::string&) { recorder->is_gone = true; };
  const auto playback = play({{0s, Head{}}, {0s, bytes("a")}, {0s, End{}}});
  EXPECT_THAT(recorder->heard, ElementsAre("head 200"));
  EXPECT_FALSE(playback->finished());  // so that abandon() is told of it
}

}  // namespace
}  // namespace bedlam::rpc
