#include "harness/bench/estimate.h"

#include <algorithm>
#include <cmath>

namespace bedlam::harness {
namespace {

// Of Converse and of the families' own bodies (facts: model-families.md).
constexpr const char* kMaxTokenPlaces[] = {"/inferenceConfig/maxTokens",
                                           "/max_tokens",
                                           "/inferenceConfig/max_new_tokens",
                                           "/textGenerationConfig/maxTokenCount",
                                           "/max_gen_len",
                                           "/max_completion_tokens",
                                           "/max_tokens_to_sample",
                                           "/maxTokens"};

std::optional<std::uint64_t> calls_in_extent(const Stage& stage, const Extent& extent) {
  if (extent.calls) return extent.calls;
  const Duration time = extent.time.value_or(Duration{});
  if (time == Duration{}) return 0;
  if (!stage.open()) return std::nullopt;
  // A Poisson process makes more than it should now and then: three standard deviations.
  const double mean = *stage.a_second * seconds(time);
  return static_cast<std::uint64_t>(std::ceil(mean + 3 * std::sqrt(mean)));
}

}  // namespace

std::optional<std::uint64_t> calls_planned(const std::vector<Stage>& stages,
                                           const LoadSettings& settings) {
  std::uint64_t calls = 0;
  for (const Stage& stage : stages) {
    const auto warm_up = calls_in_extent(stage, settings.warm_up);
    const auto measured = calls_in_extent(stage, settings.extent);
    if (!warm_up || !measured) return std::nullopt;
    calls += *warm_up + *measured;
  }
  return calls;
}

std::optional<int> max_tokens_in(const Json& body) {
  for (const char* place : kMaxTokenPlaces) {
    const Json::json_pointer pointer(place);
    if (body.contains(pointer) && body.at(pointer).is_number_integer()) {
      return body.at(pointer).get<int>();
    }
  }
  return std::nullopt;
}

std::string estimate_text(const Target& target, const Budget& budget,
                          std::optional<std::uint64_t> calls, const std::string& prices_date) {
  std::string text = calls ? "Up to " + std::to_string(*calls) + " calls"
                           : std::string("Calls, as many as the time allows,");
  text += " of " + target.call.model + " at " + target.endpoint.url() + ": at most " +
          format_money(budget.worst()) + " each";
  if (calls) {
    const double all = static_cast<double>(*calls) * budget.worst().usd();
    text += ", " + format_money(Money::from_usd(all)) + " together";
  }
  if (budget.limit()) text += "; it stops at " + format_money(*budget.limit());
  return text + " (prices of " + prices_date + ").";
}

}  // namespace bedlam::harness
