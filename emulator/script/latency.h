// How long an answer takes: fixed, or drawn from a written distribution, the same draw for the same
// call whatever else happened before.
#pragma once

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

using Distribution = std::variant<Constant, Uniform, Normal, Lognormal>;

// `800ms`, `uniform(1s, 2s)`, `normal(mean 1s, sd 200ms)`, `lognormal(median 800ms, p99 2.5s)`.
std::optional<Distribution> parse_distribution(std::string_view text);
inline constexpr std::string_view kDistributionForms =
    "800ms, uniform(1s, 2s), normal(mean 1s, sd 200ms) or lognormal(median 800ms, p99 2.5s)";

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

}  // namespace bedlam::script
