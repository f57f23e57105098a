// Whether the client itself stood still: a thread that naps for a millisecond at a time and notes
// how late it woke. A machine that is busy, or that slept, delays what a bench measures and says so
// nowhere else: a worker that waits for an answer is late for nothing.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "emulator/http/lateness.h"
#include "harness/upstream/connection.h"

namespace bedlam::harness {

inline constexpr Duration kStallNap = std::chrono::milliseconds(1);

// What was seen of a stretch of time.
struct Stalls {
  Duration p99{}, longest{};
};
Stalls stalls_of(const http::Lateness& lateness);

// Naps until `go_on` says no. `sleep_until` returns when it woke.
http::Lateness watch_naps(const std::function<bool()>& go_on, MachineTime now,
                          const std::function<MachineTime(MachineTime)>& sleep_until);

class StallWatch {
 public:
  StallWatch();  // where no thread can be started it sees nothing
  ~StallWatch();
  StallWatch(const StallWatch&) = delete;
  StallWatch& operator=(const StallWatch&) = delete;

  // Ends the watch.
  Stalls finish();

 private:
  std::atomic<bool> over_{false};
  http::Lateness seen_;
  std::thread thread_;
};

}  // namespace bedlam::harness
