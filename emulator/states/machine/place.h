// Where a strand stood when its execution came to an unhappy end: what a redrive goes on from
// (developer guide, "Restarting state machine executions with redrive in Step Functions").
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/states/machine/payload.h"

namespace bedlam::states {

class State;
struct KeptMapRun;  // state/map_run_frame.cc

struct Place {
  const State* state = nullptr;  // null: the strand had not started, or it had finished
  Payload input = nullptr;       // of the state, raw
  std::shared_ptr<Json> variables = nullptr;
  bool entered = false;  // its StateEntered is written; a redrive writes none again
  std::uint64_t entered_event = 0;
  Payload output = nullptr;        // of a strand that finished
  std::vector<Place> inside = {};  // the branches or iterations of a Parallel or Map state
  std::shared_ptr<const KeptMapRun> map_run = nullptr;  // of a distributed Map
};

}  // namespace bedlam::states
