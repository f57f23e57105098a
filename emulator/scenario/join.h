// Several scenarios served as one.
#pragma once

#include "emulator/scenario/scenario.h"

namespace bedlam::scenario {

// Puts what `more` says behind what `all` says, so that the first rule that matches is that of
// `all`; a mock configuration of `more` replaces that of `all`. What is run and what must hold
// stays that of `all`, as do its file, text and description.
void join(Scenario& all, Scenario more);

}  // namespace bedlam::scenario
