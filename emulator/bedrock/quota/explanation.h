// What the journal says about a quota's decision: an object for programs, and in it a sentence for
// people. docs/quotas.md lists the members.
#pragma once

#include <string>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/bedrock/quota/lane.h"

namespace bedlam::bedrock::quota {

// A Region that a call asked in, and what was found there.
struct Visit {
  std::string region;
  std::vector<Standing> standings;
  Forecast forecast;                                  // where it was refused
  std::optional<std::int64_t> admissible_max_tokens;  // same

  const Standing* refusal() const;  // nullptr: admitted
};

struct Account {
  std::string model;  // as called, without ARN
  Wish wish;
  int burndown = 1;
  Instant now;
  const script::HardLimit* hard = nullptr;  // where it holds in place of a higher quota
};

// The Region that says why, to the caller too: where it was admitted, else the one that would admit
// the call first; of equal ones the first.
const Visit& decisive_visit(const std::vector<Visit>& visits);

// `visits`: in the order in which they were made; of an admitted call the last is where.
Json explain(const Account& account, const std::vector<Visit>& visits);

// What a reply that is over used.
Json explain_settlement(const Wish& wish, std::int64_t charged, int burndown, int output_tokens,
                        Instant at);

}  // namespace bedlam::bedrock::quota
