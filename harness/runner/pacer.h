// Who moves an emulator's time while a step runs: nobody but the timers (virtual), or the machine's
// clock through a loop (real).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "emulator/clock/scheduler.h"
#include "emulator/http/loop.h"

namespace bedlam::harness {

enum class Clock { kVirtual, kReal };

// Later than this at the 99th percentile says that the machine is busy, not that the program is
// slow: ten times what an idle one shows (docs: 5,000 streams, p99 below 1 ms).
inline constexpr Duration kTrustedLateness = std::chrono::milliseconds(10);

class Pacer {
 public:
  // Borrows the scheduler. The real clock goes on from its now.
  Pacer(Scheduler& scheduler, Clock clock);

  // Until `done`, asked between timers; false where nothing is pending and it is still not.
  bool run_until(const std::function<bool()>& done);
  // Until `done`, which something outside brings about (a process): waits though nothing is
  // pending. Real clock only.
  void wait_until(const std::function<bool()>& done);

  http::Loop& loop() { return *loop_; }  // real clock only

  // A sentence where timers ran so late that the step's times are not to be trusted; "" otherwise.
  std::string lateness_note() const;

 private:
  Scheduler& scheduler_;
  std::unique_ptr<http::Loop> loop_;  // nullptr: virtual
};

}  // namespace bedlam::harness
