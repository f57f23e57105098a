// Timers and the emulator's idea of now.
//
// The scheduler reads no clock. Its owner asks for the next due time and advances it: a virtual run
// jumps there at once, a real run waits for the monotonic clock, a skipping server jumps when
// nothing else is pending. Time stands still while a task runs; a task always sees now() equal to
// its own due time, so that delays built on one another stay exact.
//
// Single-threaded: only the thread that advances it may call it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "emulator/clock/instant.h"

namespace bedlam {

// No timer is later, so that sums with a duration or the calendar stay inside what 64 bits hold.
inline constexpr Instant kLastInstant{kLongestDuration + kLongestDuration / 2};
// Timers set at the same time; beyond is a bug, and an exception.
inline constexpr std::size_t kMaxTimers = std::size_t{1} << 24U;

class Scheduler {
 public:
  using Task = std::function<void()>;
  using TimerId = std::uint64_t;  // never 0, never used again

  // `epoch`: the calendar time of Instant{}.
  explicit Scheduler(WallTime epoch) : epoch_(epoch) {}
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  Instant now() const { return now_; }
  WallTime wall_now() const { return wall(now_); }
  WallTime wall(Instant instant) const { return epoch_ + instant.time_since_epoch(); }

  // Runs `task` at `due`; one that is past runs at the next advance, one beyond kLastInstant runs
  // then. Equal due times run in the order they were set.
  TimerId at(Instant due, Task task);
  TimerId after(Duration delay, Task task);
  // False where the timer has run or was cancelled before.
  bool cancel(TimerId id);

  // When the earliest timer is due; nullopt where none is set.
  std::optional<Instant> next_due();

  // Runs the earliest timer if it is due by `limit`; now becomes its due time, no later. False
  // where none is. For owners that bound how much they do at a time.
  bool step(Instant limit);

  // Runs everything due up to and including `instant`, in order of (due, set), then makes it now.
  // An instant that is past runs what is due by now and leaves now as it is.
  void advance_to(Instant instant);

  // Jumps from timer to timer until none is left, or until `done` (asked before each jump) says so.
  void run(const std::function<bool()>& done = [] { return false; });

 private:
  struct Timer {
    Instant due;
    TimerId id;  // ids grow, so they order equal due times
    bool operator>(const Timer& other) const {
      return due != other.due ? due > other.due : id > other.id;
    }
  };
  struct Slot {
    TimerId id = 0;  // 0: free, or its timer was cancelled and waits to be dropped from the heap
    Task task;
  };

  void drop_cancelled();
  void compact();
  void run_first();

  WallTime epoch_;
  Instant now_{};
  std::uint64_t sequence_ = 0;
  std::vector<Timer> heap_;
  std::size_t cancelled_ = 0;  // entries of heap_ whose slot is gone
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace bedlam
