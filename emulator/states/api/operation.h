// An operation of the API: its name, what it takes, and the function that answers it. All of them
// stand in operations.cc; each group has a file of its own.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "emulator/aws/error.h"
#include "emulator/base/json.h"
#include "emulator/base/result.h"
#include "emulator/rpc/call.h"
#include "emulator/states/api/account.h"
#include "emulator/states/api/request.h"

namespace bedlam::states {

struct Request {
  const Json& body;  // checked against the operation's shape
  const rpc::Caller& caller;
  const rpc::TaskCall* task = nullptr;  // where a workflow's task calls
};

using Answer = Result<Json, aws::Error>;
using AnswerTo = std::function<void(Answer)>;

struct Operation {
  std::string_view name;
  Shape input;
  // One of the two: at once, or when something has happened.
  Answer (*answer)(Account&, const Request&) = nullptr;
  void (*answer_later)(Account&, const Request&, AnswerTo) = nullptr;
};

std::span<const Operation> operations();

// state_machines.cc
Answer create_state_machine(Account&, const Request&);
Answer update_state_machine(Account&, const Request&);
Answer describe_state_machine(Account&, const Request&);
Answer describe_state_machine_for_execution(Account&, const Request&);
Answer list_state_machines(Account&, const Request&);
Answer delete_state_machine(Account&, const Request&);

// versions.cc
Answer publish_state_machine_version(Account&, const Request&);
Answer list_state_machine_versions(Account&, const Request&);
Answer delete_state_machine_version(Account&, const Request&);

// aliases.cc
Answer create_state_machine_alias(Account&, const Request&);
Answer update_state_machine_alias(Account&, const Request&);
Answer describe_state_machine_alias(Account&, const Request&);
Answer list_state_machine_aliases(Account&, const Request&);
Answer delete_state_machine_alias(Account&, const Request&);

// executions.cc
Answer start_execution(Account&, const Request&);
Answer stop_execution(Account&, const Request&);
void describe_execution(Account&, const Request&, AnswerTo);
Answer list_executions(Account&, const Request&);

// activities.cc
Answer create_activity(Account&, const Request&);
Answer describe_activity(Account&, const Request&);
Answer list_activities(Account&, const Request&);
Answer delete_activity(Account&, const Request&);
void get_activity_task(Account&, const Request&, AnswerTo);
Answer send_task_success(Account&, const Request&);
Answer send_task_failure(Account&, const Request&);
Answer send_task_heartbeat(Account&, const Request&);
// redrive.cc
Answer redrive_execution(Account&, const Request&);

// map_runs.cc
Answer describe_map_run(Account&, const Request&);
Answer list_map_runs(Account&, const Request&);
Answer update_map_run(Account&, const Request&);

// sync_executions.cc
void start_sync_execution(Account&, const Request&, AnswerTo);

// history.cc
Answer get_execution_history(Account&, const Request&);

// tags.cc
Answer tag_resource(Account&, const Request&);
Answer untag_resource(Account&, const Request&);
Answer list_tags_for_resource(Account&, const Request&);

// validation.cc
Answer validate_state_machine_definition(Account&, const Request&);

// test_state.cc
void test_state(Account&, const Request&, AnswerTo);

}  // namespace bedlam::states
