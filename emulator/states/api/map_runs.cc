// Map Runs of the account, and DescribeMapRun, ListMapRuns, UpdateMapRun.
#include <utility>

#include "emulator/states/api/arn.h"
#include "emulator/states/api/errors.h"
#include "emulator/states/api/operation.h"
#include "emulator/states/api/page.h"
#include "emulator/states/api/redrive.h"

namespace bedlam::states {
namespace {

std::string without_label(const std::string& text) {
  return text.substr(0, text.find('/'));
}

Result<MapRun*, aws::Error> named_map_run(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "mapRunArn");
  auto parsed = parse_arn(arn, "mapRun");
  if (!parsed) return parsed.error();
  MapRun* run = account.find_map_run(arn);
  if (run == nullptr) return errors::resource_not_found(arn);
  return run;
}

Json map_run_dates(const Account& account, const MapRun& run) {
  Json dates{{"startDate", to_epoch_seconds(account.scheduler().wall(run.started))}};
  if (run.stopped) dates["stopDate"] = to_epoch_seconds(account.scheduler().wall(*run.stopped));
  return dates;
}

// Recorded: without counts of redrives.
Json counts_of(const MapRunCounts& counts) {
  return {{"pending", counts.pending},     {"running", counts.running},
          {"succeeded", counts.succeeded}, {"failed", counts.failed},
          {"timedOut", counts.timed_out},  {"aborted", counts.aborted},
          {"total", counts.total()},       {"resultsWritten", counts.results_written}};
}

}  // namespace

MapRun* Account::find_map_run(std::string_view arn) {
  forget_old();
  const auto found = map_runs_.find(arn);
  return found == map_runs_.end() ? nullptr : found->second.get();
}

std::vector<const MapRun*> Account::map_runs_of(std::string_view execution_arn) {
  forget_old();
  std::vector<const MapRun*> runs;
  const auto found = map_runs_of_.find(execution_arn);
  if (found == map_runs_of_.end()) return runs;
  for (auto arn = found->second.rbegin(); arn != found->second.rend(); ++arn) {
    runs.push_back(map_runs_.at(*arn).get());
  }
  return runs;
}

// A label that is made up is the same for all executions of the machine.
std::shared_ptr<MapRun> Account::open_map_run(const Execution::Identity& parent,
                                              const std::string& label, const std::string& state) {
  const std::string machine = without_label(parent.state_machine_arn);
  const std::string given =
      label.empty() ? Random(fingerprint(machine + "\n" + state)).uuid() : label;
  auto run = std::make_shared<MapRun>();
  run->state_machine_arn = machine + "/" + given;
  run->state_machine_name = without_label(parent.state_machine_name) + "/" + given;
  run->arn = map_run_arn(run->state_machine_arn, next_uuid());
  run->execution_arn = parent.arn;
  run->started = scheduler_.now();
  map_runs_[run->arn] = run;
  map_runs_of_[parent.arn].push_back(run->arn);
  return run;
}

MapChild Account::start_child(const MapRun& run, const Execution::Identity& parent,
                              ChildStart start, std::function<void()> closed) {
  ExecutionRecord record;
  record.number = ++executions_started_;
  record.name = next_uuid();
  record.arn = start.definition->is_express()
                   ? express_arn(run.state_machine_arn, record.name, next_uuid())
                   : execution_arn(run.state_machine_arn, record.name);
  record.state_machine_arn = run.state_machine_arn;
  record.state_machine_name = run.state_machine_name;
  record.map_run_arn = run.arn;
  record.input = bedlam::to_text(start.input);
  if (const ExecutionRecord* around = find_execution(parent.arn)) {
    record.revision = around->revision;
  }
  record.execution = std::make_shared<Execution>(
      std::move(start.definition),
      Execution::Identity{record.arn, record.name, parent.role_arn, run.state_machine_arn,
                          run.state_machine_name, parent.region, parent.test_case,
                          parent.mocked_calls},
      std::move(start.input),
      Execution::Surroundings{scheduler_, dispatcher_, random_.derive("execution", record.number),
                              &task_tokens_, &activities_, this},
      record.input);
  MapChild child{record.arn, record.name, record.execution};
  launch(std::move(record), Execution::FirstTurn::kAtOnce,
         [closed = std::move(closed)](const ExecutionRecord&) { closed(); });
  return child;
}

