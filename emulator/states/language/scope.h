// What an expression can see while a state runs.
#pragma once

#include "emulator/base/json.h"
#include "emulator/base/random.h"

namespace bedlam::states {

struct Scope {
  const Json& input;                // `$`
  const Json& context;              // `$$`, the context object
  Random& random;                   // for States.UUID and States.MathRandom
  const Json* variables = nullptr;  // `$name`: an object of the assigned ones; none where nullptr
};

}  // namespace bedlam::states
