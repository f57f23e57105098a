#include "emulator/bedrock/quota/burndown.h"

#include <array>

#include "emulator/base/glob.h"

namespace bedlam::bedrock::quota {
namespace {

struct BurndownRate {
  std::string_view pattern;
  int rate;
};

// 5 for "Claude 3.7 and later" (AWS's agent-toolkit-for-aws, read 2026-11-22; the guide names Opus
// 4 and Sonnet 4 first), 1 for all others. The first that matches.
constexpr std::array<BurndownRate, 6> kBurndownRates{{
    {"anthropic.claude-v*", 1},
    {"anthropic.claude-instant*", 1},
    {"anthropic.claude-3-7-*", 5},
    {"anthropic.claude-3-*", 1},
    {"anthropic.claude-*", 5},
    {"*", 1},
}};

}  // namespace

int burndown_rate(std::string_view model) {
  for (const BurndownRate& entry : kBurndownRates) {
    if (glob_match(entry.pattern, model)) return entry.rate;
  }
  return 1;
}

}  // namespace bedlam::bedrock::quota
