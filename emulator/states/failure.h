// What makes a state fail, as Retry and Catch see it. Not an AWS API error (aws/error.h) and not an
// author's mistake (base/diagnostic.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bedlam::states {

// Whether a name in an ErrorEquals stands for an error (Amazon States Language, "Errors"):
// States.ALL for every one, States.TaskFailed for every one but a timeout. `heartbeat`: a
// States.Timeout that States.HeartbeatTimeout stands for too. Retry and Catch, and whoever says of
// a definition what they would do, ask here.
inline bool error_name_takes(std::string_view name, std::string_view error,
                             bool heartbeat = false) {
  if (name == "States.ALL" || name == error) return true;
  if (name == "States.TaskFailed") return error != "States.Timeout";
  return heartbeat && name == "States.HeartbeatTimeout";
}

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
