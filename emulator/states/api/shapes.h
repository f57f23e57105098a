// The requests of the operations that exist, member for member as botocore's model
// `stepfunctions/2016-11-23/service-2.json` has them.
#pragma once

#include "emulator/states/api/request.h"

namespace bedlam::states::shapes {

extern const Shape kCreateStateMachine;
extern const Shape kUpdateStateMachine;
extern const Shape kDescribeStateMachine;
extern const Shape kListStateMachines;
extern const Shape kDeleteStateMachine;
extern const Shape kStartExecution;
extern const Shape kStartSyncExecution;
extern const Shape kStopExecution;
extern const Shape kDescribeExecution;  // and DescribeStateMachineForExecution
extern const Shape kListExecutions;
extern const Shape kGetExecutionHistory;
extern const Shape kDescribeMapRun;
extern const Shape kListMapRuns;
extern const Shape kUpdateMapRun;
extern const Shape kValidateStateMachineDefinition;
extern const Shape kTestState;
extern const Shape kCreateActivity;
extern const Shape kDescribeActivity;  // and DeleteActivity
extern const Shape kGetActivityTask;
extern const Shape kSendTaskSuccess;
extern const Shape kSendTaskFailure;
extern const Shape kSendTaskHeartbeat;
extern const Shape kTagResource;
extern const Shape kUntagResource;
extern const Shape kListTagsForResource;

// shapes_versions.cc
extern const Shape kRedriveExecution;
extern const Shape kPublishStateMachineVersion;
extern const Shape kListStateMachineVersions;  // and ListStateMachineAliases
extern const Shape kDeleteStateMachineVersion;
extern const Shape kCreateStateMachineAlias;
extern const Shape kUpdateStateMachineAlias;
extern const Shape kDescribeStateMachineAlias;  // and DeleteStateMachineAlias

}  // namespace bedlam::states::shapes
