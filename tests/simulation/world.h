// Runs a plan on the virtual clock, through the API, and keeps what can be seen of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/clock/instant.h"
#include "tests/simulation/expectation.h"
#include "tests/simulation/plan.h"

namespace bedlam::simulation {

inline constexpr WallTime kEpoch{std::chrono::seconds(1'728'000'000)};

struct SeenMapRun {
  Json description;  // DescribeMapRun
  std::size_t children = 0;
};

struct SeenExecution {
  std::string arn;
  bool child = false;  // of a distributed Map
  std::string status;
  std::string error;
  Duration started{}, stopped{};
  std::uint64_t redrives = 0;
  std::optional<Json> output;
  std::vector<Json> events;
  std::vector<SeenMapRun> map_runs;
};

struct Seen {
  std::string refusal;                 // of the definition; "": it is valid
  std::vector<SeenExecution> started;  // in the order of the plan
  std::vector<SeenExecution> children;
  std::vector<SeenExecution> redriven;  // those of `started` that were, after that
  std::vector<ExpectedCall> calls;      // as they came, before any redrive
  std::string digest;                   // journal and histories as text
  Duration end{};                       // when nothing was left to do
};

Seen run(const Plan& plan);

}  // namespace bedlam::simulation
