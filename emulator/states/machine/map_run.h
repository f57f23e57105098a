// A Map Run: what a distributed Map does in one attempt, as DescribeMapRun shows it; and who keeps
// Map Runs and starts their child executions (the account, in api/).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "emulator/clock/instant.h"
#include "emulator/states/machine/execution.h"

namespace bedlam::states {

// Members of MapRunItemCounts and MapRunExecutionCounts (botocore stepfunctions/2016-11-23).
struct MapRunCounts {
  std::uint64_t pending = 0, running = 0, succeeded = 0, failed = 0, timed_out = 0, aborted = 0;
  std::uint64_t results_written = 0;

  std::uint64_t total() const {
    return pending + running + succeeded + failed + timed_out + aborted;
  }
};

struct MapRun {
  std::string arn, execution_arn;
  std::string state_machine_arn;  // with the label: "…:stateMachine:advert/Vehicles"
  std::string state_machine_name;
  Instant started{};
  std::optional<Instant> stopped;
  ExecutionStatus status = ExecutionStatus::kRunning;
  std::uint64_t redrives = 0;
  std::optional<Instant> redriven;  // last
  // UpdateMapRun changes these while it runs.
  std::uint64_t max_concurrency = 0;  // 0: as many as there may be
  std::uint64_t tolerated_failure_count = 0;
  double tolerated_failure_percentage = 0;
  MapRunCounts items, executions;
  std::function<void()> updated = nullptr;  // told of an update; null when nobody listens
};

// One child execution, as its Map Run sees it.
struct MapChild {
  std::string arn, name;
  std::shared_ptr<Execution> execution;
};

class MapRuns {
 public:
  virtual ~MapRuns() = default;
  // A new Map Run of that execution, which is kept with it. `label` "": one is made up for the
  // state of that name.
  virtual std::shared_ptr<MapRun> open_map_run(const Execution::Identity& parent,
                                               const std::string& label,
                                               const std::string& state) = 0;
  struct ChildStart {
    std::shared_ptr<const Definition> definition;
    Json input;
    std::size_t number = 0;  // among the children of its Map Run
  };
  // Runs until it first waits. `closed` is called once, when it is over; that may be before this
  // returns.
  virtual MapChild start_child(const MapRun& run, const Execution::Identity& parent,
                               ChildStart start, std::function<void()> closed) = 0;
  // The same of a Standard child that is over and goes on. False: it cannot, or is forgotten.
  virtual bool redrive_child(const MapChild& child, std::function<void()> closed) = 0;
};

}  // namespace bedlam::states
