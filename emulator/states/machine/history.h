// The history of an execution, as GetExecutionHistory returns it (developer guide; event shapes of
// botocore's stepfunctions/2016-11-23 model). Payloads are shared, not copied, and become text only
// when somebody asks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/clock/scheduler.h"

namespace bedlam::states {

// 25,000 events end an execution (Step Functions quotas, "History").
inline constexpr std::size_t kMaxHistoryEvents = 25'000;

class History {
 public:
  std::size_t size() const;
  // The event with that index from 0 in the API's form: timestamp, type, id, previousEventId and its
  // details; `input` and `output` as JSON text, left out where include_execution_data is false.
  Json event(std::size_t index, const Scheduler& scheduler, bool include_execution_data = true) const;
};

}  // namespace bedlam::states
