// What became of a scenario: what reports print, and nothing that they would have to compute.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emulator/base/diagnostic.h"
#include "emulator/clock/instant.h"
#include "harness/expect/verdict.h"
#include "harness/money/bill.h"
#include "harness/xray/xray.h"

namespace bedlam::harness {

struct StepResult {
  std::string name;  // the step's `as`
  std::string kind;  // "start", "call", "command", "wait", "expect" (the file's own)
  Position position;
  Instant started;
  Duration took{};
  std::size_t expectations = 0;
  std::vector<Verdict> failed;
  Bill bill;
  // Journal entries made while it ran: ids in [first, end).
  std::uint64_t first_entry = 0, end_entry = 0;
  Xray xray;  // of its calls; times are the scheduler's
  bool held() const { return failed.empty(); }
};

struct ScenarioResult {
  enum class Status {
    kHeld,
    kFailed,
    kSkipped,  // a need is not met
    kInvalid,  // nothing ran: mistakes in the file
  };
  Status status = Status::kHeld;
  std::string file;
  std::string source;  // its text
  std::uint64_t seed = 1;
  Bill bill;                // of all that was called
  std::string prices_date;  // of the prices that it was made with
  bool real_clock = false;
  std::string reason;             // of a skip
  Diagnostics diagnostics;        // mistakes and warnings
  std::vector<StepResult> steps;  // those that ran
  Json evidence;         // what reports show of it (report/evidence.h); null: not asked for
  std::string journal;   // JSON lines, one a call
  Duration took{};       // on the scenario's own clock
  double tolerance = 0;  // as given, for the replay
  // The command that does it again where that is not `bedlam test`; "": there is none to tell.
  std::optional<std::string> again;
};

}  // namespace bedlam::harness
