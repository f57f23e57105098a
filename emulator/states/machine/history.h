// The history of an execution, as GetExecutionHistory returns it (developer guide; event shapes of
// botocore's stepfunctions/2016-11-23 model). Payloads are shared, not copied, and become text only
// when somebody asks.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/clock/scheduler.h"
#include "emulator/states/machine/payload.h"

namespace bedlam::states {

// 25,000 events end an execution (Step Functions quotas, "History").
inline constexpr std::size_t kMaxHistoryEvents = 25'000;

enum class EventType : std::uint8_t {
  kExecutionStarted,
  kExecutionSucceeded,
  kExecutionFailed,
  kExecutionTimedOut,
  kExecutionAborted,
  kExecutionRedriven,
  kPassStateEntered,
  kPassStateExited,
  kTaskStateEntered,
  kTaskStateExited,
  kTaskStateAborted,
  kTaskScheduled,
  kTaskStarted,
  kTaskSubmitted,
  kTaskSubmitFailed,
  kTaskSucceeded,
  kTaskFailed,
  kTaskTimedOut,
  kLambdaFunctionScheduled,
  kLambdaFunctionStarted,
  kLambdaFunctionSucceeded,
  kLambdaFunctionFailed,
  kLambdaFunctionTimedOut,
  kActivityScheduled,
  kActivityStarted,
  kActivitySucceeded,
  kActivityFailed,
  kActivityTimedOut,
  kWaitStateEntered,
  kWaitStateExited,
  kWaitStateAborted,
  kChoiceStateEntered,
  kChoiceStateExited,
  kSucceedStateEntered,
  kSucceedStateExited,
  kFailStateEntered,
  kParallelStateEntered,
  kParallelStateStarted,
  kParallelStateSucceeded,
  kParallelStateFailed,
  kParallelStateAborted,
  kParallelStateExited,
  kMapStateEntered,
  kMapStateStarted,
  kMapStateSucceeded,
  kMapStateFailed,
  kMapStateAborted,
  kMapStateExited,
  kMapIterationStarted,
  kMapIterationSucceeded,
  kMapIterationFailed,
  kMapIterationAborted,
  kEvaluationFailed,
  kMapRunStarted,
  kMapRunRedriven,
  kMapRunSucceeded,
  kMapRunFailed,
  kMapRunAborted,
};
std::string_view to_text(EventType type);  // "PassStateEntered"

struct Event {
  EventType type{};
  std::uint64_t previous = 0;
  Instant at{};
  const std::string* state = nullptr;             // `name` in the details; part of the definition
  Payload payload = nullptr;                      // input, output or parameters in the details
  std::shared_ptr<const Json> details = nullptr;  // what the details hold beside these
};

// The event in the API's form: timestamp, type, id, previousEventId and its details; `input` and
// `output` as JSON text, left out where include_execution_data is false.
Json shown_event(const Event& event, std::uint64_t id, const Scheduler& scheduler,
                 bool include_execution_data);

class History {
 public:
  // Hears of every event as it is added.
  using Listener = std::function<void(const Event&, std::uint64_t id)>;
  void listen(Listener listener) { listener_ = std::move(listener); }

  std::size_t size() const { return events_.size(); }
  // The event with that index from 0, as shown_event() has it.
  Json event(std::size_t index, const Scheduler& scheduler,
             bool include_execution_data = true) const;

  // Gives the event its id, from 1. Events past the limit get ids too but are not kept: Express
  // executions have no limit and no GetExecutionHistory.
  std::uint64_t add(Event event);
  std::uint64_t last_id() const { return last_id_; }

 private:
  static constexpr std::size_t kFirstCapacity = 32;

  std::vector<Event> events_;
  std::uint64_t last_id_ = 0;
  Listener listener_;
};

}  // namespace bedlam::states
