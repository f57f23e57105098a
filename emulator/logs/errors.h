// The error texts of CloudWatch Logs, all of them (API reference, "Common errors" and each
// operation's own; the texts as the service answers them, where not marked).
#pragma once

#include <string>
#include <string_view>

#include "emulator/aws/error.h"
#include "emulator/rpc/reply.h"

namespace bedlam::logs::errors {

aws::Error unknown_operation();
aws::Error malformed_body();
aws::Error group_exists();
aws::Error group_missing();
aws::Error stream_exists();
aws::Error stream_missing();
aws::Error missing_parameter(std::string_view name);
aws::Error wrong_type(std::string_view name, std::string_view wanted);
aws::Error constraint_failed(std::string_view value, std::string_view name,
                             std::string_view constraint);
aws::Error invalid_token();
aws::Error no_events();
aws::Error events_out_of_order();
aws::Error pattern_not_supported();

// As AWS JSON 1.1 sends it.
rpc::Reply to_reply(const aws::Error& error, std::string request_id);

}  // namespace bedlam::logs::errors
