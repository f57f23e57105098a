// What the operations on executions share.
#pragma once

#include <string_view>

#include "emulator/states/api/operation.h"

namespace bedlam::states {

// The machine and the checked input that a start asks for. Errors: InvalidArn, ValidationException
// for a labelled ARN, InvalidName, InvalidExecutionInput, StateMachineDoesNotExist.
struct Starting {
  const StateMachine* machine;
  Account::Start start;  // with a name, made up where the caller gave none
};
Result<Starting, aws::Error> starting(Account& account, const Request& request);

// startDate, stopDate, status, error, cause, input and output with their details: what
// DescribeExecution and StartSyncExecution have in common.
void add_outcome(Json& answer, const Account& account, const ExecutionRecord& record,
                 bool metadata_only);

}  // namespace bedlam::states
