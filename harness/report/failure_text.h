// What a failed expectation looks like, in every report: where it stands, what was expected and
// what came, why, and how to see it again.
#pragma once

#include <string>

#include "harness/runner/result.h"

namespace bedlam::harness {

// Several lines without a last line end:
//
//   scenarios/article/parallel-gain.yaml:27:14  parallel takes
//      27 |       takes: [19.2s, 37.7% less than chain]
//         |               ^^^^^ expected 19.2 s, it took 24.4 s
//         critical path: Describe 7.2 s → Advert 12 s → ThrottlingException → wait 5.2 s
//         replay: bedlam test scenarios/article/parallel-gain.yaml --seed 7
std::string failure_text(const ScenarioResult& result, const Verdict& verdict);

// "expected 19.2 s, it took 24.4 s"
std::string failure_line(const Verdict& verdict);

// How many bytes the YAML value takes that begins at `column` (from 0) of `line`; at least 1.
std::size_t marked_length(const std::string& line, std::size_t column);

// The text as one argument of a shell.
std::string shell_word(const std::string& text);

// The mistakes of an invalid scenario, one after the other.
std::string diagnostics_text(const ScenarioResult& result);

}  // namespace bedlam::harness
