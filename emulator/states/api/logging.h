// loggingConfiguration of state machines, and the log events of their executions (developer guide,
// "Using CloudWatch Logs to log execution history"; the form of the events is recorded).
//
// Differs from AWS: no stream is made to validate the delivery; executions that start in the same
// minute share a stream.
#pragma once

#include <optional>

#include "emulator/aws/error.h"
#include "emulator/base/json.h"
#include "emulator/states/api/account.h"

namespace bedlam::states {

// What Describe shows where nothing was configured (recorded).
Json with_logging_defaults(const Json* given);

// InvalidLoggingConfiguration: anything but OFF needs exactly one destination, which exists; more
// than one is never right (recorded).
std::optional<aws::Error> check_logging(const Account& account, const Json& logging);

// Before it starts: the execution writes its events where its revision says, as far as the level
// there goes.
void log_events_of(const Account& account, const ExecutionRecord& record);

}  // namespace bedlam::states
