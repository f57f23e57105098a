// Which executions can be redriven, and what Describe and List tell of it.
#pragma once

#include <string>

#include "emulator/states/api/operation.h"

namespace bedlam::states {

// "" where it can be; else the reason, in AWS's words.
std::string why_not_redrivable(const Account& account, const ExecutionRecord& record);

// redriveCount, redriveDate, redriveStatus and redriveStatusReason.
void add_redrive_status(Json& answer, const Account& account, const ExecutionRecord& record);

}  // namespace bedlam::states
