// How a turn of a state ends.
#pragma once

#include <memory>
#include <variant>

#include "emulator/states/failure.h"
#include "emulator/states/machine/payload.h"

namespace bedlam::states {

class State;

struct Waits {};  // its frame wakes the strand later
struct Exits {
  Payload output;
  const State* next;                               // nullptr: the end of its block
  std::shared_ptr<const Json> assigned = nullptr;  // variables by name; nullptr: none
};
using Outcome = std::variant<Waits, Exits, Failure>;

}  // namespace bedlam::states
