// A bench for people: plain lines, a table of percentiles and histograms.
#pragma once

#include <string>

#include "harness/bench/document.h"

namespace bedlam::harness {

std::string heading_text(const BenchFacts& facts);
std::string stage_text(const StageSummary& summary);
// What a run that was cut short left undone; "" where it ended as it was asked to.
std::string undone_text(const BenchFacts& facts, const std::vector<StageSummary>& stages);

// With control characters as \x1b: what an endpoint or a file says moves no terminal's cursor.
std::string printable(std::string_view text);

}  // namespace bedlam::harness
