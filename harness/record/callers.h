// For whom `bedlam record` sends calls on. A browser lets any page of the web send requests to this
// machine, and what is sent on is signed with the user's credentials and billed.
#pragma once

#include <string>

#include "emulator/aws/http_message.h"

namespace bedlam::harness {

// Why a request with these headers is not sent on; "" where it is. Refused are an Origin (RFC 6454)
// that is not of this machine, and a Host that names neither this machine nor `listens_on`: a page
// may have its own name lead here. Where we listen on all addresses any Host is right.
std::string refusal_of_caller(const aws::Headers& headers, const std::string& listens_on);

}  // namespace bedlam::harness
