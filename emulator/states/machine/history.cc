#include "emulator/states/machine/history.h"

#include <array>

namespace bedlam::states {
namespace {

// How an event of this type is shown: the member of its details, and the name of its payload there.
struct EventShape {
  EventType type;
  std::string_view name;
  std::string_view details;  // "" : the type has none
  std::string_view payload;
};

constexpr std::string_view kEntered = "stateEnteredEventDetails";
constexpr std::string_view kExited = "stateExitedEventDetails";

constexpr std::array<EventShape, 58> kShapes{{
    {EventType::kExecutionStarted, "ExecutionStarted", "executionStartedEventDetails", "input"},
    {EventType::kExecutionSucceeded, "ExecutionSucceeded", "executionSucceededEventDetails",
     "output"},
    {EventType::kExecutionFailed, "ExecutionFailed", "executionFailedEventDetails", ""},
    {EventType::kExecutionTimedOut, "ExecutionTimedOut", "executionTimedOutEventDetails", ""},
    {EventType::kExecutionAborted, "ExecutionAborted", "executionAbortedEventDetails", ""},
    {EventType::kExecutionRedriven, "ExecutionRedriven", "executionRedrivenEventDetails", ""},
    {EventType::kPassStateEntered, "PassStateEntered", kEntered, "input"},
    {EventType::kPassStateExited, "PassStateExited", kExited, "output"},
    {EventType::kTaskStateEntered, "TaskStateEntered", kEntered, "input"},
    {EventType::kTaskStateExited, "TaskStateExited", kExited, "output"},
    {EventType::kTaskStateAborted, "TaskStateAborted", "", ""},
    {EventType::kTaskScheduled, "TaskScheduled", "taskScheduledEventDetails", "parameters"},
    {EventType::kTaskStarted, "TaskStarted", "taskStartedEventDetails", ""},
    {EventType::kTaskSubmitted, "TaskSubmitted", "taskSubmittedEventDetails", "output"},
    {EventType::kTaskSubmitFailed, "TaskSubmitFailed", "taskSubmitFailedEventDetails", ""},
    {EventType::kTaskSucceeded, "TaskSucceeded", "taskSucceededEventDetails", "output"},
    {EventType::kTaskFailed, "TaskFailed", "taskFailedEventDetails", ""},
    {EventType::kTaskTimedOut, "TaskTimedOut", "taskTimedOutEventDetails", ""},
    {EventType::kLambdaFunctionScheduled, "LambdaFunctionScheduled",
     "lambdaFunctionScheduledEventDetails", "input"},
    {EventType::kLambdaFunctionStarted, "LambdaFunctionStarted", "", ""},
    {EventType::kLambdaFunctionSucceeded, "LambdaFunctionSucceeded",
     "lambdaFunctionSucceededEventDetails", "output"},
    {EventType::kLambdaFunctionFailed, "LambdaFunctionFailed", "lambdaFunctionFailedEventDetails",
     ""},
    {EventType::kLambdaFunctionTimedOut, "LambdaFunctionTimedOut",
     "lambdaFunctionTimedOutEventDetails", ""},
    {EventType::kActivityScheduled, "ActivityScheduled", "activityScheduledEventDetails", "input"},
    {EventType::kActivityStarted, "ActivityStarted", "activityStartedEventDetails", ""},
    {EventType::kActivitySucceeded, "ActivitySucceeded", "activitySucceededEventDetails", "output"},
    {EventType::kActivityFailed, "ActivityFailed", "activityFailedEventDetails", ""},
    {EventType::kActivityTimedOut, "ActivityTimedOut", "activityTimedOutEventDetails", ""},
    {EventType::kWaitStateEntered, "WaitStateEntered", kEntered, "input"},
    {EventType::kWaitStateExited, "WaitStateExited", kExited, "output"},
    {EventType::kWaitStateAborted, "WaitStateAborted", "", ""},
    {EventType::kChoiceStateEntered, "ChoiceStateEntered", kEntered, "input"},
    {EventType::kChoiceStateExited, "ChoiceStateExited", kExited, "output"},
    {EventType::kSucceedStateEntered, "SucceedStateEntered", kEntered, "input"},
    {EventType::kSucceedStateExited, "SucceedStateExited", kExited, "output"},
    {EventType::kFailStateEntered, "FailStateEntered", kEntered, "input"},
    {EventType::kParallelStateEntered, "ParallelStateEntered", kEntered, "input"},
    {EventType::kParallelStateStarted, "ParallelStateStarted", "", ""},
    {EventType::kParallelStateSucceeded, "ParallelStateSucceeded", "", ""},
    {EventType::kParallelStateFailed, "ParallelStateFailed", "", ""},
    {EventType::kParallelStateAborted, "ParallelStateAborted", "", ""},
    {EventType::kParallelStateExited, "ParallelStateExited", kExited, "output"},
    {EventType::kMapStateEntered, "MapStateEntered", kEntered, "input"},
    {EventType::kMapStateStarted, "MapStateStarted", "mapStateStartedEventDetails", ""},
    {EventType::kMapStateSucceeded, "MapStateSucceeded", "", ""},
    {EventType::kMapStateFailed, "MapStateFailed", "", ""},
    {EventType::kMapStateAborted, "MapStateAborted", "", ""},
    {EventType::kMapStateExited, "MapStateExited", kExited, "output"},
    {EventType::kMapIterationStarted, "MapIterationStarted", "mapIterationStartedEventDetails", ""},
    {EventType::kMapIterationSucceeded, "MapIterationSucceeded",
     "mapIterationSucceededEventDetails", ""},
    {EventType::kMapIterationFailed, "MapIterationFailed", "mapIterationFailedEventDetails", ""},
    {EventType::kMapIterationAborted, "MapIterationAborted", "mapIterationAbortedEventDetails", ""},
    {EventType::kEvaluationFailed, "EvaluationFailed", "evaluationFailedEventDetails", ""},
    {EventType::kMapRunStarted, "MapRunStarted", "mapRunStartedEventDetails", ""},
    {EventType::kMapRunRedriven, "MapRunRedriven", "mapRunRedrivenEventDetails", ""},
    {EventType::kMapRunSucceeded, "MapRunSucceeded", "", ""},
    {EventType::kMapRunFailed, "MapRunFailed", "mapRunFailedEventDetails", ""},
    {EventType::kMapRunAborted, "MapRunAborted", "", ""},
}};

const EventShape& shape_of(EventType type) {
  return kShapes[static_cast<std::size_t>(type)];
}

constexpr bool in_order() {
  for (std::size_t i = 0; i < kShapes.size(); ++i) {
    if (static_cast<std::size_t>(kShapes[i].type) != i) return false;
  }
  return true;
}
static_assert(in_order(), "shape_of() indexes by type");

Json details_of(const Event& event, const EventShape& shape, bool include_execution_data) {
  Json details = Json::object();
  if (event.state != nullptr) details["name"] = *event.state;
  if (event.payload) {
    const bool is_parameters = shape.payload == "parameters";
    if (is_parameters || include_execution_data) {
      details[std::string(shape.payload)] = text_of(*event.payload);
    }
    // Parameters have no "…Details" beside them (botocore: TaskScheduledEventDetails).
    if (!is_parameters && include_execution_data) {
      details[std::string(shape.payload) + "Details"] = Json{{"truncated", false}};
    }
  }
  if (event.details) details.update(*event.details);
  if (!include_execution_data) {
    details.erase("assignedVariables");
    details.erase("assignedVariablesDetails");
  }
  return details;
}

}  // namespace

std::string_view to_text(EventType type) {
  return shape_of(type).name;
}

Json shown_event(const Event& event, std::uint64_t id, const Scheduler& scheduler,
                 bool include_execution_data) {
  const EventShape& shape = shape_of(event.type);
  Json json{{"timestamp", to_epoch_seconds(scheduler.wall(event.at))},
            {"type", shape.name},
            {"id", id},
            {"previousEventId", event.previous}};
  if (!shape.details.empty()) {
    json[std::string(shape.details)] = details_of(event, shape, include_execution_data);
  }
  return json;
}

Json History::event(std::size_t index, const Scheduler& scheduler,
                    bool include_execution_data) const {
  return shown_event(events_.at(index), index + 1, scheduler, include_execution_data);
}

std::uint64_t History::add(Event event) {
  if (listener_) listener_(event, last_id_ + 1);
  if (events_.empty()) events_.reserve(kFirstCapacity);
  if (events_.size() < kMaxHistoryEvents) events_.push_back(std::move(event));
  return ++last_id_;
}

}  // namespace bedlam::states
