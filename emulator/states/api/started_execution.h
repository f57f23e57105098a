// An execution as those see it who look back on a run: bills, reports, coverage.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "emulator/states/machine/execution.h"

namespace bedlam::states {

struct StartedExecution {
  std::uint64_t number = 0;  // in order of starts, from 1
  std::string arn, name, region;
  std::string state_machine;  // its name
  std::string map_run_arn;    // of a child of a distributed Map; "" of all others
  bool express = false;
  std::string definition;  // as deployed; of a child that of its parent
  std::shared_ptr<const Execution> execution;
};

}  // namespace bedlam::states
