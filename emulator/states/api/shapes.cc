#include "emulator/states/api/shapes.h"

namespace bedlam::states::shapes {
namespace {

using enum Member::Kind;

// Enumerations. The order of the first is recorded from AWS; of the others it is the model's.
constexpr std::string_view kExecutionStatuses[] = {"SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE",
                                                   "ABORTED",   "FAILED",    "RUNNING"};
constexpr std::string_view kTypes[] = {"STANDARD", "EXPRESS"};
constexpr std::string_view kLogLevels[] = {"ALL", "ERROR", "FATAL", "OFF"};
constexpr std::string_view kEncryptionTypes[] = {"AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY"};
constexpr std::string_view kIncludedData[] = {"ALL_DATA", "METADATA_ONLY"};
constexpr std::string_view kRedriveFilters[] = {"REDRIVEN", "NOT_REDRIVEN"};
constexpr std::string_view kSeverities[] = {"ERROR", "WARNING"};

constexpr Member arn(std::string_view name, bool required = true, std::int64_t max = 256) {
  return {.name = name, .required = required, .min = 1, .max = max};
}

constexpr Member page_size(std::int64_t max = 1000) {
  return {.name = "maxResults", .kind = kInteger, .min = 0, .max = max};
}

constexpr Member page_token(std::int64_t max = 1024) {
  return {.name = "nextToken", .min = 1, .max = max};
}

constexpr Member choice(std::string_view name, std::span<const std::string_view> values,
                        bool required = false) {
  return {.name = name, .required = required, .values = values};
}

constexpr Member flag(std::string_view name) {
  return {.name = name, .kind = kBoolean};
}

// The model's minimum of 1 is not enforced: AWS answers an empty definition as a bad one (facts,
// "ValidateStateMachineDefinition").
constexpr Member definition(bool required) {
  return {.name = "definition", .required = required, .sensitive = true, .max = 1'048'576};
}

constexpr Member kLogGroup[] = {arn("logGroupArn", false)};
constexpr Member kDestination[] = {
    {.name = "cloudWatchLogsLogGroup", .kind = kStructure, .members = kLogGroup}};
constexpr Member kLogging[] = {
    choice("level", kLogLevels),
    flag("includeExecutionData"),
    {.name = "destinations", .kind = kStructures, .members = kDestination}};
constexpr Member kTracing[] = {flag("enabled")};
constexpr Member kEncryption[] = {
    {.name = "kmsKeyId", .min = 1, .max = 2048},
    {.name = "kmsDataKeyReusePeriodSeconds", .kind = kInteger, .min = 60, .max = 900},
    choice("type", kEncryptionTypes, true)};
constexpr Member kTag[] = {{.name = "key", .min = 1, .max = 128},
                           {.name = "value", .min = 0, .max = 256}};

constexpr Member kName = {.name = "name", .min = 1, .max = 80};
constexpr Member kRequiredName = {.name = "name", .required = true, .min = 1, .max = 80};
constexpr Member kLoggingConfiguration = {
    .name = "loggingConfiguration", .kind = kStructure, .members = kLogging};
constexpr Member kTracingConfiguration = {
    .name = "tracingConfiguration", .kind = kStructure, .members = kTracing};
constexpr Member kEncryptionConfiguration = {
    .name = "encryptionConfiguration", .kind = kStructure, .members = kEncryption};
constexpr Member kVersionDescription = {
    .name = "versionDescription", .sensitive = true, .max = 256};
constexpr Member kInput = {.name = "input", .sensitive = true, .max = 262'144};
constexpr Member kTraceHeader = {.name = "traceHeader", .min = 0, .max = 256, .ascii = true};

constexpr Member kCreateStateMachineMembers[] = {
    kRequiredName,         definition(true),
    arn("roleArn"),        choice("type", kTypes),
    kLoggingConfiguration, {.name = "tags", .kind = kStructures, .members = kTag},
    kTracingConfiguration, flag("publish"),
    kVersionDescription,   kEncryptionConfiguration};
constexpr Member kUpdateStateMachineMembers[] = {
    arn("stateMachineArn"), definition(false), arn("roleArn", false), kLoggingConfiguration,
    kTracingConfiguration,  flag("publish"),   kVersionDescription,   kEncryptionConfiguration};
constexpr Member kDescribeStateMachineMembers[] = {arn("stateMachineArn"),
                                                   choice("includedData", kIncludedData)};
constexpr Member kListStateMachinesMembers[] = {page_size(), page_token()};
constexpr Member kDeleteStateMachineMembers[] = {arn("stateMachineArn")};
constexpr Member kStartExecutionMembers[] = {arn("stateMachineArn"), kName, kInput, kTraceHeader};
constexpr Member kStartSyncExecutionMembers[] = {
    arn("stateMachineArn"), kName, kInput, kTraceHeader, choice("includedData", kIncludedData)};
constexpr Member kStopExecutionMembers[] = {
    arn("executionArn"),
    {.name = "error", .sensitive = true, .min = 0, .max = 256},
    {.name = "cause", .sensitive = true, .min = 0, .max = 32'768}};
constexpr Member kDescribeExecutionMembers[] = {arn("executionArn"),
                                                choice("includedData", kIncludedData)};
constexpr Member kListExecutionsMembers[] = {arn("stateMachineArn", false),
                                             choice("statusFilter", kExecutionStatuses),
                                             page_size(),
                                             page_token(3096),
                                             arn("mapRunArn", false, 2000),
                                             choice("redriveFilter", kRedriveFilters)};
constexpr Member kGetExecutionHistoryMembers[] = {arn("executionArn"), page_size(),
                                                  flag("reverseOrder"), page_token(),
                                                  flag("includeExecutionData")};
constexpr Member kDescribeMapRunMembers[] = {arn("mapRunArn", true, 2000)};
constexpr Member kListMapRunsMembers[] = {arn("executionArn"), page_size(), page_token()};
constexpr Member kUpdateMapRunMembers[] = {
    arn("mapRunArn", true, 2000),
    {.name = "maxConcurrency", .kind = kInteger, .min = 0},
    {.name = "toleratedFailurePercentage", .kind = kNumber, .min = 0, .max = 100},
    {.name = "toleratedFailureCount", .kind = kInteger, .min = 0}};
constexpr Member kValidateMembers[] = {definition(true), choice("type", kTypes),
                                       choice("severity", kSeverities), page_size(100)};
constexpr std::string_view kInspectionLevels[] = {"INFO", "DEBUG", "TRACE"};
constexpr std::string_view kValidationModes[] = {"STRICT", "PRESENT", "NONE"};
constexpr Member kErrorOutput[] = {{.name = "error", .sensitive = true, .min = 0, .max = 256},
                                   {.name = "cause", .sensitive = true, .min = 0, .max = 32'768}};
constexpr Member kMock[] = {{.name = "result", .sensitive = true, .max = 262'144},
                            {.name = "errorOutput", .kind = kStructure, .members = kErrorOutput},
                            choice("fieldValidationMode", kValidationModes)};
constexpr Member kStateConfiguration[] = {
    {.name = "retrierRetryCount", .kind = kInteger, .min = 0},
    {.name = "errorCausedByState", .sensitive = true, .min = 1, .max = 80},
    {.name = "mapIterationFailureCount", .kind = kInteger, .min = 0},
    {.name = "mapItemReaderData", .sensitive = true, .max = 262'144}};
constexpr Member kTestStateMembers[] = {
    definition(true),
    arn("roleArn", false),
    kInput,
    choice("inspectionLevel", kInspectionLevels),
    flag("revealSecrets"),
    {.name = "variables", .sensitive = true, .max = 262'144},
    {.name = "stateName", .sensitive = true, .min = 1, .max = 80},
    {.name = "mock", .kind = kStructure, .members = kMock},
    {.name = "context", .sensitive = true, .max = 262'144},
    {.name = "stateConfiguration", .kind = kStructure, .members = kStateConfiguration}};
constexpr Member kCreateActivityMembers[] = {kRequiredName,
                                             {.name = "tags", .kind = kStructures, .members = kTag},
                                             kEncryptionConfiguration};
constexpr Member kDescribeActivityMembers[] = {arn("activityArn")};
constexpr Member kGetActivityTaskMembers[] = {arn("activityArn"),
                                              {.name = "workerName", .min = 1, .max = 80}};
constexpr Member kTaskToken = {.name = "taskToken", .required = true, .min = 1, .max = 2048};
constexpr Member kSendTaskSuccessMembers[] = {
    kTaskToken, {.name = "output", .required = true, .sensitive = true, .max = 262'144}};
constexpr Member kSendTaskFailureMembers[] = {
    kTaskToken,
    {.name = "error", .sensitive = true, .min = 0, .max = 256},
    {.name = "cause", .sensitive = true, .min = 0, .max = 32'768}};
constexpr Member kSendTaskHeartbeatMembers[] = {kTaskToken};
constexpr Member kTagResourceMembers[] = {
    arn("resourceArn"), {.name = "tags", .kind = kStructures, .required = true, .members = kTag}};
constexpr Member kUntagResourceMembers[] = {
    arn("resourceArn"),
    {.name = "tagKeys", .kind = kTexts, .required = true, .min = 1, .max = 128}};
constexpr Member kListTagsMembers[] = {arn("resourceArn")};

}  // namespace

const Shape kCreateStateMachine = kCreateStateMachineMembers;
const Shape kUpdateStateMachine = kUpdateStateMachineMembers;
const Shape kDescribeStateMachine = kDescribeStateMachineMembers;
const Shape kListStateMachines = kListStateMachinesMembers;
const Shape kDeleteStateMachine = kDeleteStateMachineMembers;
const Shape kStartExecution = kStartExecutionMembers;
const Shape kStartSyncExecution = kStartSyncExecutionMembers;
const Shape kStopExecution = kStopExecutionMembers;
const Shape kDescribeExecution = kDescribeExecutionMembers;
const Shape kListExecutions = kListExecutionsMembers;
const Shape kGetExecutionHistory = kGetExecutionHistoryMembers;
const Shape kDescribeMapRun = kDescribeMapRunMembers;
const Shape kListMapRuns = kListMapRunsMembers;
const Shape kUpdateMapRun = kUpdateMapRunMembers;
const Shape kValidateStateMachineDefinition = kValidateMembers;
const Shape kTestState = kTestStateMembers;
const Shape kCreateActivity = kCreateActivityMembers;
const Shape kDescribeActivity = kDescribeActivityMembers;
const Shape kGetActivityTask = kGetActivityTaskMembers;
const Shape kSendTaskSuccess = kSendTaskSuccessMembers;
const Shape kSendTaskFailure = kSendTaskFailureMembers;
const Shape kSendTaskHeartbeat = kSendTaskHeartbeatMembers;
const Shape kTagResource = kTagResourceMembers;
const Shape kUntagResource = kUntagResourceMembers;
const Shape kListTagsForResource = kListTagsMembers;

}  // namespace bedlam::states::shapes
