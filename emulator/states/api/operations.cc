#include "emulator/states/api/operation.h"
#include "emulator/states/api/shapes.h"

namespace bedlam::states {

std::span<const Operation> operations() {
  static const Operation kOperations[] = {
      {"CreateStateMachine", shapes::kCreateStateMachine, create_state_machine},
      {"UpdateStateMachine", shapes::kUpdateStateMachine, update_state_machine},
      {"DescribeStateMachine", shapes::kDescribeStateMachine, describe_state_machine},
      {"DescribeStateMachineForExecution", shapes::kDescribeExecution,
       describe_state_machine_for_execution},
      {"ListStateMachines", shapes::kListStateMachines, list_state_machines},
      {"DeleteStateMachine", shapes::kDeleteStateMachine, delete_state_machine},
      {"PublishStateMachineVersion", shapes::kPublishStateMachineVersion,
       publish_state_machine_version},
      {"ListStateMachineVersions", shapes::kListStateMachineVersions, list_state_machine_versions},
      {"DeleteStateMachineVersion", shapes::kDeleteStateMachineVersion,
       delete_state_machine_version},
      {"CreateStateMachineAlias", shapes::kCreateStateMachineAlias, create_state_machine_alias},
      {"UpdateStateMachineAlias", shapes::kUpdateStateMachineAlias, update_state_machine_alias},
      {"DescribeStateMachineAlias", shapes::kDescribeStateMachineAlias,
       describe_state_machine_alias},
      {"ListStateMachineAliases", shapes::kListStateMachineVersions, list_state_machine_aliases},
      {"DeleteStateMachineAlias", shapes::kDescribeStateMachineAlias, delete_state_machine_alias},
      {"StartExecution", shapes::kStartExecution, start_execution},
      {"StartSyncExecution", shapes::kStartSyncExecution, nullptr, start_sync_execution},
      {"StopExecution", shapes::kStopExecution, stop_execution},
      {"RedriveExecution", shapes::kRedriveExecution, redrive_execution},
      {"DescribeExecution", shapes::kDescribeExecution, nullptr, describe_execution},
      {"ListExecutions", shapes::kListExecutions, list_executions},
      {"GetExecutionHistory", shapes::kGetExecutionHistory, get_execution_history},
      {"DescribeMapRun", shapes::kDescribeMapRun, describe_map_run},
      {"ListMapRuns", shapes::kListMapRuns, list_map_runs},
      {"UpdateMapRun", shapes::kUpdateMapRun, update_map_run},
      {"ValidateStateMachineDefinition", shapes::kValidateStateMachineDefinition,
       validate_state_machine_definition},
      {"TestState", shapes::kTestState, nullptr, test_state},
      {"CreateActivity", shapes::kCreateActivity, create_activity},
      {"DescribeActivity", shapes::kDescribeActivity, describe_activity},
      {"ListActivities", shapes::kListStateMachines, list_activities},
      {"DeleteActivity", shapes::kDescribeActivity, delete_activity},
      {"GetActivityTask", shapes::kGetActivityTask, nullptr, get_activity_task},
      {"SendTaskSuccess", shapes::kSendTaskSuccess, send_task_success},
      {"SendTaskFailure", shapes::kSendTaskFailure, send_task_failure},
      {"SendTaskHeartbeat", shapes::kSendTaskHeartbeat, send_task_heartbeat},
      {"TagResource", shapes::kTagResource, tag_resource},
      {"UntagResource", shapes::kUntagResource, untag_resource},
      {"ListTagsForResource", shapes::kListTagsForResource, list_tags_for_resource},
  };
  return kOperations;
}

}  // namespace bedlam::states
