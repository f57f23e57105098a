#include "harness/bench/compare.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "harness/bench/document.h"
#include "harness/calibrate/kolmogorov.h"

namespace bedlam::harness {
namespace {

using Verdict = Change::Verdict;

// Settings that runs should share, or they compare what was asked for and not what came.
constexpr std::array<const char*, 3> kSharedSettings{"operation", "model", "max_tokens"};

struct StageCalls {
  std::string label;
  std::vector<CallSample> calls;
};

Result<std::vector<StageCalls>, std::string> stages_in(const Json& document) {
  const Json* form = find(document, "bench");
  const Json* stages = find(document, "stages");
  if (form == nullptr || *form != kBenchForm || stages == nullptr || !stages->is_array()) {
    return std::string("it is no document of `bedlam bench --json`");
  }
  std::vector<StageCalls> all;
  for (const Json& stage : *stages) {
    const Json* label = find(stage, "label");
    if (label == nullptr || !label->is_string()) return std::string("a stage has no label");
    auto calls = calls_in(stage);
    if (!calls) return calls.error();
    all.push_back({label->get<std::string>(), *std::move(calls)});
  }
  return all;
}

const StageCalls* stage_of(const std::vector<StageCalls>& stages, const std::string& label) {
  const auto found = std::find_if(stages.begin(), stages.end(),
                                  [&](const StageCalls& stage) { return stage.label == label; });
  return found == stages.end() ? nullptr : &*found;
}

std::optional<Change> change_of(const Metric& metric, const StageCalls& before,
                                const StageCalls& after, const Random& random) {
  const Values then = distribution_of(values_of(metric, before.calls)).sorted;
  const Values now = distribution_of(values_of(metric, after.calls)).sorted;
  if (then.empty() || now.empty()) return std::nullopt;
  Change change;
  change.stage = after.label;
  change.metric = metric.name;
  change.title = metric.title;
  change.is_rate = metric.is_rate;
  change.calls_before = then.size();
  change.calls_after = now.size();
  const RankTest test = mann_whitney(now, then);
  change.p = test.p;
  change.delta = test.delta;
  for (const auto& [name, share] : {std::pair("p50", 0.5), std::pair("p99", 0.99)}) {
    const double of = metric.is_rate ? 1 - share : share;
    const auto calls = static_cast<double>(std::min(then.size(), now.size()));
    if (calls * (1 - share) < 1 - 1e-9) continue;  // it would lean on a single call
    change.quantiles.push_back(
        {name, quantile(then, of), quantile(now, of),
         quantile_difference(then, now, of, kIntervalConfidence,
                             random.derive(after.label + metric.name + name))});
  }
  return change;
}

Change errors_change(const StageCalls& before, const StageCalls& after) {
  const auto failed = [](const StageCalls& stage) {
    return static_cast<std::uint64_t>(
        std::count_if(stage.calls.begin(), stage.calls.end(),
                      [](const CallSample& call) { return !call.complete(); }));
  };
  const auto share = [](std::uint64_t part, std::size_t of) {
    return of == 0 ? 0 : static_cast<double>(part) / static_cast<double>(of);
  };
  Change change;
  change.stage = after.label;
  change.metric = "errors";
  change.title = "errors";
  change.calls_before = before.calls.size();
  change.calls_after = after.calls.size();
  change.share_before = share(failed(before), before.calls.size());
  change.share_after = share(failed(after), after.calls.size());
  change.delta = change.share_after - change.share_before;
  change.p = fisher_p(failed(after), after.calls.size(), failed(before), before.calls.size());
  return change;
}

void judge_changes(std::vector<Change>& changes) {
  std::vector<double> p_values;
  for (const Change& change : changes) p_values.push_back(change.p);
  p_values = holm(p_values);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Change& change = changes[i];
    change.p = p_values[i];
    const bool large = change.metric == "errors" || std::abs(change.delta) >= kLeastDelta;
    if (change.p >= kSignificance || !large) continue;
    const bool grew = change.delta > 0;
    change.verdict = grew == change.is_rate ? Verdict::kBetter : Verdict::kWorse;
  }
}

std::string shown(const Change& change, double value) {
  if (!change.is_rate) return format_seconds(value);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

std::string shown_difference(const Change& change, double value) {
  return (value < 0 ? "−" : "+") + shown(change, std::abs(value));
}

std::string percent(double share) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g %%", share * 100);
  return text.data();
}

std::string verdict_words(const Change& change) {
  if (change.verdict == Verdict::kNone) return "no change beyond noise";
  const bool better = change.verdict == Verdict::kBetter;
  if (change.metric == "errors") return better ? "FEWER" : "MORE";
  return better ? "FASTER" : "SLOWER";
}

std::string change_text(const Change& change) {
  std::array<char, 64> numbers{};
  std::snprintf(numbers.data(), numbers.size(), "p %.2g, %s %+.2f", change.p,
                change.metric == "errors" ? "difference" : "delta", change.delta);
  std::string text = "    " + change.title + ": " + verdict_words(change) + " (" + numbers.data() +
                     "; " + std::to_string(change.calls_before) + " and " +
                     std::to_string(change.calls_after) + " calls)\n";
  if (change.metric == "errors") {
    text += "      " + percent(change.share_before) + " → " + percent(change.share_after) + "\n";
  }
  for (const Change::Quantile& of : change.quantiles) {
    text += std::string("      ") + of.name + " " + shown(change, of.before) + " → " +
            shown(change, of.after) + "  (" + shown_difference(change, of.difference.low) + " … " +
            shown_difference(change, of.difference.high) + ")\n";
  }
  return text;
}

void note_differences(const Json& before, const Json& after, Comparison& comparison) {
  for (const char* name : kSharedSettings) {
    const Json* then = find(before, name);
    const Json* now = find(after, name);
    if (then != nullptr && now != nullptr && *then != *now) {
      comparison.notes.push_back(std::string("the runs differ in ") + name + ": " + to_text(*then) +
                                 " and " + to_text(*now));
    }
  }
}

}  // namespace

