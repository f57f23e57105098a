// TestState: one state run alone, with a service's answer mocked or real (API reference,
// "TestState"; developer guide, "Testing state machines with TestState").
#include <array>
#include <utility>

#include "emulator/states/api/arn.h"
#include "emulator/states/api/errors.h"
#include "emulator/states/api/jackson.h"
#include "emulator/states/api/mock_shapes.h"
#include "emulator/states/api/operation.h"
#include "emulator/states/machine/execution.h"
#include "emulator/states/machine/trial.h"

namespace bedlam::states {
namespace {

// What a state is called in the context object that has no name of its own (recorded).
constexpr std::string_view kNameless = "StateName";

// What is to be tried, checked.
struct Asked {
  Json machine, state;  // `machine` is null where the definition is of one state
  std::string name, type, resource;
  const Json* mock = nullptr;
  const Json* configuration = nullptr;
};

bool waits_for_another(const std::string& resource) {
  return resource.find(".sync") != std::string::npos || resource.ends_with(".waitForTaskToken");
}

Result<Asked, aws::Error> read_definition(const Request& request) {
  const std::string& text = *find_text(request.body, "definition");
  Asked asked;
  auto json = parse_json(text);
  if (!json || !json->is_object()) {
    auto findings = Definition::parse(text, "STANDARD");
    return errors::invalid_definition(findings.error());
  }
  const std::string* const name = find_text(request.body, "stateName");
  asked.name = name == nullptr ? std::string(kNameless) : *name;
  if (find(*json, "States") != nullptr || name != nullptr) {
    asked.machine = *std::move(json);
    const Json* const found = state_named(asked.machine, asked.name);
    if (found == nullptr) return errors::state_not_found();
    asked.state = *found;
  } else {
    asked.state = *std::move(json);
  }
  asked.type = text_member(asked.state, "Type");
  asked.resource = text_member(asked.state, "Resource");
  asked.mock = find(request.body, "mock");
  asked.configuration = find(request.body, "stateConfiguration");
  return asked;
}

bool is_container(const Asked& asked) {
  return asked.type == "Map" || asked.type == "Parallel";
}

std::optional<aws::Error> check_without_mock(const Asked& asked, const Request& request) {
  if (is_container(asked)) return errors::mock_needed_for_container();
  if (asked.configuration != nullptr) {
    for (const auto& [member, shown] :
         {std::pair("mapIterationFailureCount", "MapIterationFailureCount"),
          std::pair("retrierRetryCount", "RetrierRetryCount"),
          std::pair("errorCausedByState", "ErrorCausedByState"),
          std::pair("mapItemReaderData", "MapItemReaderData")}) {
      if (find(*asked.configuration, member) != nullptr) return errors::only_with_mock(shown);
    }
  }
  if (find(request.body, "context") != nullptr) return errors::only_with_mock("Context");
  if (asked.type != "Task") return std::nullopt;
  if (find(request.body, "roleArn") == nullptr) return errors::role_needed_for_task();
  const bool is_activity = asked.resource.find(":activity:") != std::string::npos;
  if (is_activity || waits_for_another(asked.resource)) {
    return errors::mock_needed_for_pattern(asked.resource);
  }
  return std::nullopt;
}

std::optional<aws::Error> check_mocked_result(const Asked& asked, const Json& result) {
  if (asked.type == "Parallel") {
    if (!result.is_array()) return errors::mock_is_no_array();
    const Json* const branches = find(asked.state, "Branches");
    if (branches != nullptr && branches->size() != result.size()) {
      return errors::mock_has_other_size();
    }
  } else if (asked.type == "Map" && find(asked.state, "ResultWriter") != nullptr) {
    if (!result.is_object()) return errors::mock_is_no_object();  // what was written where
  } else if (asked.type == "Map") {
    if (!result.is_array()) return errors::mock_is_no_array();
  } else {
    return check_mock_shape(asked.resource, result,
                            text_or(*asked.mock, "fieldValidationMode", "STRICT"));
  }
  return std::nullopt;
}

std::optional<aws::Error> check_mock(const Asked& asked, const Request& request, Trial& trial) {
  if (flag_or(request.body, "revealSecrets", false)) {
    return errors::only_without_mock("RevealSecrets");
  }
  if (asked.type != "Task" && !is_container(asked)) return errors::mock_not_supported(asked.type);
  const std::string* const result = find_text(*asked.mock, "result");
  const Json* const error = find(*asked.mock, "errorOutput");
  if ((result == nullptr) == (error == nullptr)) return errors::not_one_mock_field();
  if (error != nullptr) {
    Failure failure{std::string(text_or(*error, "error"))};
    if (const std::string* cause = find_text(*error, "cause")) failure.cause = *cause;
    trial.error = std::move(failure);
    return std::nullopt;
  }
  auto json = parse_json(*result);
  if (!json) return errors::mock_is_no_json();
  if (auto refused = check_mocked_result(asked, *json)) return refused;
  trial.result = make_payload(*std::move(json), *result);
  return std::nullopt;
}

// The members that a context object may have (developer guide, "Context object").
struct ContextMembers {
  std::string_view name;
  std::vector<std::string_view> members;
};

const std::vector<ContextMembers>& context_members() {
  static const std::vector<ContextMembers> kAll{
      {"Execution", {"Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"}},
      {"State", {"EnteredTime", "Name", "RetryCount"}},
      {"StateMachine", {"Id", "Name"}},
      {"Task", {"Token"}},
      {"Map", {"Item"}}};
  return kAll;
}

std::optional<aws::Error> check_context(const Json& context, const Asked& asked) {
  if (!context.is_object()) return errors::invalid_context("Context object must be a JSON object");
  for (const auto& [name, value] : context.items()) {
    const auto& all = context_members();
    const auto known = std::find_if(all.begin(), all.end(),
                                    [&n = name](const ContextMembers& m) { return m.name == n; });
    if (known == all.end()) return errors::invalid_context("Field '" + name + "' is not allowed");
    for (const auto& member : value.items()) {
      if (std::find(known->members.begin(), known->members.end(), member.key()) ==
          known->members.end()) {
        return errors::invalid_context("Field '" + member.key() + "' is not allowed");
      }
    }
  }
  if (context.contains("Task") && !(asked.type == "Task" && waits_for_another(asked.resource))) {
    return errors::invalid_context(
        "Context object contains 'Task' when state is not a Task state with a '.sync' or "
        "'.waitForTaskToken' service integration pattern");
  }
  return std::nullopt;
}

std::optional<aws::Error> read_given(const Asked& asked, const Request& request, Trial& trial) {
  if (const std::string* text = find_text(request.body, "context")) {
    auto context = parse_json(*text);
    if (!context) return errors::invalid_context("Context object must be valid JSON");
    if (auto refused = check_context(*context, asked)) return refused;
    trial.context = *std::move(context);
  }
  if (const std::string* text = find_text(request.body, "variables")) {
    auto variables = parse_json(*text);
    if (!variables || !variables->is_object()) return errors::invalid_variables();
    trial.variables = *std::move(variables);
  }
  if (find(asked.state, "ItemReader") != nullptr) trial.items = Json::array();
  if (asked.configuration == nullptr) return std::nullopt;
  const Json& configuration = *asked.configuration;
  trial.retrier_uses = static_cast<std::uint64_t>(number_or(configuration, "retrierRetryCount", 0));
  if (find(configuration, "mapIterationFailureCount") != nullptr) {
    trial.failed_iterations =
        static_cast<std::uint64_t>(number_or(configuration, "mapIterationFailureCount", 0));
  }
  if (const std::string* text = find_text(configuration, "mapItemReaderData")) {
    auto items = parse_json(*text);
    if (!items) return errors::mock_is_no_json();
    trial.items = *std::move(items);
  }
  return std::nullopt;
}

Json error_details(const Trial& trial) {
  Json details = Json::object();
  if (trial.catch_index) details["catchIndex"] = *trial.catch_index;
  if (trial.retry_index) details["retryIndex"] = *trial.retry_index;
  if (trial.retriable) {
    details["retryBackoffIntervalSeconds"] = static_cast<std::int64_t>(trial.backoff_seconds);
  }
  return details;
}

// "[Range: bytes=0-262144, User-Agent: …]", as TestState shows headers.
std::string shown_headers(const Json* headers) {
  std::string text;
  if (headers != nullptr && headers->is_object()) {
    for (const auto& [name, value] : headers->items()) {
      const Json& one = value.is_array() && !value.empty() ? value.front() : value;
      text += (text.empty() ? "" : ", ") + name + ": ";
      text += one.is_string() ? one.get<std::string>() : to_text(one);
    }
  }
  return "[" + text + "]";
}

std::string shown_body(const Json* body) {
  if (body == nullptr || body->is_null()) return "";
  return body->is_string() ? body->get<std::string>() : to_text(*body);
}

// Of an HTTP Task, the request as it would go out, with the headers that Step Functions adds
// (developer guide, "Call HTTPS APIs"), and what came back.
void add_http(Json& data, const std::string& region) {
  const char* const arguments =
      data.contains("afterArguments") ? "afterArguments" : "afterParameters";
  const auto parameters = parse_json(data.value(arguments, ""));
  if (!parameters) return;
  Json headers = Json::object();
  if (const Json* given = find(*parameters, "Headers")) headers = *given;
  const Json* const body = find(*parameters, "RequestBody");
  headers["Range"] = "bytes=0-262144";
  if (body != nullptr) headers["Transfer-Encoding"] = "chunked";
  headers["User-Agent"] = "Amazon|StepFunctions|HttpInvoke|" + region;
  std::string url = text_member(*parameters, "ApiEndpoint");
  if (const Json* query = find(*parameters, "QueryParameters"); query != nullptr) {
    char separator = '?';
    for (const auto& [name, value] : query->items()) {
      url += separator + name + "=" + shown_body(&value);
      separator = '&';
    }
  }
  data["request"] = {{"protocol", url.substr(0, url.find("://"))},
                     {"method", text_member(*parameters, "Method")},
                     {"url", url},
                     {"headers", shown_headers(&headers)}};
  if (body != nullptr) data["request"]["body"] = shown_body(body);
  const auto result = parse_json(data.value("result", ""));
  if (!result || find(*result, "StatusCode") == nullptr) return;
  data["response"] = {{"protocol", data["request"]["protocol"]},
                      {"statusCode", to_text(*find(*result, "StatusCode"))},
                      {"statusMessage", text_member(*result, "StatusText")},
                      {"headers", shown_headers(find(*result, "Headers"))},
                      {"body", shown_body(find(*result, "ResponseBody"))}};
}

Json inspection(const Trial& trial, const std::string& input) {
  Json data = trial.stages;
  data["input"] = input;
  data.update(trial.numbers);
  Json details = error_details(trial);
  if (!details.empty()) data["errorDetails"] = std::move(details);
  if (!trial.variables.empty()) data["variables"] = to_text(trial.variables);
  return data;
}

struct Level {
  std::string name;      // INFO, DEBUG or TRACE
  bool of_http = false;  // an HTTP Task shows its request
  std::string region;
};

Answer answer_of(const Trial& trial, const Execution& execution, const std::string& input,
                 const Level& level) {
  if (!trial.refusal.empty()) return errors::test_refused(trial.refusal);
  Json answer = Json::object();
  const bool done = execution.status() == ExecutionStatus::kSucceeded;
  answer["status"] = trial.caught && done ? "CAUGHT_ERROR"
                     : done               ? "SUCCEEDED"
                     : trial.retriable    ? "RETRIABLE"
                                          : "FAILED";
  Failure timed_out{"States.Timeout"};
  const Failure* failure = trial.failure ? &*trial.failure : nullptr;
  if (execution.status() == ExecutionStatus::kTimedOut) failure = &timed_out;
  if (failure != nullptr && !(done && !trial.caught)) {
    if (!failure->error.empty()) answer["error"] = failure->error;
    if (failure->cause) answer["cause"] = *failure->cause;
  }
  if (done) answer["output"] = trial.output;
  if (done && !trial.next.empty()) answer["nextState"] = trial.next;
  if (level.name == "INFO") return answer;
  answer["inspectionData"] = inspection(trial, input);
  if (level.name == "TRACE" && level.of_http) add_http(answer["inspectionData"], level.region);
  return answer;
}

// Names that TestState makes up for what does not exist (recorded: an Express execution).
Execution::Identity made_up(Account& account, const Request& request) {
  Execution::Identity identity;
  identity.region = request.caller.region;
  identity.state_machine_name = account.next_uuid();
  identity.state_machine_arn =
      state_machine_arn(identity.region, account.id(), identity.state_machine_name);
  identity.name = account.next_uuid();
  identity.arn = "arn:aws:states:" + identity.region + ":" + account.id() +
                 ":express:" + identity.state_machine_name + ":" + identity.name;
  identity.role_arn = text_or(request.body, "roleArn");
  return identity;
}

}  // namespace

void test_state(Account& account, const Request& request, AnswerTo answer_to) {
  auto asked = read_definition(request);
  if (!asked) return answer_to(asked.error());
  auto trial = std::make_shared<Trial>();
  auto refused = asked->mock == nullptr ? check_without_mock(*asked, request)
                                        : check_mock(*asked, request, *trial);
  if (!refused) refused = read_given(*asked, request, *trial);
  if (refused) return answer_to(*refused);
  auto definition = Definition::parse_state(asked->machine, asked->state, asked->name);
  if (!definition) return answer_to(errors::invalid_definition(definition.error()));

  const std::string text(text_or(request.body, "input", "{}"));
  auto input = parse_json(text);
  if (!input) return answer_to(errors::invalid_execution_input(jackson_complaint(text)));
  const Execution::Identity identity = made_up(account, request);
  const Random random = account.random().derive("trial " + identity.name);
  auto execution = std::make_shared<Execution>(
      *definition, identity, *std::move(input),
      Execution::Surroundings{account.scheduler(), account.dispatcher(), random}, text);
  execution->try_alone(*trial);
  account.keep_trial(identity.arn, execution);
  const std::weak_ptr<Execution> weak = execution;
  const Level level{std::string(text_or(request.body, "inspectionLevel", "INFO")),
                    !trial->is_mocked() && asked->resource.ends_with(":::http:invoke"),
                    identity.region};
  execution->start(
      [&account, trial, weak, text, arn = identity.arn, level, answer_to = std::move(answer_to)] {
        const std::shared_ptr<Execution> ended = weak.lock();
        account.drop_trial(arn);
        if (ended) answer_to(answer_of(*trial, *ended, text, level));
      });
}

}  // namespace bedlam::states
