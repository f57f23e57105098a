// The Retry of a state in Amazon States Language (developer guide, "Error handling in Step
// Functions workflows") as retry policies: one for each retrier, since each counts for itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emulator/base/json.h"
#include "harness/retry/policy.h"

namespace bedlam::harness {

struct AslRetrier {
  std::vector<std::string> error_equals;
  // Its number of attempts and its delays; every condition that reaches it is retried.
  RetryPolicy policy;
};

struct AslRetries {
  std::string state;
  std::vector<AslRetrier> retriers;
  std::optional<Duration> timeout;    // TimeoutSeconds of the state, where it is a number
  std::int64_t max_attempts() const;  // with every retrier used up
};

// MaxAttempts of an entry of Retry, or its default; 99,999,999 at most, as AWS takes it (developer
// guide, "Retrying after an error").
int retries_of(const Json& retrier);

// nullopt: the machine, its branches and its item processors have no state of that name.
std::optional<AslRetries> asl_retries(const Json& state_machine, const std::string& state);

// The first retrier that names the error; nullptr: none does. `error` is the service's own name,
// "ThrottlingException", which a workflow knows with a prefix, "Bedrock.ThrottlingException"; or
// "States.Timeout".
const AslRetrier* retrier_for(const AslRetries& retries, const std::string& error);

}  // namespace bedlam::harness
