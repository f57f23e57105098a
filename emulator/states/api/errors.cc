#include "emulator/states/api/errors.h"

#include <algorithm>
#include <array>
#include <utility>

namespace bedlam::states::errors {
namespace {

aws::Error error(std::string code, std::string message) {
  return {std::move(code), 400, std::move(message), Json::object()};
}

std::string quoted(std::string_view prefix, std::string_view value) {
  return std::string(prefix) + ": '" + std::string(value) + "'";
}

aws::Error invalid_arn(std::string_view reason) {
  return error("InvalidArn", quoted("Invalid Arn", reason));
}

// Modelled by the service, unlike the constraint failures of the same name: it carries a reason.
aws::Error refused_by_service(std::string message, std::string_view reason) {
  aws::Error refused = error("ValidationException", std::move(message));
  refused.members["reason"] = reason;
  return refused;
}

aws::Error bad_routes(std::string message) {
  return refused_by_service(std::move(message), "INVALID_ROUTING_CONFIGURATION");
}

std::string listed(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return "[" + text + "]";
}

// Measured on AWS for the service's own errors and for constraints (facts section 1); Coral's for
// requests that never reached the service.
std::string_view name_space(const aws::Error& error) {
  constexpr std::array<std::string_view, 7> kCoral{"SerializationException",
                                                   "UnknownOperationException",
                                                   "UnrecognizedClientException",
                                                   "InvalidSignatureException",
                                                   "ExpiredTokenException",
                                                   "IncompleteSignatureException",
                                                   "MissingAuthenticationTokenException"};
  if (std::find(kCoral.begin(), kCoral.end(), error.code) != kCoral.end()) {
    return "com.amazon.coral.service#";
  }
  if (error.code == "ValidationException" && !error.members.contains("reason")) {
    return "com.amazon.coral.validate#";
  }
  return "com.amazonaws.swf.service.v2.model#";
}

}  // namespace

aws::Error turned_away(aws::Error error) {
  error.http_status = 400;
  if (error.code == "MissingAuthenticationTokenException") {
    error.message = "Request is missing Authentication Token";
  }
  return error;
}

aws::Error unknown_operation() {
  return error("UnknownOperationException", "");
}

aws::Error malformed_body(std::string_view reason) {
  return error("SerializationException", std::string(reason));
}

aws::Error constraints_failed(const std::vector<std::string>& failures) {
  std::string message = std::to_string(failures.size()) + " validation error" +
                        (failures.size() == 1 ? "" : "s") + " detected: ";
  for (std::size_t i = 0; i < failures.size(); ++i) message += (i > 0 ? "; " : "") + failures[i];
  return error("ValidationException", std::move(message));
}

aws::Error invalid_name(std::string_view name) {
  return error("InvalidName", quoted("Invalid Name", name));
}

aws::Error invalid_arn_prefix(std::string_view arn) {
  return invalid_arn("Invalid ARN prefix: " + std::string(arn));
}

aws::Error wrong_resource_type(std::string_view type) {
  return invalid_arn("Resource type not valid in this context: " + std::string(type));
}

// Unverified text.
aws::Error invalid_role_arn(std::string_view arn) {
  return error("InvalidArn", quoted("Invalid Role Arn", arn));
}

aws::Error invalid_token() {
  return error("InvalidToken", "Invalid Token: 'Invalid token'");
}

aws::Error state_machine_does_not_exist(std::string_view arn) {
  return error("StateMachineDoesNotExist", quoted("State Machine Does Not Exist", arn));
}

aws::Error state_machine_already_exists(std::string_view arn) {
  return error("StateMachineAlreadyExists", quoted("State Machine Already Exists", arn));
}

// Unverified text.
aws::Error state_machine_limit_exceeded() {
  return error("StateMachineLimitExceeded", "State Machine Limit Exceeded");
}

aws::Error type_not_supported() {
  return error("StateMachineTypeNotSupported",
               "This operation is not supported by this type of state machine");
}

aws::Error invalid_definition(const std::vector<Finding>& findings) {
  std::string reasons;
  for (const Finding& finding : findings) {
    if (finding.severity != Finding::Severity::kError) continue;
    if (!reasons.empty()) reasons += ", ";
    reasons += finding.code + ": " + finding.message;
    // The parser's message names its place itself.
    if (finding.code == "INVALID_JSON_DESCRIPTION" || finding.location.empty()) continue;
    reasons += " at " + finding.location;
  }
  return error("InvalidDefinition", quoted("Invalid State Machine Definition", reasons));
}

aws::Error nothing_to_update() {
  return error("MissingRequiredParameter",
               "Either the definition, the role ARN, the LoggingConfiguration, or the "
               "TracingConfiguration must be specified");
}

aws::Error version_description_without_publish() {
  return refused_by_service("Version description can only be set when publish is true",
                            "MISSING_REQUIRED_PARAMETER");
}

aws::Error not_one_log_destination() {
  return error("InvalidLoggingConfiguration",
               "Invalid Logging Configuration: Must specify exactly one Log Destination.");
}

// Unverified texts.
aws::Error kms_key_missing() {
  return error("InvalidEncryptionConfiguration",
               "Invalid Encryption Configuration: kmsKeyId is required when type is "
               "CUSTOMER_MANAGED_KMS_KEY");
}

aws::Error kms_key_not_asked_for() {
  return error("InvalidEncryptionConfiguration",
               "Invalid Encryption Configuration: kmsKeyId and kmsDataKeyReusePeriodSeconds are "
               "only valid when type is CUSTOMER_MANAGED_KMS_KEY");
}

aws::Error log_destination_not_found() {
  return error("InvalidLoggingConfiguration",
               "Invalid Logging Configuration: Log Destination not found.");
}

// Unverified text; the reason is the model's.
aws::Error labelled_arn() {
  return refused_by_service("This operation does not support labeled state machine ARNs",
                            "API_DOES_NOT_SUPPORT_LABELED_ARNS");
}

// Unverified text; the model says ValidationException.
aws::Error qualified_arn(std::string_view arn) {
  return refused_by_service(
      "This operation does not support qualified state machine ARNs: '" + std::string(arn) + "'",
      "MISSING_REQUIRED_PARAMETER");
}

// Recorded with two revisions. What stands for the first one, which has no id, is unverified.
aws::Error revision_is_not_current(std::string_view wanted, std::string_view current) {
  return error("ConflictException", "Failed to publish the State Machine version for revision " +
                                        std::string(wanted) +
                                        ". The current State Machine revision is " +
                                        std::string(current.empty() ? "INITIAL" : current) + ".");
}

aws::Error version_in_use(const std::vector<std::string>& alias_names) {
  return error("ConflictException",
               "Version to be deleted must not be referenced by an alias. Current list of aliases "
               "referencing this version: " +
                   listed(alias_names));
}

// Unverified texts.
aws::Error too_many_versions() {
  return error("ServiceQuotaExceededException",
               "The maximum number of versions for the state machine has been reached");
}

aws::Error too_many_aliases() {
  return error("ServiceQuotaExceededException",
               "The maximum number of aliases for the state machine has been reached");
}

aws::Error routes_without_versions(const std::vector<std::string>& arns) {
  return bad_routes("Routing configuration must contain state machine version ARNs. Received: " +
                    listed(arns));
}

aws::Error routes_not_distinct(const std::vector<std::string>& arns) {
  return bad_routes(
      "Routing configuration must contain distinct state machine version ARNs. Received: " +
      listed(arns));
}

// Unverified text.
aws::Error routes_of_several_machines(const std::vector<std::string>& arns) {
  return bad_routes(
      "Routing configuration must contain versions of the same state machine. Received: " +
      listed(arns));
}

aws::Error weights_not_100(const std::vector<std::int64_t>& weights) {
  std::vector<std::string> texts;
  for (const std::int64_t weight : weights) texts.push_back(std::to_string(weight));
  return bad_routes("Sum of routing configuration weights must equal 100. Received: " +
                    listed(texts));
}

aws::Error alias_differs() {
  return error("ConflictException",
               "Failed to create alias because an alias with the same name and a different "
               "routing configuration already exists.");
}

// Unverified text.
aws::Error nothing_to_update_of_alias() {
  return refused_by_service("Either the description or the routingConfiguration must be specified",
                            "MISSING_REQUIRED_PARAMETER");
}

aws::Error referenced_resource_missing(std::string_view arn) {
  aws::Error missing =
      error("ResourceNotFound", "Request references a resource that does not exist.");
  missing.members["resourceName"] = arn;
  return missing;
}

aws::Error test_refused(std::string message) {
  return error("ValidationException", std::move(message));
}

aws::Error role_needed_for_task() {
  return test_refused("RoleArn must be specified when testing a Task state");
}

aws::Error not_one_mock_field() {
  return test_refused(
      "A test mock should have only one of the following fields: [result, errorOutput].");
}

aws::Error mock_is_no_json() {
  return test_refused("Mocked result must be valid JSON");
}

aws::Error mock_is_no_array() {
  return test_refused("Mocked result must be an array.");
}

aws::Error mock_is_no_object() {
  return test_refused("Mocked result must be a JSON object.");
}

aws::Error mock_has_other_size() {
  return test_refused(
      "Mocked result must contain the same number of items as number of Parallel branches.");
}

aws::Error mock_not_supported(std::string_view type) {
  return test_refused("State type '" + std::string(type) +
                      "' is not supported when a mock is specified");
}

// Recorded of MapIterationFailureCount and RevealSecrets; the others by analogy.
aws::Error only_with_mock(std::string_view what) {
  return test_refused("TestState does not support " + std::string(what) +
                      " when a mock is not specified.");
}

aws::Error only_without_mock(std::string_view what) {
  return test_refused("TestState does not support " + std::string(what) +
                      " when a mock is specified.");
}

aws::Error mock_needed_for_container() {
  return error("InvalidDefinition",
               "TestState API does not support Map or Parallel states. Supported state types "
               "include: [Task, Wait, Pass, Succeed, Fail, Choice]");
}

// Unverified text.
aws::Error mock_needed_for_pattern(std::string_view resource) {
  return error("InvalidDefinition", "TestState API does not support the resource '" +
                                        std::string(resource) + "' when a mock is not specified");
}

aws::Error state_not_found() {
  return test_refused("State not found in definition");
}

aws::Error invalid_context(std::string_view reason) {
  return test_refused("Invalid Context object provided: " + std::string(reason));
}

// Unverified text.
aws::Error invalid_variables() {
  return test_refused("Invalid variables provided: must be a JSON object");
}

aws::Error mock_field(std::string_view field, std::string_view complaint) {
  return test_refused("Mock result schema validation error: Field '" + std::string(field) + "' " +
                      std::string(complaint));
}

aws::Error mock_field_missing(std::string_view field) {
  return test_refused("Mock result schema validation error: Required field '" + std::string(field) +
                      "' is missing");
}

aws::Error execution_does_not_exist(std::string_view arn) {
  return error("ExecutionDoesNotExist", quoted("Execution Does Not Exist", arn));
}

aws::Error execution_already_exists(std::string_view arn) {
  return error("ExecutionAlreadyExists", quoted("Execution Already Exists", arn));
}

// Unverified text.
aws::Error execution_limit_exceeded() {
  return error("ExecutionLimitExceeded", "Execution Limit Exceeded");
}

// Unverified text.
aws::Error execution_not_redrivable(std::string_view reason) {
  return error("ExecutionNotRedrivable", quoted("Execution Not Redrivable", reason));
}

aws::Error invalid_execution_input(std::string_view reason) {
  return error("InvalidExecutionInput", quoted("Invalid State Machine Execution Input", reason));
}

// Unverified text; the reason is the model's.
aws::Error neither_machine_nor_map_run() {
  return refused_by_service("Exactly one of stateMachineArn and mapRunArn must be specified",
                            "MISSING_REQUIRED_PARAMETER");
}

aws::Error activity_does_not_exist(std::string_view arn) {
  return error("ActivityDoesNotExist", quoted("Activity Does Not Exist", arn));
}

// Unverified text.
aws::Error activity_limit_exceeded() {
  return error("ActivityLimitExceeded", "Activity Limit Exceeded");
}

// Unverified text.
aws::Error invalid_output(std::string_view reason) {
  return error("InvalidOutput", quoted("Invalid Output", reason));
}

// Quoted in public logs.
aws::Error task_timed_out() {
  return error("TaskTimedOut", quoted("Task Timed Out", "Provided task does not exist anymore"));
}

// Ours: AWS has no mock configurations.
aws::Error no_such_test_case(std::string_view machine, std::string_view test_case) {
  return refused_by_service("The mock configuration has no test case '" + std::string(test_case) +
                                "' for the state machine '" + std::string(machine) + "'",
                            "MISSING_REQUIRED_PARAMETER");
}

// The reason is the model's, the text unverified.
aws::Error map_run_is_over(std::string_view arn) {
  return refused_by_service("Cannot update a completed Map Run: '" + std::string(arn) + "'",
                            "CANNOT_UPDATE_COMPLETED_MAP_RUN");
}

aws::Error resource_not_found(std::string_view arn) {
  aws::Error missing = error("ResourceNotFound", quoted("Resource not found", arn));
  missing.members["resourceName"] = arn;
  return missing;
}

// Unverified text; resourceName is the model's.
aws::Error too_many_tags(std::string_view arn) {
  aws::Error too_many = error("TooManyTags", quoted("Too many tags", arn));
  too_many.members["resourceName"] = arn;
  return too_many;
}

// Unverified: the model has no error for it.
aws::Error reserved_tag_key(std::string_view key) {
  return constraints_failed({"Value '" + std::string(key) +
                             "' at 'tags' failed to satisfy constraint: Member must not start "
                             "with 'aws:'"});
}

rpc::Reply to_reply(const aws::Error& error, std::string request_id) {
  Json body = {{"__type", std::string(name_space(error)) + error.code}};
  if (!error.message.empty()) body["message"] = error.message;
  body.update(error.members);
  rpc::Reply reply = rpc::plain_reply(
      error.http_status,
      {{"x-amzn-RequestId", std::move(request_id)}, {"Content-Type", "application/x-amz-json-1.0"}},
      bedlam::to_text(body));
  reply.note.outcome = error.code;
  return reply;
}

}  // namespace bedlam::states::errors
