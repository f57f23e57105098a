// Task: one call of a service, through its integration (developer guide, "Task state").
#include "emulator/states/machine/run.h"
#include "emulator/states/machine/trial.h"
#include "emulator/states/state/catalog.h"
#include "emulator/states/state/task_frame.h"

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

  Resource resource;
  std::shared_ptr<const Integration> integration;  // null: an activity
  using Seconds = std::optional<std::int64_t>;
  // TimeoutSeconds or HeartbeatSeconds, however it is written.
  struct Limit {
    std::string name;
    Seconds fixed;
    std::optional<Path> path;
    std::optional<JsonataTemplate> expression;
  };
  Limit timeout, heartbeat;
  std::optional<Template> credentials;

 private:
  struct Prepared {
    Payload parameters;
    TaskLimits limits;
    Json role_arn;  // of Credentials; null: none
  };

  Outcome run_activity(Strand& strand) const;
  std::optional<Outcome> mocked(Strand& strand) const;
  Result<Prepared, Failure> prepare(Strand& strand) const;
  void schedule(Strand& strand, TaskFrame& frame, const Prepared& prepared) const;
  std::shared_ptr<const rpc::TaskCall> task_call(Strand& strand, const Payload& parameters,
                                                 std::string token) const;
  Result<TaskLimits, Failure> limits(Strand& strand, const Json& input) const;
  static Result<Seconds, Failure> seconds(Strand& strand, const Json& input, const Limit& limit);
};

Result<TaskLimits, Failure> Task::limits(Strand& strand, const Json& input) const {
  const Result<Seconds, Failure> timeout_seconds = seconds(strand, input, timeout);
  if (!timeout_seconds) return timeout_seconds.error();
  const Result<Seconds, Failure> heartbeat_seconds = seconds(strand, input, heartbeat);
  if (!heartbeat_seconds) return heartbeat_seconds.error();
  return TaskLimits{*timeout_seconds, *heartbeat_seconds};
}

// What a mock says in TestState; nothing where there is none.
std::optional<Outcome> Task::mocked(Strand& strand) const {
  const Trial* const trial = strand.run().trial;
  if (trial == nullptr || !trial->is_mocked()) return std::nullopt;
  if (trial->error) return *trial->error;
  strand.note("result", trial->result);
  return finish(strand, trial->result, next);
}

Outcome Task::run(Strand& strand) const {
  if (resource.kind == Resource::Kind::kActivity) return run_activity(strand);
  auto frame = std::make_unique<ServiceFrame>(strand, *integration);
  const bool callback = resource.pattern == TaskPattern::kWaitForTaskToken;
  if (callback) strand.set_task_token(frame->issue_token());
  const Result<Prepared, Failure> prepared = prepare(strand);
  if (!prepared) return prepared.error();
  if (std::optional<Outcome> outcome = mocked(strand)) return std::move(*outcome);
  Result<rpc::Call, ParameterMistake> call = integration->call(prepared->parameters->json);
  if (!call) {
    return strand.runtime_failure("The Parameters '" + text_of(*prepared->parameters) +
                                  "' could not be used to start the Task: [" +
                                  call.error().message + "]");
  }
  const Execution::Identity& identity = strand.run().identity();
  call->caller = {identity.arn, strand.random().uuid(), 1, identity.region};
  call->task = task_call(strand, prepared->parameters, callback ? frame->token() : std::string());

  ServiceFrame& task = *frame;
  schedule(strand, task, *prepared);
  strand.record({.type = events_of(resource.kind).started,
                 .details = std::make_shared<const Json>(task.names())});
  const Waits waits = strand.wait_in(std::move(frame));
  task.start(std::move(*call));
  return waits;
}

Outcome Task::run_activity(Strand& strand) const {
  const Result<Prepared, Failure> prepared = prepare(strand);
  if (!prepared) return prepared.error();
  if (std::optional<Outcome> outcome = mocked(strand)) return std::move(*outcome);
  Activities* activities = strand.run().activities();
  if (activities == nullptr || activities->find(resource.arn) == nullptr) {
    return strand.runtime_failure("The activity " + resource.arn + " does not exist.");
  }
  auto frame = std::make_unique<ActivityFrame>(strand, resource, text_of(*prepared->parameters));
  ActivityFrame& task = *frame;
  schedule(strand, task, *prepared);
  const Waits waits = strand.wait_in(std::move(frame));
  task.start();
  return waits;
}

