// What a policy comes to at worst: how long a caller waits who meets the same trouble on every
// attempt, and how many answers are paid for. Sums stop at kLongestDuration, counts at
// kMostCounted: a Retry may have 99,999,999 attempts, and layers of it multiply.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/retry/asl.h"

namespace bedlam::harness {

inline constexpr std::int64_t kMostCounted = INT64_MAX;

// A part of the worst case: `count` times a back-off and the attempt after it.
struct Stretch {
  Duration back_off{}, attempt{};
  std::int64_t count = 1;
};

struct Budget {
  std::int64_t attempts = 0;
  Duration each{};      // of an attempt
  Duration back_off{};  // of all retries, at most
  Duration total{};
  std::int64_t billed_answers = 0;  // at most
  // From the first attempt to the end of the last; where there are thousands, those that wait
  // nearly as long as each other are one stretch.
  std::vector<Stretch> stretches;
};

// Nothing ever answers: every attempt takes `each`, which is the read timeout.
Budget hanging_budget(const RetryPolicy& policy, int max_attempts, Duration each);
// Every attempt is throttled at once.
Budget throttled_budget(const RetryPolicy& policy, int max_attempts);
// A state whose task takes `each` and then fails, in the order in which its retriers stand until
// all are used up. `calls_each`: model calls that one attempt of the task makes.
Budget state_budget(const AslRetries& retries, Duration each, std::int64_t calls_each);

// How many of the attempts begin inside the limit; and end inside it.
std::int64_t attempts_begun_by(const Budget& budget, Duration limit);
std::int64_t attempts_ended_by(const Budget& budget, Duration limit);

// For durations and counts that are not negative.
Duration saturating_sum(Duration a, Duration b);
std::int64_t saturating_product(std::int64_t a, std::int64_t b);
// "90 s"; of a sum that stopped, "more than 36500 d".
std::string format_sum(Duration sum);

}  // namespace bedlam::harness
