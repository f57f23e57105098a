// Task: one call of a service, through its integration (developer guide, "Task state").
#include <algorithm>

#include "emulator/states/integration/integration.h"
#include "emulator/states/machine/run.h"
#include "emulator/states/machine/strand.h"
#include "emulator/states/machine/trial.h"
#include "emulator/states/state/catalog.h"

namespace bedlam::states {
namespace {

constexpr StateKind kTaskKind{.type = "Task",
                              .entered = EventType::kTaskStateEntered,
                              .exited = EventType::kTaskStateExited,
                              .aborted = EventType::kTaskStateAborted,
                              .aborted_by_own_failure = true,
                              .counts_retries = true};

class Task final : public State {
 public:
  using State::State;
  Outcome run(Strand& strand) const override;

  const Integration* integration = nullptr;

  using Seconds = std::optional<std::int64_t>;
  // TimeoutSeconds or HeartbeatSeconds, however it is written.
  struct Limit {
    std::string name;
    Seconds fixed;
    std::optional<Path> path;
    std::optional<JsonataTemplate> expression;
  };
  Limit timeout, heartbeat;

 private:
  static Result<Seconds, Failure> seconds(Strand& strand, const Json& input, const Limit& limit);
};

// Collects a reply and says when it is over. The exchange may outlive the task; then nobody
// listens.
class Collector final : public rpc::Receiver {
 public:
  explicit Collector(std::function<void()> over) : over_(std::move(over)) {}

  void forget() { over_ = nullptr; }
  const ServiceAnswer& answer() const { return answer_; }
  const std::optional<Fault>& fault() const { return fault_; }

  void on_head(const rpc::Head& head) override {
    answer_.status = head.status;
    answer_.headers = head.headers;
  }
  void on_body(const rpc::Bytes& bytes) override { answer_.body += bytes.data; }
  void on_end() override { tell(std::nullopt); }
  void on_reset() override { tell(Fault::kReset); }
  void on_close() override { tell(closed()); }
  void on_half_close() override { tell(closed()); }
  void on_stall() override {}  // the task's own timeout decides
  void on_garbage(const rpc::Garbage& /*garbage*/) override { tell(Fault::kGarbage); }

 private:
  Fault closed() const {
    return answer_.status == 0 ? Fault::kClosedBeforeHead : Fault::kClosedInBody;
  }
  void tell(std::optional<Fault> fault) {
    fault_ = fault;
    const std::function<void()> over = std::move(over_);
    over_ = nullptr;
    if (over) over();
  }

  std::function<void()> over_;
  ServiceAnswer answer_;
  std::optional<Fault> fault_;
};

class TaskFrame final : public Frame {
 public:
  TaskFrame(Strand& strand, const Task& task)
      : strand_(strand), scheduler_(strand.run().scheduler()), task_(task) {}

  ~TaskFrame() override {
    if (timer_ != 0) scheduler_.cancel(timer_);
    if (!collector_) return;
    collector_->forget();
    if (exchange_ && !answered_) exchange_->abandon();
  }

  void call(const rpc::Call& call, const std::optional<std::int64_t>& timeout,
            const std::optional<std::int64_t>& heartbeat) {
    collector_ = std::make_shared<Collector>([this] {
      answered_ = true;
      strand_.wake();
    });
    exchange_ = strand_.run().dispatcher().call(call, collector_);
    if (answered_) return;
    // A request-response call sends no heartbeats, so the shorter of the two ends it.
    const std::int64_t limit =
        std::min(timeout.value_or(kMaxSeconds), heartbeat.value_or(kMaxSeconds));
    missed_heartbeat_ = heartbeat && *heartbeat == limit;
    // Set behind the call: an answer that is due at the same instant still counts.
    timer_ = scheduler_.after(std::chrono::seconds(limit), [this] {
      timer_ = 0;
      strand_.wake();
    });
  }

  Outcome advance(Strand& strand) override {
    if (!answered_) return timed_out(strand);
    const Integration& integration = *task_.integration;
    Result<Json, Failure> result = collector_->fault() ? integration.broken(*collector_->fault())
                                                       : integration.result(collector_->answer());
    if (result && is_too_large(*result)) {
      result = strand.too_large(std::string(integration.resource_type()));
    }
    if (!result) return failed(strand, EventType::kTaskFailed, result.error());
    const Payload payload = make_payload(std::move(*result));
    strand.record({.type = EventType::kTaskSucceeded,
                   .payload = payload,
                   .details = std::make_shared<const Json>(names())});
    strand.note("result", payload);
    return finish(strand, payload, task_.next);
  }

