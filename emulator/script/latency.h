// How long an answer takes: fixed, drawn from a written distribution, growing with the load, or as
// a named model was measured. The same draw for the same call whatever else happened before.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "emulator/base/duration.h"
#include "emulator/base/random.h"

namespace bedlam::script {

struct Constant {
  Duration value;
};
struct Uniform {
  Duration from, to;
};
struct Normal {
  Duration mean, deviation;
};  // negative draws count as zero
struct Lognormal {
  Duration median, p99;
};
// Values that somebody measured, each as likely as any other: a draw is the inverse of their
// cumulative distribution at a uniform number, so that it is always one of them.
struct Measured {
  std::shared_ptr<const std::vector<Duration>> values;  // sorted, never empty
};
// Grows with the calls of the model, or of the endpoint, that are in flight when this one comes,
// itself among them: `from` for one alone, `to` for `full` and more, on a straight line between.
struct Ramp {
  Duration from, to;
  int full;  // ≥ 2
};

using Distribution = std::variant<Constant, Uniform, Normal, Lognormal, Measured, Ramp>;

// `800ms`, `uniform(1s, 2s)`, `normal(mean 1s, sd 200ms)`, `lognormal(median 800ms, p99 2.5s)`,
// `measured(700ms, 820ms, 1.1s)`, `ramp(from 1s to 4s at 20 concurrent)`.
std::optional<Distribution> parse_distribution(std::string_view text);
inline constexpr std::string_view kDistributionForms =
    "800ms, uniform(1s, 2s), normal(mean 1s, sd 200ms), lognormal(median 800ms, p99 2.5s), "
    "measured(700ms, 820ms, 1.1s), measured(file ttft.csv) or ramp(from 1s to 4s at 20 concurrent)";

// `values` is not empty; in any order.
Distribution measured(std::vector<Duration> values);

// A ramp is drawn as for a call that is alone; at_load() comes before.
Duration draw(const Distribution& distribution, Random& random);

// Either a total, spread evenly over the tokens of a stream, or the two parts.
struct Latency {
  std::optional<Distribution> total;
  std::optional<Distribution> first_token, per_token;  // per_token: between one token and the next
};

// When each token is ready, since the call; a plain answer is ready with its last token.
// `tokens` ≥ 1. Due times are absolute sums, so a stream does not drift; none is beyond
// kLongestDuration.
std::vector<Duration> token_times(const Latency& latency, int tokens, Random& random);

// The same with what a call draws for it; a call without tokens is ready once.
std::vector<Duration> ready_times(const Latency& latency, int tokens, const Random& of_call);
// When an answer that comes as a whole is ready.
Duration answer_time(const Latency& latency, const Random& of_call);

// What the latency is where so many calls of the model are in flight, this one among them: ramps
// become constants.
Latency at_load(const Latency& latency, int in_flight);

}  // namespace bedlam::script
