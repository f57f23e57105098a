// What a policy comes to at worst: how long a caller waits who meets the same trouble on every
// attempt, and how many answers are paid for.
#pragma once

#include <optional>
#include <vector>

#include "harness/retry/asl.h"

namespace bedlam::harness {

// A stretch of the worst case, for pictures.
struct Stretch {
  bool attempt = false;  // else back-off
  Duration length{};
};

struct Budget {
  int attempts = 0;
  Duration each{};      // of an attempt
  Duration back_off{};  // of all retries, at most
  Duration total{};
  int billed_answers = 0;          // at most
  std::vector<Stretch> stretches;  // from the first attempt to the end of the last
};

// Nothing ever answers: every attempt takes `each`, which is the read timeout.
Budget hanging_budget(const RetryPolicy& policy, int max_attempts, Duration each);
// Every attempt is throttled at once.
Budget throttled_budget(const RetryPolicy& policy, int max_attempts);
// A state whose task takes `each` and then fails, in the order in which its retriers stand until
// all are used up. `calls_each`: model calls that one attempt of the task makes.
Budget state_budget(const AslRetries& retries, Duration each, int calls_each);

// How many of the attempts begin inside the limit; and end inside it.
int attempts_begun_by(const Budget& budget, Duration limit);
int attempts_ended_by(const Budget& budget, Duration limit);

}  // namespace bedlam::harness
