// StartExecution, StopExecution, DescribeExecution, ListExecutions.
#include "emulator/states/api/executions.h"

#include <utility>

#include "emulator/states/api/arn.h"
#include "emulator/states/api/errors.h"
#include "emulator/states/api/jackson.h"
#include "emulator/states/api/page.h"
#include "emulator/states/api/redrive.h"
#include "emulator/states/api/versions.h"
#include "emulator/states/machine/payload.h"

namespace bedlam::states {
namespace {

double epoch_seconds(const Account& account, Instant instant) {
  return to_epoch_seconds(account.scheduler().wall(instant));
}

bool is_running(const ExecutionRecord& record) {
  return record.execution->status() == ExecutionStatus::kRunning;
}

Result<const ExecutionRecord*, aws::Error> named_execution(Account& account,
                                                           const Request& request) {
  const std::string& arn = *find_text(request.body, "executionArn");
  auto parsed = parse_arn(arn, "execution");
  if (!parsed) return parsed.error();
  const ExecutionRecord* record = account.find_execution(arn);
  if (record == nullptr) return errors::execution_does_not_exist(arn);
  return record;
}

// What it was started by, where that was a version or an alias.
void add_origin(Json& answer, const ExecutionRecord& record) {
  if (!record.version_arn.empty()) answer["stateMachineVersionArn"] = record.version_arn;
  if (!record.alias_arn.empty()) answer["stateMachineAliasArn"] = record.alias_arn;
}

// Which version of an alias an execution runs: drawn by the weights, by the execution's number.
const Route& draw_route(const Account& account, const Alias& alias) {
  Random random = account.random().derive(alias.arn, account.next_execution());
  auto percent = static_cast<std::int64_t>(random.below(100));
  for (const Route& route : alias.routes) {
    if (percent < route.weight) return route;
    percent -= route.weight;
  }
  return alias.routes.back();
}

// Makes the start one of the version or alias that `target` is; StateMachineDoesNotExist where the
// version is gone.
std::optional<aws::Error> choose_revision(Account& account, const Target& target,
                                          const std::string& arn, Account::Start& start) {
  const Version* version = target.version;
  if (version != nullptr) {
    start.version_arn = arn;
  } else if (target.alias != nullptr) {
    start.alias_arn = arn;
    start.version_arn = draw_route(account, *target.alias).version_arn;
    version = find_version(account, start.version_arn);
    if (version == nullptr) return errors::state_machine_does_not_exist(start.version_arn);
  }
  if (version != nullptr) start.revision = version->revision;
  return std::nullopt;
}

// Takes "#TestCase" off the ARN (developer guide, "Testing with Mocked Service Integrations").
std::string take_test_case(std::string& arn) {
  const std::size_t mark = arn.find('#');
  if (mark == std::string::npos) return "";
  std::string test_case = arn.substr(mark + 1);
  arn.erase(mark);
  return test_case;
}

Json described(const Account& account, const ExecutionRecord& record, bool metadata_only) {
  Json answer = {{"executionArn", record.arn},
                 {"stateMachineArn", record.state_machine_arn},
                 {"name", record.name}};
  add_origin(answer, record);
  add_outcome(answer, account, record, metadata_only);
  add_redrive_status(answer, account, record);
  if (!record.map_run_arn.empty()) answer["mapRunArn"] = record.map_run_arn;
  return answer;
}

Json started_answer(const Account& account, const ExecutionRecord& record) {
  return {{"executionArn", record.arn},
          {"startDate", epoch_seconds(account, record.execution->started())}};
}

// What the listed executions were started by; empty for those of a Map Run. The error says why they
// cannot be listed.
Result<Target, aws::Error> list_target(Account& account, const std::string& arn, bool map_run) {
  if (!map_run) {
    auto target = find_target(account, arn);
    if (target && target->machine->is_express()) return errors::type_not_supported();
    return target;
  }
  const auto parsed = parse_arn(arn, "mapRun");
  if (!parsed) return parsed.error();
  if (account.find_map_run(arn) == nullptr) return errors::resource_not_found(arn);
  return Target{};
}

Json list_item(const Account& account, const ExecutionRecord& record) {
  Json item = {{"executionArn", record.arn},
               {"stateMachineArn", record.state_machine_arn},
               {"name", record.name},
               {"status", to_text(record.execution->status())},
               {"startDate", epoch_seconds(account, record.execution->started())}};
  if (const auto stopped = record.execution->stopped()) {
    item["stopDate"] = epoch_seconds(account, *stopped);
  }
  item["redriveCount"] = record.execution->redrives();
  if (const auto redriven = record.execution->redriven()) {
    item["redriveDate"] = epoch_seconds(account, *redriven);
  }
  add_origin(item, record);
  if (!record.map_run_arn.empty()) item["mapRunArn"] = record.map_run_arn;
  return item;
}

}  // namespace

Result<Starting, aws::Error> starting(Account& account, const Request& request) {
  std::string arn = *find_text(request.body, "stateMachineArn");
  const std::string test_case = take_test_case(arn);
  auto parsed = parse_arn(arn, "stateMachine");
  if (!parsed) return parsed.error();
  if (parsed->name.find('/') != std::string::npos) return errors::labelled_arn();
  const std::string* name = find_text(request.body, "name");
  if (name != nullptr && !is_valid_name(*name)) return errors::invalid_name(*name);

  Starting result;
  result.start.input_text = text_or(request.body, "input", "{}");
  if (result.start.input_text.size() > kMaxPayloadBytes) {
    return errors::constraints_failed(
        {"Value at 'input' failed to satisfy constraint: Member must have length less than or "
         "equal to " +
         std::to_string(kMaxPayloadBytes)});
  }
  auto input = parse_json(result.start.input_text);
  if (!input) {
    return errors::invalid_execution_input(jackson_complaint(result.start.input_text));
  }
  result.start.input = std::move(*input);
  const auto target = find_target(account, arn);
  if (!target) return target.error();
  result.machine = target->machine;
  if (auto gone = choose_revision(account, *target, arn, result.start)) return *gone;
  const auto& mocks = account.mock_config();
  if (!test_case.empty() && (!mocks || !mocks->has(result.machine->name, test_case))) {
    return errors::no_such_test_case(result.machine->name, test_case);
  }
  result.start.test_case = test_case;
  if (request.task != nullptr) result.start.first_turn = Execution::FirstTurn::kFromTimer;
  result.start.name = name == nullptr ? account.next_uuid() : *name;
  if (const std::string* header = find_text(request.body, "traceHeader")) {
    result.start.trace_header = *header;
  }
  return result;
}

void add_outcome(Json& answer, const Account& account, const ExecutionRecord& record,
                 bool metadata_only) {
  const Execution& execution = *record.execution;
  answer["status"] = to_text(execution.status());
  answer["startDate"] = epoch_seconds(account, execution.started());
  if (const auto stopped = execution.stopped()) {
    answer["stopDate"] = epoch_seconds(account, *stopped);
  }
  if (const auto& failure = execution.failure(); failure && !metadata_only) {
    if (!failure->error.empty()) answer["error"] = failure->error;
    if (failure->cause) answer["cause"] = *failure->cause;
  }
  if (!metadata_only) answer["input"] = record.input;
  answer["inputDetails"] = {{"included", !metadata_only}};
  if (const Json* output = execution.output()) {
    if (!metadata_only) answer["output"] = bedlam::to_text(*output);
    answer["outputDetails"] = {{"included", !metadata_only}};
  }
  if (record.trace_header) answer["traceHeader"] = *record.trace_header;
}

Answer start_execution(Account& account, const Request& request) {
  auto asked = starting(account, request);
  if (!asked) return asked.error();
  const StateMachine& machine = *asked->machine;
  if (!machine.is_express()) {
    const std::string arn = execution_arn(machine.arn, asked->start.name);
    if (const ExecutionRecord* earlier = account.find_execution(arn)) {
      // The same start again while it runs is the same execution (model).
      if (is_running(*earlier) && earlier->input == asked->start.input_text) {
        return started_answer(account, *earlier);
      }
      return errors::execution_already_exists(arn);
    }
  }
  if (account.open_executions() >= kMaxOpenExecutions) return errors::execution_limit_exceeded();
  return started_answer(account, account.start(machine, std::move(asked->start)));
}

Answer stop_execution(Account& account, const Request& request) {
  auto record = named_execution(account, request);
  if (!record) return record.error();
  const std::string* error = find_text(request.body, "error");
  const std::string* cause = find_text(request.body, "cause");
  // One that is over keeps its end.
  const std::shared_ptr<Execution> execution = (*record)->execution;
  execution->stop(error == nullptr ? std::nullopt : std::optional(*error),
                  cause == nullptr ? std::nullopt : std::optional(*cause));
  const Instant stopped = execution->stopped().value_or(account.scheduler().now());
  return Json{{"stopDate", epoch_seconds(account, stopped)}};
}

// A `.sync` task is answered when the execution is over.
void describe_execution(Account& account, const Request& request, AnswerTo answer_to) {
  auto found = named_execution(account, request);
  if (!found) return answer_to(found.error());
  const ExecutionRecord& record = **found;
  const bool metadata_only = text_or(request.body, "includedData") == "METADATA_ONLY";
  const bool completion = request.task != nullptr && request.task->completion;
  if (!completion || !is_running(record)) {
    return answer_to(described(account, record, metadata_only));
  }
  account.when_closed(record, [&account, record, metadata_only, answer_to] {
    answer_to(described(account, record, metadata_only));
  });
}

Answer list_executions(Account& account, const Request& request) {
  const std::string* machine_arn = find_text(request.body, "stateMachineArn");
  const std::string* map_run_arn = find_text(request.body, "mapRunArn");
  if ((machine_arn == nullptr) == (map_run_arn == nullptr)) {
    return errors::neither_machine_nor_map_run();
  }
  const std::string& list = machine_arn == nullptr ? *map_run_arn : *machine_arn;
  const auto target = list_target(account, list, map_run_arn != nullptr);
  if (!target) return target.error();

  const std::string_view status = text_or(request.body, "statusFilter");
  const std::string_view redrive = text_or(request.body, "redriveFilter");
  auto page =
      Page::of(request.body,
               "ListExecutions " + list + " " + std::string(status) + " " + std::string(redrive),
               account.random(), account.scheduler().now());
  if (!page) return page.error();
  const std::uint64_t before = page->after_number(UINT64_MAX);

  Json listed = Json::array();
  std::uint64_t last = 0;
  for (const ExecutionRecord* record :
       account.executions_of(target->machine == nullptr ? list : target->machine->arn)) {
    const bool other_origin = (target->version != nullptr && record->version_arn != list) ||
                              (target->alias != nullptr && record->alias_arn != list);
    const bool redriven = record->execution->redrives() > 0;
    const bool filtered = other_origin ||
                          (!status.empty() && to_text(record->execution->status()) != status) ||
                          (!redrive.empty() && (redrive == "REDRIVEN") != redriven);
    if (record->number >= before || filtered) continue;
    if (listed.size() == page->size()) {
      return Json{{"executions", std::move(listed)},
                  {"nextToken", page->token(std::to_string(last))}};
    }
    last = record->number;
    listed.push_back(list_item(account, *record));
  }
  return Json{{"executions", std::move(listed)}};
}

}  // namespace bedlam::states