// What an attempt works with.
Result<Task::Prepared, Failure> Task::prepare(Strand& strand) const {
  Prepared prepared;
  const Result<Payload, Failure> selected = select_input(strand);
  if (!selected) return selected.error();
  Result<Payload, Failure> parameters = apply_parameters(strand, *selected);
  if (!parameters) return parameters.error();
  prepared.parameters = std::move(*parameters);
  const Json& input = (*selected)->json;
  const Result<TaskLimits, Failure> found = limits(strand, input);
  if (!found) return found.error();
  prepared.limits = *found;
  if (credentials) {
    const Result<Json, Failure> filled = evaluate(strand, *credentials, input);
    if (!filled) return filled.error();
    const Json* role = find(*filled, "RoleArn");
    if (role != nullptr) prepared.role_arn = *role;
  }
  if (is_too_large(prepared.parameters->json)) return strand.too_large(name());
  return prepared;
}

// Writes the first event of the attempt.
void Task::schedule(Strand& strand, TaskFrame& frame, const Prepared& prepared) const {
  frame.limit(prepared.limits);
  Json details = frame.names();
  if (details.empty()) {
    details["resource"] = resource.arn;
  } else {
    details["region"] = strand.run().identity().region;
  }
  if (prepared.limits.timeout) details["timeoutInSeconds"] = *prepared.limits.timeout;
  // The model's LambdaFunctionScheduledEventDetails has no heartbeat.
  if (prepared.limits.heartbeat && resource.kind != Resource::Kind::kFunction) {
    details["heartbeatInSeconds"] = *prepared.limits.heartbeat;
  }
  if (!prepared.role_arn.is_null()) details["taskCredentials"] = {{"roleArn", prepared.role_arn}};
  strand.record({.type = events_of(resource.kind).scheduled,
                 .payload = prepared.parameters,
                 .details = std::make_shared<const Json>(std::move(details))});
}

std::shared_ptr<const rpc::TaskCall> Task::task_call(Strand& strand, const Payload& parameters,
                                                     std::string token) const {
  const Execution::Identity& identity = strand.run().identity();
  rpc::TaskCall task;
  task.resource = resource.name();
  task.parameters = std::shared_ptr<const Json>(parameters, &parameters->json);
  task.state = name();
  // Of a child of a distributed Map: without the label.
  task.state_machine = identity.state_machine_name.substr(0, identity.state_machine_name.find('/'));
  task.visit = strand.visit();
  task.entered_event = strand.entered_event();
  task.test_case = identity.test_case;
  if (!identity.test_case.empty()) task.number = strand.run().count_call(*this);
  task.token = std::move(token);
  return std::make_shared<const rpc::TaskCall>(std::move(task));
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
  const std::optional<Resource> parsed = parse_resource(*resource);
  if (!parsed) {
    fields.refuse("Resource", "The resource provided " + *resource +
                                  " is not recognized. The value is not a valid resource ARN, or "
                                  "the resource is not available in this region.");
    return;
  }
  task.resource = *parsed;
  if (parsed->kind != Resource::Kind::kActivity) task.integration = make_integration(*parsed);
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

void read_credentials(const Fields& fields, Task& task) {
  const Json* credentials = fields.get("Credentials");
  if (credentials == nullptr) return;
  if (find(*credentials, "RoleArn") == nullptr && find(*credentials, "RoleArn.$") == nullptr) {
    fields.refuse("Credentials", "The field 'RoleArn' is required but was missing");
  } else {
    task.credentials = fields.value_template("Credentials");
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
  if (state->integration && parameters != nullptr && parameters->is_object()) {
    const auto mistake = state->integration->check(*parameters);
    if (mistake) fields.refuse("Parameters", mistake->message);
  }
  read_limits(fields, *state);
  read_credentials(fields, *state);
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
