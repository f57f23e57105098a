// What makes a state fail, as Retry and Catch see it. Not an AWS API error (aws/error.h) and not an
// author's mistake (base/diagnostic.h).
#pragma once

#include <optional>
#include <string>

namespace bedlam::states {

struct Failure {
  std::string
      error;  // "States.Runtime", "Bedrock.ThrottlingException"; "": a Fail state that names none
  std::optional<std::string> cause = std::nullopt;  // absent for timeouts
  // A missed heartbeat: reported as States.Timeout (recorded), but States.HeartbeatTimeout matches
  // too.
  bool heartbeat = false;
  // Set where an expression of the state itself failed, which EvaluationFailed reports: the field,
  // "Output/result"; "" where AWS names none.
  std::optional<std::string> evaluated_field = std::nullopt;
};

}  // namespace bedlam::states
