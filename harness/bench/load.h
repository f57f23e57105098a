// Drives a target: threads that call, each over its own connection, on the machine's clock.
//
// A closed loop has a fixed number of workers, each with its next call when the last is over. An
// open loop keeps to its arrivals: one worker waits for the next of them, another takes its place
// before it calls, and where all are busy one more is started. So an answer that is late delays no
// call, and a call that was late all the same says so (CallSample::late): nobody's wait is omitted.
#pragma once

#include <atomic>
#include <functional>

#include "emulator/base/random.h"
#include "harness/bench/caller.h"

namespace bedlam::harness {

struct LoadSettings {
  Extent warm_up{Duration{}, std::nullopt};
  Extent extent{std::chrono::seconds(10), std::nullopt};
  std::uint64_t seed = 1;           // of arrivals
  std::size_t most_workers = 1000;  // of an open loop: connections at a time
  // How long the calls under way have to end once the run is interrupted.
  Duration grace = std::chrono::seconds(5);
};

// A stage ends after so many calls in a row that no answer came to: nobody is there.
inline constexpr std::uint64_t kMostUnanswered = 100;

// Blocks until the stage is over: its last answer is there. Where `interrupted` becomes true no
// more calls begin, and those under way are ended after the grace. The error: no connection can be
// opened at all, or no thread started.
Result<StageResult, std::string> run_stage(const Target& target, const Stage& stage,
                                           const LoadSettings& settings,
                                           const std::atomic<bool>& interrupted);

}  // namespace bedlam::harness
