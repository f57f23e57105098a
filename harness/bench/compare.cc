#include "harness/bench/compare.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "harness/bench/document.h"
#include "harness/bench/text.h"
#include "harness/calibrate/kolmogorov.h"

namespace bedlam::harness {
namespace {

// Settings that runs should share, or they compare what was asked for and not what came.
constexpr std::array<const char*, 4> kSharedSettings{"operation", "model", "max_tokens",
                                                     "request_sha256"};

struct StageCalls {
  std::string label, arrivals;
  std::string trouble;  // why it says little: it was invalid or ended early
  std::vector<CallSample> calls;
  double late_s = 0;  // the largest p99 of what the run says of its own lateness
};

double number_at(const Json& json, const char* place) {
  const Json::json_pointer pointer(place);
  return json.contains(pointer) && json.at(pointer).is_number() ? json.at(pointer).get<double>()
                                                                : 0;
}

std::string trouble_in(const Json& stage) {
  if (const Json* valid = find(stage, "valid"); valid != nullptr && *valid == false) {
    return "was invalid: " + text_member(stage, "invalid");
  }
  const std::string cut_short = text_member(stage, "cut_short");
  return cut_short.empty() ? "" : "ended early: " + cut_short;
}

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
    const double late_s =
        std::max({number_at(stage, "/late/p99"), number_at(stage, "/server_late_p99"),
                  number_at(stage, "/stalled/p99")});
    all.push_back({label->get<std::string>(), text_member(stage, "arrivals"), trouble_in(stage),
                   *std::move(calls), late_s});
  }
  return all;
}

// What of a median's difference nobody would act on, or the runs could have made themselves. Their
// lateness is a time; a rate it changes by its part of the time that an answer took.
double negligible(const Metric& metric, const StageCalls& before, const StageCalls& after) {
  const auto median = [&before](auto value_of_call) {
    Values values;
    for (const CallSample& call : before.calls) {
      if (const std::optional<double> value = value_of_call(call)) values.push_back(*value);
    }
    std::sort(values.begin(), values.end());
    return quantile(values, 0.5);
  };
  const double usual = median(
      [&](const CallSample& call) { return call.complete() ? metric.of(call) : std::nullopt; });
  double late = std::max(before.late_s, after.late_s);
  if (metric.is_rate) {
    const double took = median([](const CallSample& call) {
      return call.complete()
                 ? std::optional(seconds(call.whole - call.first_token.value_or(Duration{})))
                 : std::nullopt;
    });
    late = took > 0 ? usual * late / took : 0;
  }
  return std::max(usual * kLeastShare, late);
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
  change.negligible = negligible(metric, before, after);
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

// Errors have a share of their own and no size but that.
bool is_large(const Change& change) {
  if (change.metric == "errors") return true;
  if (std::abs(change.delta) < kLeastDelta || change.quantiles.empty()) return false;
  const Interval& median = change.quantiles.front().difference;
  return change.delta > 0 ? median.low > change.negligible : median.high < -change.negligible;
}

void judge_changes(std::vector<Change>& changes) {
  std::vector<double> p_values;
  for (const Change& change : changes) p_values.push_back(change.p);
  p_values = holm(p_values);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Change& change = changes[i];
    change.p = p_values[i];
    if (change.p >= kSignificance || !is_large(change)) continue;
    const bool grew = change.delta > 0;
    change.verdict = grew == change.is_rate ? Change::Verdict::kBetter : Change::Verdict::kWorse;
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
  if (change.verdict == Change::Verdict::kNone) return "no change beyond noise";
  const bool better = change.verdict == Change::Verdict::kBetter;
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

void note_stages(const std::vector<StageCalls>& before, const std::vector<StageCalls>& after,
                 std::vector<std::string>& notes) {
  for (const StageCalls& stage : after) {
    const StageCalls* old = stage_of(before, stage.label);
    if (old == nullptr) {
      notes.push_back("the run before has no stage '" + stage.label + "'");
    } else if (old->arrivals != stage.arrivals) {
      notes.push_back("the runs differ in arrivals of '" + stage.label + "': " + old->arrivals +
                      " and " + stage.arrivals);
    }
    if (!stage.trouble.empty()) {
      notes.push_back("'" + stage.label + "' of this run " + stage.trouble);
    }
  }
  for (const StageCalls& old : before) {
    if (stage_of(after, old.label) == nullptr) {
      notes.push_back("this run has no stage '" + old.label + "'");
    }
    if (!old.trouble.empty()) {
      notes.push_back("'" + old.label + "' of the run before " + old.trouble);
    }
  }
}

}  // namespace

bool Comparison::worse() const {
  return std::any_of(changes.begin(), changes.end(), [](const Change& change) {
    return change.verdict == Change::Verdict::kWorse;
  });
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
  note_stages(*then, *now, comparison.notes);
  for (const StageCalls& stage : *now) {
    const StageCalls* old = stage_of(*then, stage.label);
    if (old == nullptr) continue;
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
  for (const std::string& note : comparison.notes) text += "  note: " + printable(note) + "\n";
  if (comparison.changes.empty()) text += "  NOTHING was compared\n";
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
            {"verdict", change.verdict == Change::Verdict::kNone     ? "none"
                        : change.verdict == Change::Verdict::kBetter ? "better"
                                                                     : "worse"},
            {"p", change.p},
            {"delta", change.delta},
            {"calls", Json::array({change.calls_before, change.calls_after})}};
    if (change.metric == "errors") {
      of["share"] = Json::array({change.share_before, change.share_after});
    } else {
      of["negligible"] = change.negligible;
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
