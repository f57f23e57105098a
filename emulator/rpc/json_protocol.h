// The AWS JSON protocols, 1.0 and 1.1: every call is a POST that names its operation in a header
// (Smithy, "AWS JSON 1.0 protocol", read 2026-11).
#pragma once

#include <optional>
#include <string_view>

#include "emulator/aws/http_message.h"
#include "emulator/rpc/call.h"

namespace bedlam::rpc {

// The call in a request whose x-amz-target begins with `target` ("AWSStepFunctions."); nullopt: it
// is of another service.
std::optional<Call> json_call(const aws::HttpRequest& request, std::string_view target,
                              std::string_view service);

}  // namespace bedlam::rpc
