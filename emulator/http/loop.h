// The loop: one thread owns the sockets and the core. It waits for sockets until the scheduler's
// next timer is due, runs what is due, and serves what is ready. With the listener it is the only
// code of the emulator that reads the machine's clock.
//
// Borrows the scheduler; owns the epoll instance. Everything but post() and stop() belongs to the
// thread that runs it.
#pragma once

#include <sys/epoll.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "emulator/clock/scheduler.h"
#include "emulator/http/file_descriptor.h"
#include "emulator/http/lateness.h"

namespace bedlam::http {

// How the loop moves the scheduler's time.
enum class Pace {
  kReal,    // with the machine's monotonic clock
  kSkip,    // timers run at once, in order, one instant a turn, whenever no socket is ready
  kByHand,  // not at all: a test or the admin API moves it. What is due now still runs.
};

// Who is told about a socket.
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void on_ready(int fd, std::uint32_t events) = 0;  // EPOLLIN, EPOLLOUT, …
  virtual void on_turn_end() {}                             // after a call of Loop::at_turn_end
};

class Loop {
 public:
  using Task = std::function<void()>;

  // More timers than this wait for the next turn, so that reads do not starve behind them.
  static constexpr int kMaxTimersATurn = 256;
  // The same on the real clock, whatever the timers do: those that come behind one that takes long.
  static constexpr Duration kMaxTimerTimeATurn = std::chrono::milliseconds(2);

  explicit Loop(Scheduler& scheduler, Pace pace = Pace::kReal);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  Scheduler& scheduler() { return scheduler_; }
  Pace pace() const { return pace_; }
  // kReal goes on from the scheduler's now; so a virtual run may hand its scheduler to a real loop,
  // and have it back with kByHand. The instant never goes backwards.
  void set_pace(Pace pace);

  // Until stop(). A stop that came before is not lost: that run returns at once.
  void run();
  // Until `done` (asked before each turn) or stop(); false where stop() ended it.
  bool run_until(const std::function<bool()>& done);
  // One turn: waits at most `max_wait` of real time for something to do. False where nothing was.
  bool poll_once(Duration max_wait);

  // From any thread, and from a signal handler.
  void stop() noexcept;
  // From any thread: runs `task` on the loop's thread, in the order posted. Tasks that a loop no
  // longer gets to are dropped with it.
  void post(Task task);

  // Level-triggered. The watcher is borrowed until unwatch(), which must come before the descriptor
  // is closed; events of an earlier owner of the same number are never delivered.
  void watch(int fd, std::uint32_t events, Watcher& watcher);
  void change(int fd, std::uint32_t events);
  void unwatch(int fd);
  // The watcher of `fd` hears on_turn_end() once, before the loop waits again.
  void at_turn_end(int fd);

  // Timers on the machine's clock, whatever the pace: limits on peers are real even if the
  // emulator's time stands still or skips. Its now() is the start of the turn.
  Scheduler& deadlines() { return deadlines_; }

  // Of the scheduler's timers on the real pace: from when they were due until they had run.
  const Lateness& lateness() const { return lateness_; }
  void reset_lateness() { lateness_ = {}; }

 private:
  struct Watch {
    Watcher* watcher = nullptr;
    std::uint32_t generation = 0;
  };

  static Instant machine_now();
  Instant to_instant(Instant machine) const { return anchor_ + (machine - machine_anchor_); }
  bool stop_requested() { return stop_.exchange(false); }

  bool turn(std::optional<Duration> max_wait);
  std::optional<Duration> time_to_wait();
  int wait(std::optional<Duration> time);
  bool run_timers(bool sockets_were_ready);
  bool run_real_timers();
  bool run_one_instant();
  void serve(const epoll_event& event);
  void run_posted();
  void end_turn();
  void wake() noexcept;

  Scheduler& scheduler_;
  Pace pace_;
  Instant anchor_{};          // the scheduler's instant …
  Instant machine_anchor_{};  // … at this reading of the machine's clock
  Scheduler deadlines_;
  Lateness lateness_;

  FileDescriptor epoll_, wake_;
  bool precise_wait_ = true;  // false where the kernel has no epoll_pwait2
  std::vector<epoll_event> events_;
  std::vector<Watch> watches_;              // by descriptor
  std::vector<std::uint64_t> turn_enders_;  // tokens: generation and descriptor
  std::atomic<bool> stop_{false};
  std::mutex posted_mutex_;
  std::vector<Task> posted_;  // guarded by posted_mutex_
};

}  // namespace bedlam::http