  // "resourceType" and "resource", which stand in the details of all events of a task.
  Json names() const {
    return {{"resourceType", task_.integration->resource_type()},
            {"resource", task_.integration->resource()}};
  }

 private:
  Outcome timed_out(Strand& strand) const {
    Failure failure{"States.Timeout"};
    failure.heartbeat = missed_heartbeat_;
    return failed(strand, EventType::kTaskTimedOut, failure);
  }

  Failure failed(Strand& strand, EventType type, const Failure& failure) const {
    Json details = names();
    details.update(details_of(failure));
    strand.record({.type = type, .details = std::make_shared<const Json>(std::move(details))});
    return failure;
  }

  Strand& strand_;
  Scheduler& scheduler_;
  const Task& task_;
  std::shared_ptr<Collector> collector_;
  std::shared_ptr<rpc::Exchange> exchange_;
  Scheduler::TimerId timer_ = 0;
  bool answered_ = false;
  bool missed_heartbeat_ = false;
};

Outcome Task::run(Strand& strand) const {
  const Result<Payload, Failure> selected = select_input(strand);
  if (!selected) return selected.error();
  const Result<Payload, Failure> parameters = apply_parameters(strand, *selected);
  if (!parameters) return parameters.error();
  const Json& input = (*selected)->json;
  const Result<Seconds, Failure> timeout_seconds = seconds(strand, input, timeout);
  if (!timeout_seconds) return timeout_seconds.error();
  const Result<Seconds, Failure> heartbeat_seconds = seconds(strand, input, heartbeat);
  if (!heartbeat_seconds) return heartbeat_seconds.error();
  if (is_too_large((*parameters)->json)) return strand.too_large(name());
  if (const Trial* const trial = strand.run().trial; trial != nullptr && trial->is_mocked()) {
    if (trial->error) return *trial->error;
    strand.note("result", trial->result);
    return finish(strand, trial->result, next);
  }
  Result<rpc::Call, ParameterMistake> call = integration->call((*parameters)->json);
  if (!call) {
    return strand.runtime_failure("The Parameters '" + text_of(**parameters) +
                                  "' could not be used to start the Task: [" +
                                  call.error().message + "]");
  }
  const Execution::Identity& identity = strand.run().identity();
  call->caller = {identity.arn, strand.random().uuid(), 1, identity.region};

  auto frame = std::make_unique<TaskFrame>(strand, *this);
  TaskFrame& task = *frame;
  Json scheduled = task.names();
  scheduled["region"] = identity.region;
  if (*timeout_seconds) scheduled["timeoutInSeconds"] = **timeout_seconds;
  if (*heartbeat_seconds) scheduled["heartbeatInSeconds"] = **heartbeat_seconds;
  strand.record({.type = EventType::kTaskScheduled,
                 .payload = *parameters,
                 .details = std::make_shared<const Json>(std::move(scheduled))});
  strand.record(
      {.type = EventType::kTaskStarted, .details = std::make_shared<const Json>(task.names())});
  const Waits waits = strand.wait_in(std::move(frame));
  task.call(*call, *timeout_seconds, *heartbeat_seconds);
  return waits;
}

Result<Task::Seconds, Failure> Task::seconds(Strand& strand, const Json& input,
                                             const Limit& limit) {
  if (limit.expression) {
    const auto evaluated = evaluate_integer(strand, *limit.expression, limit.name, 1, kMaxSeconds);
    if (!evaluated) return evaluated.error();
    return Seconds(*evaluated);
  }
  if (!limit.path) return limit.fixed;
  const Result<Json, Failure> value = value_at(strand, *limit.path, input);
  if (!value) return value.error();
  if (value->is_number_integer() && *value > 0 && *value <= kMaxSeconds) {
    return Seconds(value->get<std::int64_t>());
  }
  return strand.runtime_failure("The " + limit.name +
                                "Path parameter cannot be parsed as a positive long value: " +
                                limit.path->text() + " == " + to_text(*value));
}

// What AWS takes but this version does not run, as the finding names it; "" for anything else.
std::string unsupported(std::string_view arn) {
  if (arn.find(":function:") != std::string_view::npos) return "An AWS Lambda function as Resource";
  if (arn.find(":activity:") != std::string_view::npos) return "An activity as Resource";
  if (is_known_elsewhere(arn)) return "The resource " + std::string(arn);
  return "";
}

void read_resource(const Fields& fields, Task& task) {
  const std::optional<std::string> resource = fields.text("Resource");
  if (!resource) return;
  if (fields.parse.is_express()) {
    const std::string cannot = "Express state machine does not support ";
    if (resource->find(".sync") != std::string::npos) {
      fields.refuse("Resource", cannot + "'.sync' service integration");
      return;
    }
    if (resource->find(".waitForTaskToken") != std::string::npos) {
      fields.refuse("Resource", cannot + "'.waitForTaskToken' service integration ");
      return;
    }
    if (resource->find(":activity:") != std::string::npos) {
      fields.refuse("Resource", cannot + "Activity ARN");
      return;
    }
  }
  task.integration = find_integration(*resource);
  if (task.integration != nullptr) return;
  const std::string known = unsupported(*resource);
  if (!known.empty()) {
    fields.parse.refuse_unsupported(known, fields.at("Resource"));
  } else {
    fields.refuse("Resource", "The resource provided " + *resource +
                                  " is not recognized. The value is not a valid resource ARN, or "
                                  "the resource is not available in this region.");
  }
}

Task::Limit read_limit(const Fields& fields, std::string_view name, std::string_view path_name) {
  Task::Limit limit;
  limit.name = name;
  limit.expression = fields.jsonata_expression(name);
  if (!limit.expression) limit.fixed = fields.integer(name, 1, kMaxSeconds);
  if (fields.jsonata) return limit;
  fields.at_most_one({name, path_name});
  limit.path = fields.path(path_name, Fields::PathKind::kReference);
  return limit;
}

void read_limits(const Fields& fields, Task& task) {
  task.timeout = read_limit(fields, "TimeoutSeconds", "TimeoutSecondsPath");
  task.heartbeat = read_limit(fields, "HeartbeatSeconds", "HeartbeatSecondsPath");
  if (task.timeout.fixed && task.heartbeat.fixed && *task.heartbeat.fixed >= *task.timeout.fixed) {
    fields.refuse("HeartbeatSeconds", "HeartbeatSeconds must be smaller than TimeoutSeconds");
  }
}

void read_credentials(const Fields& fields) {
  const Json* credentials = fields.get("Credentials");
  if (credentials == nullptr) return;
  if (find(*credentials, "RoleArn") == nullptr && find(*credentials, "RoleArn.$") == nullptr) {
    fields.refuse("Credentials", "The field 'RoleArn' is required but was missing");
  } else {
    fields.parse.refuse_unsupported("'Credentials'", fields.at("Credentials"));
  }
}

std::unique_ptr<State> read_task(const Fields& fields, std::string name) {
  auto state = std::make_unique<Task>(std::move(name), kTaskKind);
  read_input_output(fields, *state);
  state->flow.parameters = fields.value_template(fields.jsonata ? "Arguments" : "Parameters");
  check_states(fields, "Arguments", Sees::kInput);
  read_result(fields, *state);
  read_ending(fields, Sees::kResult, state->ending);
  fields.require({"Resource"});
  read_resource(fields, *state);
  const Json* parameters = fields.get(fields.jsonata ? "Arguments" : "Parameters");
  if (state->integration != nullptr && parameters != nullptr) {
    const auto mistake = state->integration->check(*parameters);
    if (mistake) fields.refuse("Parameters", mistake->message);
  }
  read_limits(fields, *state);
  read_credentials(fields);
  read_errors(fields, *state);
  read_next(fields, *state);
  return state;
}

}  // namespace

const StateType& task_state() {
  static const StateType kType{kTaskKind,
                               read_task,
                               {"Resource", "TimeoutSeconds", "HeartbeatSeconds", "Credentials",
                                "Assign", "Retry", "Catch", "Next", "End"},
                               {"InputPath", "OutputPath", "Parameters", "ResultSelector",
                                "ResultPath", "TimeoutSecondsPath", "HeartbeatSecondsPath"},
                               {"Arguments", "Output"}};
  return kType;
}

}  // namespace bedlam::states
