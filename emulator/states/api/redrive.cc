// RedriveExecution, and what Describe and List tell of redrives (developer guide, "Restarting state
// machine executions with redrive").
#include "emulator/states/api/redrive.h"

#include <algorithm>

#include "emulator/states/api/arn.h"
#include "emulator/states/api/errors.h"
#include "emulator/states/machine/run.h"

namespace bedlam::states {
namespace {

// Developer guide: fourteen days after its end, a thousand redrives, and room for at least one
// event beside ExecutionRedriven. Client tokens hold for a quarter of an hour (model).
constexpr std::chrono::hours kRedrivablePeriod{14 * 24};
constexpr std::uint64_t kMaxRedrives = 1'000;
constexpr std::size_t kMaxRedrivableEvents = kMaxHistoryEvents - 1;
constexpr std::chrono::minutes kClientTokenLifetime{15};

}  // namespace

// The texts are the model's (DescribeExecutionOutput, "redriveStatusReason").
std::string why_not_redrivable(const Account& account, const ExecutionRecord& record) {
  const Execution& execution = *record.execution;
  const ExecutionStatus status = execution.status();
  const Instant now = account.scheduler().now();
  if (status == ExecutionStatus::kRunning || status == ExecutionStatus::kSucceeded) {
    return "Execution is " + std::string(to_text(status)) + " and cannot be redriven";
  }
  if (execution.history().size() >= kMaxRedrivableEvents) {
    return "Execution history event limit exceeded";
  }
  if (now - execution.started() >= kMaxStandardDuration) {
    return "Execution has exceeded the max execution time";
  }
  if (now - execution.stopped().value_or(now) > kRedrivablePeriod) {
    return "Execution redrivable period exceeded";
  }
  if (execution.redrives() >= kMaxRedrives) return "Execution redrive limit exceeded";
  return "";
}

void add_redrive_status(Json& answer, const Account& account, const ExecutionRecord& record) {
  const std::string reason = why_not_redrivable(account, record);
  const bool by_map_run = !record.map_run_arn.empty();
  answer["redriveCount"] = record.execution->redrives();
  if (const auto redriven = record.execution->redriven()) {
    answer["redriveDate"] = to_epoch_seconds(account.scheduler().wall(*redriven));
  }
  answer["redriveStatus"] = !reason.empty() ? "NOT_REDRIVABLE"
                            : by_map_run    ? "REDRIVABLE_BY_MAP_RUN"
                                            : "REDRIVABLE";
  if (!reason.empty()) answer["redriveStatusReason"] = reason;
}

Answer redrive_execution(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "executionArn");
  const auto parsed = parse_arn(arn, "execution");
  if (!parsed) return parsed.error();
  const ExecutionRecord* const record = account.find_execution(arn);
  if (record == nullptr) return errors::execution_does_not_exist(arn);

  const Instant now = account.scheduler().now();
  const auto answer_at = [&](Instant instant) {
    return Json{{"redriveDate", to_epoch_seconds(account.scheduler().wall(instant))}};
  };
  const std::string* const token = find_text(request.body, "clientToken");
  if (token != nullptr) {
    const auto& known = record->redrives;
    const auto same = std::find_if(known.begin(), known.end(), [&](const Redrive& redrive) {
      return redrive.client_token == *token && now - redrive.at <= kClientTokenLifetime;
    });
    if (same != known.end()) return answer_at(same->at);
  }
  const std::string reason = why_not_redrivable(account, *record);
  if (!reason.empty()) return errors::execution_not_redrivable(reason);
  if (!record->map_run_arn.empty()) {
    return errors::execution_not_redrivable(
        "Execution is a child of a Map Run: redrive the execution that started the Map Run");
  }
  if (account.open_executions() >= kMaxOpenExecutions) return errors::execution_limit_exceeded();
  account.redrive(*record, token);
  return answer_at(now);
}

}  // namespace bedlam::states
