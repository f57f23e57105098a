#include "harness/bench/estimate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "emulator/base/glob.h"
#include "emulator/script/model_id.h"

namespace bedlam::harness {
namespace {

// Where a body limits its answer: Converse's place, and those of the families whose own JSON
// InvokeModel takes (facts: model-families.md). Every pattern over the id that matches.
constexpr const char* kOfConverse = "/inferenceConfig/maxTokens";
struct Limits {
  std::string_view pattern;
  std::array<const char*, 2> places;  // nullptr: there is no second one
};
constexpr std::array<Limits, 12> kLimits{
    {{"anthropic.*", {"/max_tokens", "/max_tokens_to_sample"}},
     {"amazon.nova-*", {kOfConverse, "/inferenceConfig/max_new_tokens"}},
     {"amazon.titan-text-*", {"/textGenerationConfig/maxTokenCount", nullptr}},
     {"meta.*", {"/max_gen_len", nullptr}},
     {"mistral.*", {"/max_tokens", nullptr}},
     {"cohere.*", {"/max_tokens", nullptr}},
     {"ai21.j2-*", {"/maxTokens", nullptr}},
     {"ai21.*", {"/max_tokens", nullptr}},
     {"deepseek.*", {"/max_tokens", nullptr}},
     {"openai.*", {"/max_completion_tokens", "/max_tokens"}},
     {"qwen.*", {"/max_tokens", "/max_completion_tokens"}},
     {"writer.*", {"/max_tokens", nullptr}}}};

// How many answers a body asks for: pictures, chat completions, Jurassic's and Command's.
constexpr const char* kAnswerCounts[] = {"/imageGenerationConfig/numberOfImages", "/n",
                                         "/numResults", "/num_generations"};

// From 0 on, at most what fits; nullopt where there is no such number.
std::optional<int> whole_number_at(const Json& body, const std::string& place) {
  const Json::json_pointer pointer(place);
  if (!body.contains(pointer) || !body.at(pointer).is_number_unsigned()) return std::nullopt;
  constexpr std::uint64_t kMost = std::numeric_limits<int>::max();
  return static_cast<int>(std::min(body.at(pointer).get<std::uint64_t>(), kMost));
}

// Of an id that names no family any place may be the one.
bool limits_answer(const Limits& limits, std::string_view id) {
  const bool known = std::any_of(kLimits.begin(), kLimits.end(), [id](const Limits& family) {
    return glob_match(family.pattern, id);
  });
  return !known || glob_match(limits.pattern, id);
}

// More than a run could ever make.
constexpr double kMostCalls = 1e15;

std::uint64_t whole_calls(double calls) {
  return static_cast<std::uint64_t>(std::min(calls, kMostCalls));
}

std::optional<std::uint64_t> calls_in_extent(const Stage& stage, const Extent& extent) {
  if (extent.calls) return extent.calls;
  const Duration time = extent.time.value_or(Duration{});
  if (time == Duration{}) return 0;
  if (!stage.open()) return std::nullopt;
  // A Poisson process makes more than it should now and then: three standard deviations.
  const double mean = *stage.a_second * seconds(time);
  return whole_calls(std::ceil(mean + 3 * std::sqrt(mean)));
}

}  // namespace

std::optional<std::uint64_t> calls_planned(const std::vector<Stage>& stages,
                                           const LoadSettings& settings) {
  std::uint64_t calls = 0;
  for (const Stage& stage : stages) {
    const auto warm_up = calls_in_extent(stage, settings.warm_up);
    const auto measured = calls_in_extent(stage, settings.extent);
    if (!warm_up || !measured) return std::nullopt;
    calls = whole_calls(static_cast<double>(calls) + static_cast<double>(*warm_up) +
                        static_cast<double>(*measured));
  }
  return calls;
}

std::optional<int> max_tokens_in(const Json& body, const Operation& operation,
                                 std::string_view model) {
  std::optional<int> most;
  const auto look = [&](const std::string& place) {
    most = std::max(most, whole_number_at(body, place));
  };
  if (operation.answer == Operation::Answer::kConverse) {
    look(kOfConverse);
    return most;
  }
  const std::string_view id = script::base_model_id(model);
  for (const Limits& family : kLimits) {
    if (!limits_answer(family, id)) continue;
    for (const char* place : family.places) {
      if (place != nullptr) look(place);
    }
  }
  return most;
}

int answers_in(const Json& body) {
  int most = 1;
  for (const char* place : kAnswerCounts) {
    for (const char* inside : {"", "/additionalModelRequestFields"}) {
      most = std::max(most, whole_number_at(body, std::string(inside) + place).value_or(1));
    }
  }
  return most;
}

std::string estimate_text(const Target& target, const CostLimit& budget,
                          std::optional<std::uint64_t> calls, const std::string& prices_date) {
  std::string text = calls ? "Up to " + std::to_string(*calls) + " calls"
                           : std::string("Calls, as many as the time allows,");
  text += " of " + target.call.model + " at " + target.endpoint.url() + ": at most " +
          format_money(budget.worst()) + " each";
  if (calls) {
    const Money all = price_of(static_cast<double>(*calls), budget.worst().usd());
    text += ", " + format_money(all) + (all == Money::most() ? " or more" : "") + " together";
  }
  if (budget.limit()) text += "; it stops at " + format_money(*budget.limit());
  return text + " (prices of " + prices_date + ").";
}

}  // namespace bedlam::harness
