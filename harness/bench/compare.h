// Whether a run differs from one before beyond noise, metric by metric.
//
// Of every metric the calls' values are compared by the Mann-Whitney test; of errors their shares
// by Fisher's exact test. The p-values of all tests of a comparison are corrected by Holm's method,
// and a difference is called one where p < kSignificance and it is not negligible: Cliff's delta at
// least kLeastDelta (Romano et al. 2006 call less "negligible"), and the median's interval beyond
// kLeastShare of it and beyond how late the two runs were themselves. The tests take calls for
// independent, and calls of one run are not: what they share moves all of them a little. How large
// it is, say the medians and 99th percentiles, each with its 95 % bootstrap interval.
// docs/bench.md, "What changed".
#pragma once

#include <string>
#include <vector>

#include "emulator/base/json.h"
#include "harness/bench/summary.h"

namespace bedlam::harness {

inline constexpr double kSignificance = 0.01;
inline constexpr double kLeastDelta = 0.147;
inline constexpr double kLeastShare = 0.02;
inline constexpr double kIntervalConfidence = 0.95;

struct Change {
  enum class Verdict { kNone, kBetter, kWorse };
  std::string stage, metric, title;
  bool is_rate = false;
  std::size_t calls_before = 0, calls_after = 0;
  double p = 1;           // corrected
  double delta = 0;       // Cliff's, after against before; of errors the difference of their shares
  double negligible = 0;  // a median's difference up to this is none; not of errors
  Verdict verdict = Verdict::kNone;
  struct Quantile {
    const char* name;
    double before = 0, after = 0;
    Interval difference;
  };
  std::vector<Quantile> quantiles;           // p50, and p99 from 100 calls on; of errors none
  double share_before = 0, share_after = 0;  // of errors
};

struct Comparison {
  std::vector<Change> changes;
  // Stages and settings that the two runs do not have in common, a sentence each.
  std::vector<std::string> notes;
  bool worse() const;
};

// `before` and `after` are documents of runs (document.h). The error: `before` is none.
Result<Comparison, std::string> compare_runs(const Json& before, const Json& after,
                                             std::uint64_t seed);

std::string comparison_text(const Comparison& comparison);
Json to_json(const Comparison& comparison);

}  // namespace bedlam::harness
