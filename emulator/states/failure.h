// What makes a state fail, as Retry and Catch see it. Not an AWS API error (aws/error.h) and not an
// author's mistake (base/diagnostic.h).
#pragma once

#include <optional>
#include <string>

namespace bedlam::states {

struct Failure {
  std::string error;                 // "States.Runtime", "Bedrock.ThrottlingException"
  std::optional<std::string> cause;  // absent for timeouts
};

}  // namespace bedlam::states
