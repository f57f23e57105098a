// What holds of every history and every run, whatever was planned.
#pragma once

#include <string>
#include <vector>

#include "tests/simulation/world.h"

namespace bedlam::simulation {

using Complaints = std::vector<std::string>;

// Ids, links, times, the one end, states entered and left.
void check_history(const SeenExecution& execution, Complaints& complaints);
// The counts of its Map Runs agree with one another and with the children.
void check_map_runs(const SeenExecution& execution, Complaints& complaints);
// What came of each execution, against the plan.
void check_against_plan(const Plan& plan, const Seen& seen, Complaints& complaints);

}  // namespace bedlam::simulation
