// The error texts of the Step Functions API, all of them. Where a text was recorded from AWS it is
// verbatim (facts, "Literal API messages recorded"); the others are marked in errors.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/aws/error.h"
#include "emulator/rpc/reply.h"
#include "emulator/states/machine/definition.h"

namespace bedlam::states::errors {

// Of the protocol.
aws::Error unknown_operation();
aws::Error malformed_body(std::string_view reason);
// `failures`: "Value '1001' at 'maxResults' failed to satisfy constraint: Member must …".
aws::Error constraints_failed(const std::vector<std::string>& failures);

// What the front door says, as an AWS JSON service says it.
aws::Error turned_away(aws::Error error);

// Of names and ARNs.
aws::Error invalid_name(std::string_view name);
aws::Error invalid_arn_prefix(std::string_view arn);
aws::Error wrong_resource_type(std::string_view type);
aws::Error invalid_role_arn(std::string_view arn);
aws::Error invalid_token();

// Of state machines.
aws::Error state_machine_does_not_exist(std::string_view arn);
aws::Error state_machine_already_exists(std::string_view arn);
aws::Error state_machine_limit_exceeded();
aws::Error type_not_supported();
aws::Error invalid_definition(const std::vector<Finding>& findings);
aws::Error nothing_to_update();
aws::Error version_description_without_publish();
aws::Error not_one_log_destination();
aws::Error log_destination_not_found();
aws::Error kms_key_missing();
aws::Error kms_key_not_asked_for();
aws::Error labelled_arn();

// Of versions and aliases.
aws::Error qualified_arn(std::string_view arn);
aws::Error revision_is_not_current(std::string_view wanted, std::string_view current);
aws::Error version_in_use(const std::vector<std::string>& alias_names);
aws::Error too_many_versions();
aws::Error too_many_aliases();
aws::Error routes_without_versions(const std::vector<std::string>& arns);
aws::Error routes_not_distinct(const std::vector<std::string>& arns);
aws::Error routes_of_several_machines(const std::vector<std::string>& arns);
aws::Error weights_not_100(const std::vector<std::int64_t>& weights);
aws::Error alias_differs();
aws::Error nothing_to_update_of_alias();
aws::Error referenced_resource_missing(std::string_view arn);

// Of executions.
aws::Error execution_does_not_exist(std::string_view arn);
aws::Error execution_already_exists(std::string_view arn);
aws::Error execution_limit_exceeded();
aws::Error execution_not_redrivable(std::string_view reason);
aws::Error invalid_execution_input(std::string_view reason);
aws::Error neither_machine_nor_map_run();

// Of TestState.
aws::Error test_refused(std::string message);
aws::Error role_needed_for_task();
aws::Error not_one_mock_field();
aws::Error mock_is_no_json();
aws::Error mock_is_no_array();
aws::Error mock_is_no_object();
aws::Error mock_has_other_size();
aws::Error mock_not_supported(std::string_view type);
aws::Error only_with_mock(std::string_view what);
aws::Error only_without_mock(std::string_view what);
aws::Error mock_needed_for_container();
aws::Error mock_needed_for_pattern(std::string_view resource);
aws::Error state_not_found();
aws::Error invalid_context(std::string_view reason);
aws::Error invalid_variables();
aws::Error mock_field(std::string_view field, std::string_view complaint);
aws::Error mock_field_missing(std::string_view field);

// Of activities and of tasks that wait.
aws::Error activity_does_not_exist(std::string_view arn);
aws::Error activity_limit_exceeded();
aws::Error invalid_output(std::string_view reason);
aws::Error task_timed_out();

// Of a mock configuration.
aws::Error no_such_test_case(std::string_view machine, std::string_view test_case);

// Of Map Runs.
aws::Error map_run_is_over(std::string_view arn);

// Of tags.
aws::Error resource_not_found(std::string_view arn);
aws::Error too_many_tags(std::string_view arn);
aws::Error reserved_tag_key(std::string_view key);

// The error as AWS JSON 1.0 sends it: `{"__type":"<namespace>#<code>","message":…}`.
rpc::Reply to_reply(const aws::Error& error, std::string request_id);

}  // namespace bedlam::states::errors
