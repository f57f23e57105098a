// What happened, as the JSON report and the page show it: every call with its attempts, frames and
// end, every execution with its states. Times are in seconds since the start of the emulator.
#pragma once

#include "emulator/app/emulator.h"
#include "emulator/base/json.h"
#include "harness/money/bill.h"

namespace bedlam::harness {

// What a report begins with; everything by default.
struct Window {
  std::uint64_t first_entry = 1, first_execution = 1;
};

// {"calls": […], "executions": […]}, from there on, the calls with their costs.
//
// A call: {"id", "at", "end", "service", "operation", "resource", "origin", "call", "attempt",
// "status", "outcome", "ended", …}; attempts of one logical call have the same "call". "frames":
// [[at, tokens, bytes], …] of a stream; "steps": [[at, "head"], …] of what else went out.
// An execution: {"machine", "name", "start", "end", "status", "states": [{"name", "type", "start",
// "end", "within", "attempts": [[start, end, "TaskFailed"], …]}, …]}; "within" is the index of the
// state that it is a part of.
Json evidence_of(const app::Emulator& emulator, const Window& from, const Bill& bill);

}  // namespace bedlam::harness
