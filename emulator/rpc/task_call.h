// What a workflow's task tells beside its call. Services that are scripted look at it; real ones
// need not.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "emulator/base/json.h"

namespace bedlam::rpc {

struct TaskCall {
  // The part behind "arn:aws:states:::": "sqs:sendMessage.waitForTaskToken"; or a function's ARN.
  std::string resource;
  std::shared_ptr<const Json> parameters;  // never null
  std::string state;                       // the state's name
  std::string state_machine;               // its name
  std::uint64_t visit = 0;                 // of the state: the same for each of its tries
  std::uint64_t entered_event = 0;         // of the state; a Retry around it enters it again
  std::string test_case;                   // of the mock configuration; "" where none was asked for
  // Which call of that state it is in its execution, from 0; counted where there is a test case.
  std::uint64_t number = 0;
  std::string token;  // of a task that waits for its token
  // The second call of a `.sync` task: it is answered when the job that the first one submitted is
  // over. Both have the same invocation id.
  bool completion = false;
};

// A reply to a task with this header is the task's result as it stands: JSON.
inline constexpr std::string_view kTaskResultHeader = "x-bedlam-task-result";
// A reply to a task with this header is the task's failure: the header is the error's name, the
// body its cause, and without a body it has none.
inline constexpr std::string_view kTaskErrorHeader = "x-bedlam-task-error";

}  // namespace bedlam::rpc
