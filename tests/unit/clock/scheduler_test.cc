#include "emulator/clock/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "emulator/base/random.h"

namespace bedlam {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

constexpr WallTime kEpoch{std::chrono::seconds(1'728'000'000)};

class SchedulerTest : public ::testing::Test {
 protected:
  // A task that notes its name and the time it saw.
  Scheduler::Task note(std::string name) {
    return [this, name = std::move(name)] {
      ran.push_back(name);
      times.push_back(scheduler.now());
    };
  }
  static Instant at(Duration since_start) { return Instant(since_start); }

  Scheduler scheduler{kEpoch};
  std::vector<std::string> ran;
  std::vector<Instant> times;
};

TEST_F(SchedulerTest, RunsInOrderOfDueTimes) {
  scheduler.after(3s, note("c"));
  scheduler.after(1s, note("a"));
  scheduler.at(at(2s), note("b"));
  scheduler.run();
  EXPECT_THAT(ran, ElementsAre("a", "b", "c"));
  EXPECT_THAT(times, ElementsAre(at(1s), at(2s), at(3s)));
  EXPECT_EQ(scheduler.now(), at(3s));
  EXPECT_EQ(scheduler.wall_now(), kEpoch + 3s);
}

TEST_F(SchedulerTest, EqualDueTimesRunInTheOrderSet) {
  for (const char* name : {"a", "b", "c", "d", "e"}) scheduler.after(1s, note(name));
  scheduler.run();
  EXPECT_THAT(ran, ElementsAre("a", "b", "c", "d", "e"));
}

// Slots are used again; the order must not follow them.
TEST_F(SchedulerTest, EqualDueTimesKeepTheirOrderAfterCancelling) {
  std::vector<Scheduler::TimerId> doomed;
  for (int i = 0; i < 8; ++i) doomed.push_back(scheduler.after(1s, note("never")));
  for (const auto id : doomed) EXPECT_TRUE(scheduler.cancel(id));
  for (const char* name : {"a", "b", "c", "d"}) scheduler.after(1s, note(name));
  scheduler.run();
  EXPECT_THAT(ran, ElementsAre("a", "b", "c", "d"));
}

TEST_F(SchedulerTest, ATaskSeesItsOwnDueTimeWhateverTheAdvance) {
  scheduler.after(1s, [this] { scheduler.after(1s, note("built on it")); });
  scheduler.advance_to(at(1h));
  EXPECT_THAT(times, ElementsAre(at(2s)));
  EXPECT_EQ(scheduler.now(), at(1h));
}

TEST_F(SchedulerTest, TasksMaySetTimersThatAreDueNow) {
  scheduler.after(1s, [this] {
    note("first")();
    scheduler.after(0s, note("third"));
  });
  scheduler.after(1s, note("second"));
  scheduler.advance_to(at(1s));
  EXPECT_THAT(ran, ElementsAre("first", "second", "third"));
  EXPECT_THAT(times, ElementsAre(at(1s), at(1s), at(1s)));
}

TEST_F(SchedulerTest, AdvancesUpToAndIncluding) {
  scheduler.after(1s, note("a"));
  scheduler.after(1s + 1ns, note("b"));
  scheduler.advance_to(at(1s) - 1ns);
  EXPECT_THAT(ran, ElementsAre());
  scheduler.advance_to(at(1s));
  EXPECT_THAT(ran, ElementsAre("a"));
  EXPECT_EQ(scheduler.next_due(), at(1s + 1ns));
}

TEST_F(SchedulerTest, APastTimerRunsAtTheNextAdvanceBehindThoseAlreadyDue) {
  scheduler.advance_to(at(10s));
  scheduler.at(at(10s), note("due"));
  scheduler.at(at(5s), note("past"));
  EXPECT_EQ(scheduler.next_due(), at(10s));
  EXPECT_THAT(ran, ElementsAre());
  scheduler.advance_to(at(10s));
  EXPECT_THAT(ran, ElementsAre("due", "past"));
  EXPECT_THAT(times, ElementsAre(at(10s), at(10s)));
}

TEST_F(SchedulerTest, APastInstantRunsWhatIsDueAndLeavesNow) {
  scheduler.advance_to(at(10s));
  scheduler.at(at(5s), note("past"));
  scheduler.at(at(11s), note("future"));
  scheduler.advance_to(at(3s));
  EXPECT_THAT(ran, ElementsAre("past"));
  EXPECT_EQ(scheduler.now(), at(10s));
}

TEST_F(SchedulerTest, NegativeDelaysAreNoDelay) {
  scheduler.advance_to(at(10s));
  scheduler.after(-5s, note("a"));
  scheduler.run();
  EXPECT_THAT(times, ElementsAre(at(10s)));
}

TEST_F(SchedulerTest, StepRunsOneTimer) {
  scheduler.after(1s, note("a"));
  scheduler.after(1s, note("b"));
  EXPECT_FALSE(scheduler.step(at(1s) - 1ns));
  EXPECT_EQ(scheduler.now(), at(0s));
  EXPECT_TRUE(scheduler.step(at(5s)));
  EXPECT_THAT(ran, ElementsAre("a"));
  EXPECT_EQ(scheduler.now(), at(1s));
  EXPECT_TRUE(scheduler.step(at(1s)));
  EXPECT_FALSE(scheduler.step(Instant::max()));
}

TEST_F(SchedulerTest, ACancelledTimerDoesNotRun) {
  const auto id = scheduler.after(1s, note("never"));
  scheduler.after(2s, note("a"));
  EXPECT_TRUE(scheduler.cancel(id));
  EXPECT_FALSE(scheduler.cancel(id));
  EXPECT_EQ(scheduler.next_due(), at(2s));
  scheduler.run();
  EXPECT_THAT(ran, ElementsAre("a"));
}

TEST_F(SchedulerTest, CancellingWhatRanOrNeverWasIsFalse) {
  const auto id = scheduler.after(1s, note("a"));
  scheduler.run();
  EXPECT_FALSE(scheduler.cancel(id));
  EXPECT_FALSE(scheduler.cancel(0));
  EXPECT_FALSE(scheduler.cancel(~std::uint64_t{0}));
  // Its slot serves another timer now, which the old id must not touch.
  scheduler.after(1s, note("b"));
  EXPECT_FALSE(scheduler.cancel(id));
  scheduler.run();
  EXPECT_THAT(ran, ElementsAre("a", "b"));
}

TEST_F(SchedulerTest, TasksMayCancelEachOtherAndThemselves) {
  Scheduler::TimerId self = 0, other = 0;
  bool could_cancel_self = true;
  self = scheduler.after(1s, [&] {
    could_cancel_self = scheduler.cancel(self);
    EXPECT_TRUE(scheduler.cancel(other));
  });
  other = scheduler.after(1s, note("never"));
  scheduler.after(1s, note("a"));
  scheduler.run();
  EXPECT_FALSE(could_cancel_self);
  EXPECT_THAT(ran, ElementsAre("a"));
}

// The slots grow and move while a task of one of them runs.
TEST_F(SchedulerTest, ATaskMaySetManyTimers) {
  std::string kept = "captured and longer than any small buffer";
  scheduler.after(1s, [this, kept] {
    for (int i = 0; i < 10'000; ++i) scheduler.after(1s, [] {});
    ran.push_back(kept);
  });
  scheduler.run();
  EXPECT_THAT(ran, ElementsAre(kept));
}

// Sets a timer when it dies, as a connection's owner might.
class SetsOneMore {
 public:
  SetsOneMore(Scheduler& scheduler, std::vector<std::string>& ran)
      : scheduler_(scheduler), ran_(ran) {}
  ~SetsOneMore() {
    for (int i = 0; i < 1'000; ++i) scheduler_.after(1s, [] {});
    scheduler_.after(2s, [&ran = ran_] { ran.push_back("from the destructor"); });
  }

 private:
  Scheduler& scheduler_;
  std::vector<std::string>& ran_;
};

TEST_F(SchedulerTest, WhatATaskOwnsMayComeBackWhenItDies) {
  auto owned = std::make_shared<SetsOneMore>(scheduler, ran);
  const auto id = scheduler.after(1s, [owned] {});
  owned.reset();
  EXPECT_TRUE(scheduler.cancel(id));
  scheduler.run();
  EXPECT_THAT(ran, ElementsAre("from the destructor"));

  owned = std::make_shared<SetsOneMore>(scheduler, ran);
  scheduler.after(1s, [owned] {});
  owned.reset();
  scheduler.run();
  EXPECT_EQ(ran.size(), 2U);
}

TEST_F(SchedulerTest, WhatTasksOwnMayComeBackWhenTheSchedulerDies) {
  {
    Scheduler dying(kEpoch);
    auto owned = std::make_shared<SetsOneMore>(dying, ran);
    for (int i = 0; i < 3; ++i) dying.after(1s, [owned] {});
    const auto cancels = std::shared_ptr<void>(nullptr, [&dying](void*) { dying.cancel(1); });
    dying.after(1s, [cancels] {});
  }
  EXPECT_THAT(ran, ElementsAre());
}

TEST_F(SchedulerTest, ATasksCapturesAreReleasedOnceItRanOrWasCancelled) {
  const auto owned = std::make_shared<int>(1);
  scheduler.after(1s, [owned] {});
  const auto id = scheduler.after(2s, [owned] {});
  EXPECT_EQ(owned.use_count(), 3);
  scheduler.cancel(id);
  EXPECT_EQ(owned.use_count(), 2);
  scheduler.run();
  EXPECT_EQ(owned.use_count(), 1);
}

TEST_F(SchedulerTest, AnExceptionLeavesTheRestInOrder) {
  scheduler.after(1s, [] { throw std::runtime_error("a bug"); });
  scheduler.after(1s, note("a"));
  EXPECT_THROW(scheduler.run(), std::runtime_error);
  scheduler.run();
  EXPECT_THAT(ran, ElementsAre("a"));
}

TEST_F(SchedulerTest, RunStopsWhereItIsTold) {
  for (int i = 1; i <= 5; ++i) scheduler.after(i * 1s, note(std::to_string(i)));
  scheduler.run([this] { return ran.size() == 2; });
  EXPECT_THAT(ran, ElementsAre("1", "2"));
  EXPECT_EQ(scheduler.now(), at(2s));  // no jump after the last
  scheduler.run([] { return true; });
  EXPECT_EQ(ran.size(), 2U);
  scheduler.run();
  EXPECT_EQ(ran.size(), 5U);
  EXPECT_EQ(scheduler.next_due(), std::nullopt);
}

// Timeouts of requests that were answered: set far away, cancelled soon.
TEST_F(SchedulerTest, CancelledTimersDoNotPileUp) {
  scheduler.after(1h, note("last"));
  const auto first = scheduler.after(1min, [] {});
  scheduler.cancel(first);
  Scheduler::TimerId highest_slot = 0;
  for (int i = 0; i < 100'000; ++i) {
    const auto id = scheduler.after(1min, [] {});
    highest_slot = std::max(highest_slot, id % kMaxTimers);
    scheduler.cancel(id);
  }
  EXPECT_LT(highest_slot, 8U);  // slots came back at once
  scheduler.run();
  EXPECT_THAT(times, ElementsAre(at(1h)));
}

TEST_F(SchedulerTest, IsRightUnderAnyMixOfSettingAndCancelling) {
  Random random(3);
  struct Expected {
    Duration due;
    int number;
    Scheduler::TimerId id;
  };
  std::vector<Expected> expected;
  std::vector<int> order;
  for (int number = 0; number < 5'000; ++number) {
    const Duration due = std::chrono::milliseconds(random.below(500));
    const auto id = scheduler.at(at(due), [&order, number] { order.push_back(number); });
    expected.push_back({due, number, id});
    while (random.below(3) == 0 && !expected.empty()) {
      const auto victim =
          expected.begin() + static_cast<std::ptrdiff_t>(random.below(expected.size()));
      ASSERT_TRUE(scheduler.cancel(victim->id));
      expected.erase(victim);
    }
  }
  std::stable_sort(expected.begin(), expected.end(),
                   [](const Expected& a, const Expected& b) { return a.due < b.due; });
  scheduler.run();
  ASSERT_EQ(order.size(), expected.size());
  for (std::size_t i = 0; i < order.size(); ++i) ASSERT_EQ(order[i], expected[i].number);
}

TEST_F(SchedulerTest, HoldsAMillionTimers) {
  Random random(4);
  std::size_t count = 0;
  Instant last{};
  for (int i = 0; i < 1'000'000; ++i) {
    scheduler.after(std::chrono::microseconds(random.below(1'000'000'000)), [&] {
      ++count;
      ASSERT_GE(scheduler.now(), last);
      last = scheduler.now();
    });
  }
  scheduler.run();
  EXPECT_EQ(count, 1'000'000U);
}

TEST_F(SchedulerTest, TimeEndsBeforeItsArithmeticDoes) {
  scheduler.at(Instant::max(), note("a"));
  EXPECT_EQ(scheduler.next_due(), kLastInstant);
  scheduler.after(Duration::max(), note("b"));
  scheduler.run();
  EXPECT_THAT(ran, ElementsAre("a", "b"));
  EXPECT_EQ(scheduler.now(), kLastInstant);
  scheduler.after(Duration::max(), note("c"));
  scheduler.run();
  EXPECT_EQ(scheduler.now(), kLastInstant);
  EXPECT_GT(scheduler.wall_now(), kEpoch);
}

}  // namespace
}  // namespace bedlam
