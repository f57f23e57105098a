// What a run may cost, said before it is started.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/bench/budget.h"
#include "harness/bench/load.h"

namespace bedlam::harness {

// Without --max-cost a run against somebody's account ends here.
inline constexpr Money kMostUnasked{1'000'000'000'000};  // 1 USD

// How many calls all stages make, warm-ups included; nullopt where only time ends them.
std::optional<std::uint64_t> calls_planned(const std::vector<Stage>& stages,
                                           const LoadSettings& settings);

// The most that a body lets its model answer, where the operation or the model's family has that;
// nullopt where it does not say. The largest where several places may count.
std::optional<int> max_tokens_in(const Json& body, const Operation& operation,
                                 std::string_view model);

// How many answers or pictures a body asks for, by any family's name for that; 1 where it does not.
int answers_in(const Json& body);

// "Up to 200 calls of model M at URL: at most 0.0021 USD each, 0.42 USD together. …".
std::string estimate_text(const Target& target, const CostLimit& budget,
                          std::optional<std::uint64_t> calls, const std::string& prices_date);

}  // namespace bedlam::harness