bool Account::redrive_child(const MapChild& child, std::function<void()> closed) {
  const ExecutionRecord* const record = find_execution(child.arn);
  if (record == nullptr || !why_not_redrivable(*this, *record).empty()) return false;
  redrive(*record, nullptr, std::move(closed));
  return true;
}

void Account::forget_map_runs(std::string_view execution_arn) {
  const auto found = map_runs_of_.find(execution_arn);
  if (found == map_runs_of_.end()) return;
  for (const std::string& arn : found->second) map_runs_.erase(arn);
  map_runs_of_.erase(found);
}

Answer describe_map_run(Account& account, const Request& request) {
  const Result<MapRun*, aws::Error> found = named_map_run(account, request);
  if (!found) return found.error();
  const MapRun& run = **found;
  Json answer{
      {"mapRunArn", run.arn}, {"executionArn", run.execution_arn}, {"status", to_text(run.status)}};
  answer.update(map_run_dates(account, run));
  answer["maxConcurrency"] = run.max_concurrency;
  answer["toleratedFailurePercentage"] = run.tolerated_failure_percentage;
  answer["toleratedFailureCount"] = run.tolerated_failure_count;
  answer["itemCounts"] = counts_of(run.items);
  answer["executionCounts"] = counts_of(run.executions);
  if (run.redriven) {
    answer["redriveCount"] = run.redrives;
    answer["redriveDate"] = to_epoch_seconds(account.scheduler().wall(*run.redriven));
  }
  return answer;
}

Answer list_map_runs(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "executionArn");
  auto parsed = parse_arn(arn, "execution");
  if (!parsed) return parsed.error();
  if (account.find_execution(arn) == nullptr) return errors::execution_does_not_exist(arn);
  auto page =
      Page::of(request.body, "ListMapRuns " + arn, account.random(), account.scheduler().now());
  if (!page) return page.error();
  const std::vector<const MapRun*> runs = account.map_runs_of(arn);
  // Places count from the oldest, so that a page goes on where the last ended.
  std::size_t at = runs.size() - std::min(page->after_number(UINT64_MAX), runs.size());
  Json listed = Json::array();
  for (; at < runs.size() && listed.size() < page->size(); ++at) {
    Json item{{"executionArn", runs[at]->execution_arn},
              {"mapRunArn", runs[at]->arn},
              {"stateMachineArn", runs[at]->state_machine_arn}};
    item.update(map_run_dates(account, *runs[at]));
    listed.push_back(std::move(item));
  }
  Json answer{{"mapRuns", std::move(listed)}};
  if (at < runs.size()) answer["nextToken"] = page->token(std::to_string(runs.size() - at));
  return answer;
}

Answer update_map_run(Account& account, const Request& request) {
  const Result<MapRun*, aws::Error> found = named_map_run(account, request);
  if (!found) return found.error();
  MapRun& run = **found;
  if (run.stopped) return errors::map_run_is_over(run.arn);
  if (const Json* most = find(request.body, "maxConcurrency")) {
    run.max_concurrency = most->get<std::uint64_t>();
  }
  if (const Json* count = find(request.body, "toleratedFailureCount")) {
    run.tolerated_failure_count = count->get<std::uint64_t>();
  }
  if (const Json* percentage = find(request.body, "toleratedFailurePercentage")) {
    run.tolerated_failure_percentage = percentage->get<double>();
  }
  const std::function<void()> updated = run.updated;  // `run` may be forgotten in it
  if (updated) updated();
  return Json::object();
}

}  // namespace bedlam::states
