// What a stage comes to: percentiles and shapes of what was measured, errors by kind, and whether
// the run kept its own time well enough to say anything.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "harness/bench/sample.h"
#include "harness/bench/statistics.h"
#include "harness/money/money.h"

namespace bedlam::harness {

// The shares that reports show, and `max` beside them.
struct Percentile {
  const char* name;
  double share;
};
inline constexpr std::array<Percentile, 4> kPercentiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}}};

// Later than this at the 99th percentile, a run is not valid: what it measured is its own machine.
// The same as the harness trusts on the real clock elsewhere (runner/pacer.h).
inline constexpr Duration kLatestTrusted = std::chrono::milliseconds(10);
// Once in a run it may be so many times as late: a single stall longer than that holds up many
// calls and moves no percentile of the naps that watch for it.
inline constexpr int kLongestStall = 10;

struct Distribution {
  Values sorted;  // s, or tokens a second

  std::size_t count() const { return sorted.size(); }
  double at(double share) const { return quantile(sorted, share); }
  double max() const { return sorted.empty() ? 0 : sorted.back(); }
};
Distribution distribution_of(Values values);

// What is measured of a call, in the order of reports.
struct Metric {
  const char* name;   // of the document: "first_token"
  const char* title;  // for people: "time to first token"
  bool is_rate;       // tokens a second: more is better, and the last percents are the slow ones
  // Of one call, nullopt where it has none; this is what is compared between runs.
  std::optional<double> (*of)(const CallSample&);
};
// first_token, between_tokens (a call's mean), whole, tokens_a_second.
const std::vector<Metric>& metrics();
// Of complete calls.
Values values_of(const Metric& metric, const std::vector<CallSample>& calls);

struct ErrorKind {
  std::string kind;
  Distribution took;
};

struct StageSummary {
  StageResult result;
  std::size_t complete = 0;
  double calls_a_second = 0;   // complete ones
  double tokens_a_second = 0;  // of all answers together
  Money spent;
  bool priced = false;
  // One for each metric. Between tokens it is every single pause, not the means.
  std::vector<Distribution> measured;
  std::vector<ErrorKind> errors;  // the most frequent first
  Distribution late;
  std::optional<Stalls> server_stalls{};  // of the emulator inside, where there is one
  std::string invalid;                    // why the stage says nothing; "" where it is valid

  std::string label() const { return result.stage.label(); }
};

StageSummary summarise(StageResult result, Money spent, bool priced,
                       std::optional<Stalls> server_stalls, Duration latest_trusted);

// "812 ms", "1.24 s", "35.1 µs": three digits that count.
std::string format_seconds(double s);

}  // namespace bedlam::harness
