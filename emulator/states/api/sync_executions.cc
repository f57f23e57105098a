// StartSyncExecution: answers when the Express execution is over.
#include <utility>

#include "emulator/states/api/errors.h"
#include "emulator/states/api/executions.h"

namespace bedlam::states {
namespace {

// What Express executions are billed by (Step Functions pricing, "Express Workflows": duration in
// steps of 100 ms, memory in steps of 64 MB). Memory grows with data in AWS; one step is recorded
// for small workflows, and this emulator has no other.
constexpr std::int64_t kBilledStepMs = 100;
constexpr std::int64_t kBilledMemoryMb = 64;

Json billing(Duration took) {
  const Duration step = std::chrono::milliseconds(kBilledStepMs);
  const std::int64_t steps = std::max<std::int64_t>(1, (took + step - Duration(1)) / step);
  return {{"billedMemoryUsedInMB", kBilledMemoryMb},
          {"billedDurationInMilliseconds", steps * kBilledStepMs}};
}

Json sync_answer(const Account& account, const ExecutionRecord& record, bool metadata_only) {
  Json answer = {{"executionArn", record.arn},
                 {"stateMachineArn", record.state_machine_arn},
                 {"name", record.name}};
  add_outcome(answer, account, record, metadata_only);
  const Execution& execution = *record.execution;
  // The model has no ABORTED here: the machine was deleted, or the emulator reset.
  if (execution.status() == ExecutionStatus::kAborted) answer["status"] = "FAILED";
  // Present even where there is no output (recorded).
  answer["outputDetails"] = {{"included", !metadata_only}};
  const Instant stopped = execution.stopped().value_or(account.scheduler().now());
  answer["billingDetails"] = billing(stopped - execution.started());
  return answer;
}

}  // namespace

void start_sync_execution(Account& account, const Request& request, AnswerTo answer_to) {
  auto asked = starting(account, request);
  if (!asked) return answer_to(asked.error());
  if (!asked->machine->is_express()) return answer_to(errors::type_not_supported());
  if (account.open_executions() >= kMaxOpenExecutions) {
    return answer_to(errors::execution_limit_exceeded());
  }
  const bool metadata_only = text_or(request.body, "includedData") == "METADATA_ONLY";
  account.start(*asked->machine, std::move(asked->start),
                [&account, metadata_only, answer_to](const ExecutionRecord& record) {
                  answer_to(sync_answer(account, record, metadata_only));
                });
}

}  // namespace bedlam::states
