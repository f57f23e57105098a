// A retry policy for people: its schedule and its worst case as a table and a small picture, and
// the same as JSON. What `bedlam retries` prints.
#pragma once

#include <optional>
#include <string>

#include "emulator/base/json.h"
#include "harness/retry/asl.h"

namespace bedlam::harness {

struct ScheduleOptions {
  std::optional<int> max_attempts;       // in place of the policy's
  std::optional<Duration> read_timeout;  // in place of the SDK's; of a state: how long a task takes
  std::optional<Duration> limit;         // of the caller: a function's timeout
};

std::string list_policies();
std::string schedule_text(const RetryPolicy& policy, const ScheduleOptions& options);
// `policy`: of the SDK inside the state's task; nullptr: its task makes one attempt.
std::string schedule_text(const AslRetries& retries, const RetryPolicy* policy,
                          const ScheduleOptions& options);

// Durations in seconds.
Json schedule_json(const RetryPolicy& policy, const ScheduleOptions& options);
Json schedule_json(const AslRetries& retries, const RetryPolicy* policy,
                   const ScheduleOptions& options);

// What Bedrock Runtime and the network can do to a call, in the order of the documentation: each
// policy retries some of it.
const std::vector<Trouble>& known_troubles();

}  // namespace bedlam::harness
