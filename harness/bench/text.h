// A bench for people: plain lines, a table of percentiles and histograms.
#pragma once

#include <string>

#include "harness/bench/document.h"

namespace bedlam::harness {

std::string heading_text(const BenchFacts& facts);
std::string stage_text(const StageSummary& summary);

}  // namespace bedlam::harness
