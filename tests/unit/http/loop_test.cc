#include "emulator/http/loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <csignal>
#include <string>
#include <thread>

namespace bedlam::http {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr Duration kLong = 30s;  // a bound that only a failure reaches

struct Fixture {
  explicit Fixture(Pace pace) : loop(scheduler, pace) {}
  Scheduler scheduler{WallTime{}};
  Loop loop;
  std::vector<int> ran;
  Scheduler::Task note(int n) {
    return [this, n] { ran.push_back(n); };
  }
};

class Counter final : public Watcher {
 public:
  explicit Counter(Loop& loop) : loop_(loop), event_(eventfd(0, EFD_NONBLOCK)) {
    loop_.watch(event_.get(), EPOLLIN, *this);
  }
  ~Counter() override { loop_.unwatch(event_.get()); }
  void on_ready(int fd, std::uint32_t /*events*/) override {
    std::uint64_t value = 0;
    if (read(fd, &value, sizeof value) > 0) seen += value;
    if (then) then();
  }
  void on_turn_end() override { ++turn_ends; }
  void raise() {
    const std::uint64_t one = 1;
    ASSERT_EQ(write(event_.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
  }
  int fd() const { return event_.get(); }

  std::uint64_t seen = 0;
  int turn_ends = 0;
  std::function<void()> then;

 private:
  Loop& loop_;
  FileDescriptor event_;
};

TEST(Loop, OnRealTimeTimersWaitForTheMachinesClock) {
  const auto before = std::chrono::steady_clock::now();
  Fixture f(Pace::kReal);
  f.scheduler.after(3ms, f.note(1));
  f.scheduler.after(1ms, f.note(2));
  EXPECT_TRUE(f.loop.run_until([&] { return f.ran.size() == 2; }));
  EXPECT_GE(std::chrono::steady_clock::now() - before, 3ms);
  EXPECT_THAT(f.ran, ElementsAre(2, 1));
  EXPECT_GE(f.scheduler.now(), Instant{} + 3ms);
  EXPECT_EQ(f.loop.lateness().count(), 2U);
  EXPECT_GE(f.loop.lateness().max(), f.loop.lateness().quantile(0.5));
}

TEST(Loop, ATaskSeesItsOwnDueTimeAsNow) {
  Fixture f(Pace::kReal);
  Instant seen{};
  f.scheduler.after(1ms, [&] { seen = f.scheduler.now(); });
  EXPECT_TRUE(f.loop.run_until([&] { return seen != Instant{}; }));
  EXPECT_EQ(seen, Instant{} + 1ms);
}

TEST(Loop, SkippingTakesNoTimeAndKeepsTheOrder) {
  Fixture f(Pace::kSkip);
  const Duration three_days = 72h;
  f.scheduler.after(three_days, f.note(3));
  f.scheduler.after(1s, [&] {
    f.ran.push_back(1);
    f.scheduler.after(1h, f.note(2));
  });
  EXPECT_TRUE(f.loop.run_until([&] { return f.ran.size() == 3; }));
  EXPECT_THAT(f.ran, ElementsAre(1, 2, 3));
  EXPECT_EQ(f.scheduler.now(), Instant{} + three_days);
  EXPECT_EQ(f.loop.lateness().count(), 0U);
}

TEST(Loop, SkippingServesSocketsBeforeTimers) {
  Fixture f(Pace::kSkip);
  Counter counter(f.loop);
  counter.raise();
  f.scheduler.after(1s, f.note(1));
  EXPECT_TRUE(f.loop.poll_once(kLong));
  EXPECT_EQ(counter.seen, 1U);
  EXPECT_TRUE(f.ran.empty());
  EXPECT_TRUE(f.loop.poll_once(kLong));
  EXPECT_THAT(f.ran, ElementsAre(1));
}

TEST(Loop, ByHandTimeStandsStill) {
  Fixture f(Pace::kByHand);
  f.scheduler.after(1ms, f.note(1));
  f.scheduler.after(0ms, f.note(0));  // is due now
  f.loop.poll_once(5ms);
  EXPECT_FALSE(f.loop.poll_once(5ms));
  EXPECT_THAT(f.ran, ElementsAre(0));
  EXPECT_EQ(f.scheduler.now(), Instant{});
  f.scheduler.advance_to(Instant{} + 1ms);
  EXPECT_THAT(f.ran, ElementsAre(0, 1));
}

TEST(Loop, ASchedulerIsHandedOverAndTakenBack) {
  Fixture f(Pace::kByHand);
  f.scheduler.advance_to(Instant{} + 1h);
  f.loop.set_pace(Pace::kReal);
  f.scheduler.after(1ms, f.note(1));
  EXPECT_TRUE(f.loop.run_until([&] { return f.ran.size() == 1; }));
  f.loop.set_pace(Pace::kByHand);
  const Instant taken_back = f.scheduler.now();
  EXPECT_GE(taken_back, Instant{} + 1h + 1ms);
  f.scheduler.advance_to(taken_back + 10h);

  // Also without a word to the loop: it goes on from where time is, and waits no ten hours.
  f.loop.set_pace(Pace::kReal);
  f.scheduler.advance_to(taken_back + 20h);
  f.scheduler.after(1ms, f.note(2));
  EXPECT_TRUE(f.loop.run_until([&] { return f.ran.size() == 2; }));
  EXPECT_GE(f.scheduler.now(), taken_back + 20h + 1ms);
}

TEST(Loop, ReadsDoNotStarveBehindTimers) {
  for (const Pace pace : {Pace::kReal, Pace::kSkip, Pace::kByHand}) {
    Fixture f(pace);
    Counter counter(f.loop);
    int rounds = 0;
    std::function<void()> again = [&] {
      ++rounds;
      f.scheduler.after(0ms, again);
    };
    f.scheduler.after(0ms, again);
    counter.raise();
    f.loop.poll_once(kLong);
    EXPECT_EQ(counter.seen, 1U);
    EXPECT_LE(rounds, Loop::kMaxTimersATurn);
    f.loop.poll_once(kLong);
    EXPECT_GT(rounds, 0);
  }
}

TEST(Loop, PostedTasksRunOnItsThreadInOrder) {
  Fixture f(Pace::kByHand);
  std::vector<std::thread::id> threads;
  std::thread other([&] {
    for (int i = 0; i < 100; ++i) {
      f.loop.post([&, i] {
        f.ran.push_back(i);
        threads.push_back(std::this_thread::get_id());
      });
    }
  });
  EXPECT_TRUE(f.loop.run_until([&] { return f.ran.size() == 100; }));
  other.join();
  EXPECT_TRUE(std::is_sorted(f.ran.begin(), f.ran.end()));
  EXPECT_THAT(threads, testing::Each(std::this_thread::get_id()));
}

TEST(Loop, AStopBeforeTheRunIsNotLost) {
  Fixture f(Pace::kReal);
  f.loop.stop();
  f.loop.run();
  f.loop.stop();
  EXPECT_FALSE(f.loop.run_until([] { return false; }));
  f.loop.post(f.note(1));
  EXPECT_TRUE(f.loop.run_until([&] { return !f.ran.empty(); }));  // a stop counts once
}

Loop* stopped_by_signal = nullptr;

TEST(Loop, StopsFromASignalHandler) {
  Fixture f(Pace::kReal);
  stopped_by_signal = &f.loop;
  const auto previous = std::signal(SIGUSR1, [](int) { stopped_by_signal->stop(); });
  f.scheduler.after(1ms, [] { raise(SIGUSR1); });
  f.loop.run();
  std::signal(SIGUSR1, previous);
  EXPECT_GE(f.scheduler.now(), Instant{} + 1ms);
}

TEST(Loop, DeadlinesAreRealWhateverThePace) {
  for (const Pace pace : {Pace::kSkip, Pace::kByHand}) {
    // Taken first: a machine that is busy may spend the 2 ms before the next line.
    const auto before = std::chrono::steady_clock::now();
    Fixture f(pace);
    f.scheduler.after(1000h, f.note(1));
    bool reached = false;
    f.loop.deadlines().after(2ms, [&] { reached = true; });
    EXPECT_TRUE(f.loop.run_until([&] { return reached; }));
    EXPECT_GE(std::chrono::steady_clock::now() - before, 2ms);
  }
}

TEST(Loop, AnEventOfAFormerOwnerIsNotDelivered) {
  Fixture f(Pace::kByHand);
  Counter first(f.loop);
  Counter second(f.loop);
  bool gone = false;
  // Whichever comes first unwatches the other, whose event is in the same batch.
  first.then = [&] { gone ? (void)0 : f.loop.unwatch(second.fd()), gone = true; };
  second.then = [&] { gone ? (void)0 : f.loop.unwatch(first.fd()), gone = true; };
  first.raise();
  second.raise();
  f.loop.poll_once(kLong);
  f.loop.poll_once(0ms);
  EXPECT_EQ(first.seen + second.seen, 1U);
}

TEST(Loop, TurnEndsAreToldOnceEach) {
  Fixture f(Pace::kByHand);
  Counter counter(f.loop);
  f.loop.at_turn_end(counter.fd());
  f.loop.poll_once(0ms);
  f.loop.poll_once(0ms);
  EXPECT_EQ(counter.turn_ends, 1);
}

TEST(Lateness, QuantilesAreNeverTooLowAndAtMostAnEighthTooHigh) {
  Lateness lateness;
  EXPECT_EQ(lateness.quantile(0.99), 0ns);
  for (int us = 1; us <= 1000; ++us) lateness.record(std::chrono::microseconds(us));
  lateness.record(-5ms);
  EXPECT_EQ(lateness.count(), 1001U);
  EXPECT_EQ(lateness.max(), 1ms);
  EXPECT_GE(lateness.quantile(0.5), 500us);
  EXPECT_LE(lateness.quantile(0.5), 500us * 9 / 8);
  EXPECT_GE(lateness.quantile(0.99), 990us);
  EXPECT_EQ(lateness.quantile(1.0), 1ms);
  lateness.record(Duration::max());
  EXPECT_EQ(lateness.quantile(1.0), Duration::max());
}

}  // namespace
}  // namespace bedlam::http