bool Comparison::worse() const {
  return std::any_of(changes.begin(), changes.end(),
                     [](const Change& change) { return change.verdict == Verdict::kWorse; });
}

Result<Comparison, std::string> compare_runs(const Json& before, const Json& after,
                                             std::uint64_t seed) {
  const auto then = stages_in(before);
  if (!then) return then.error();
  const auto now = stages_in(after);
  if (!now) return now.error();
  const Random random = Random(seed).derive("compare");
  Comparison comparison;
  note_differences(before, after, comparison);
  for (const StageCalls& stage : *now) {
    const StageCalls* old = stage_of(*then, stage.label);
    if (old == nullptr) {
      comparison.notes.push_back("the run before has no stage '" + stage.label + "'");
      continue;
    }
    for (const Metric& metric : metrics()) {
      if (auto change = change_of(metric, *old, stage, random)) {
        comparison.changes.push_back(*std::move(change));
      }
    }
    comparison.changes.push_back(errors_change(*old, stage));
  }
  judge_changes(comparison.changes);
  return comparison;
}

std::string comparison_text(const Comparison& comparison) {
  std::string text;
  for (const std::string& note : comparison.notes) text += "  note: " + note + "\n";
  const std::string* stage = nullptr;
  for (const Change& change : comparison.changes) {
    if (stage == nullptr || *stage != change.stage) text += "  " + change.stage + "\n";
    stage = &change.stage;
    text += change_text(change);
  }
  return text;
}

Json to_json(const Comparison& comparison) {
  Json json{{"notes", comparison.notes}, {"changes", Json::array()}};
  for (const Change& change : comparison.changes) {
    Json of{{"stage", change.stage},
            {"metric", change.metric},
            {"title", change.title},
            {"verdict", change.verdict == Verdict::kNone     ? "none"
                        : change.verdict == Verdict::kBetter ? "better"
                                                             : "worse"},
            {"p", change.p},
            {"delta", change.delta},
            {"calls", Json::array({change.calls_before, change.calls_after})}};
    if (change.metric == "errors") {
      of["share"] = Json::array({change.share_before, change.share_after});
    }
    for (const Change::Quantile& quantile : change.quantiles) {
      of[quantile.name] = {{"before", quantile.before},
                           {"after", quantile.after},
                           {"difference", {quantile.difference.low, quantile.difference.high}}};
    }
    json["changes"].push_back(std::move(of));
  }
  return json;
}

}  // namespace bedlam::harness
