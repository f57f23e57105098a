#include "harness/bench/stalls.h"

#include <sys/prctl.h>

#include <system_error>

namespace bedlam::harness {

Stalls stalls_of(const http::Lateness& lateness) {
  constexpr double kShare = 0.99;
  return {lateness.quantile(kShare), lateness.max()};
}

http::Lateness watch_naps(const std::function<bool()>& go_on, MachineTime now,
                          const std::function<MachineTime(MachineTime)>& sleep_until) {
  http::Lateness seen;
  while (go_on()) {
    const MachineTime due = now + kStallNap;
    now = sleep_until(due);
    seen.record(std::chrono::duration_cast<Duration>(now - due));
  }
  return seen;
}

StallWatch::StallWatch() {
  using Steady = std::chrono::steady_clock;
  const auto watch = [this] {
    prctl(PR_SET_TIMERSLACK, 1);  // ns: naps end when they are due
    seen_ = watch_naps([this] { return !over_; }, Steady::now(),
                       [](MachineTime due) {
                         std::this_thread::sleep_until(due);
                         return Steady::now();
                       });
  };
  try {
    thread_ = std::thread(watch);
  } catch (const std::system_error&) {
    over_ = true;
  }
}

StallWatch::~StallWatch() {
  finish();
}

Stalls StallWatch::finish() {
  over_ = true;
  if (thread_.joinable()) thread_.join();
  return stalls_of(seen_);
}

}  // namespace bedlam::harness
