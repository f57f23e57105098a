#include "harness/calibrate/calibration.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <utility>

#include "harness/record/outcome_text.h"
#include "harness/record/yaml_text.h"

namespace bedlam::harness {
namespace {

std::optional<Fit> fit_where_any(const std::vector<Measurement>& measured) {
  return measured.empty() ? std::nullopt : std::optional(fit(measured));
}

template <typename... Values>
std::string formatted(const char* format, Values... values) {
  char text[160];
  // The formats stand in this file, and hold less.
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

// "lognormal(median 812ms, p99 2.1s) + 210us a prompt token".
std::string described(const Fit& fit, const char* unit) {
  std::string text = yaml_distribution(fit.at(0));
  if (fit.per_size > 0) {
    text += " + " + yaml_duration(from_seconds(fit.per_size)) + " a " + unit;
  }
  return text;
}

void add_line(const char* what, const std::optional<Fit>& fit, const char* unit,
              std::string& text) {
  if (!fit) return;
  text +=
      formatted("  %-13s %-64s n %-6zu", what, described(*fit, unit).c_str(), fit->measurements);
  if (fit->measurements < kLeastMeasurements) {
    text += " too few to fit: the median";
  } else if (fit->kind == Fit::Kind::kConstant) {
    text += formatted(" %.0f%% are so near that it is always the same", 100 * (1 - fit->distance));
  } else {
    text += formatted(" D %.3f  p %.3f", fit->distance, fit->p);
    if (fit->poor()) text += "  fits poorly: follow the recorded times instead";
  }
  text += '\n';
}

// The recordings' models, those of the same pattern as one: a rule that is there already gets more
// outcomes.
class MergedModels {
 public:
  explicit MergedModels(const std::vector<scenario::Scenario>& recordings) {
    for (const scenario::Scenario& scenario : recordings) {
      for (const script::Behaviour& model : scenario.models) {
        for (const script::Rule& rule : model.rules) {
          if (!rule.when.call) without_call_.insert(key_of(model, rule));
        }
      }
    }
  }

  void add(const script::Behaviour& model) {
    const auto [place, is_new] = models_.try_emplace(model.pattern, all_.size());
    if (is_new) {
      all_.push_back({model.pattern, model.latency, {}});
      all_.back().recorded = true;
    }
    for (const script::Rule& rule : model.rules) add(model, rule, all_[place->second].rules);
  }
  std::vector<script::Behaviour> finish() && { return std::move(all_); }

 private:
  using Key = std::pair<std::string, std::string>;  // pattern, and conditions but for `call`

  static Key key_of(const script::Behaviour& model, const script::Rule& rule) {
    script::When when = rule.when;
    when.call.reset();
    return {model.pattern, when_text(when)};
  }

  void add(const script::Behaviour& model, const script::Rule& rule,
           std::vector<script::Rule>& rules) {
    const Key key = key_of(model, rule);
    // Of a long rule that stands in pieces, each but the last has `call: 1`; any other number is
    // somebody's own.
    if (rule.when.call && (*rule.when.call != 1 || !without_call_.contains(key))) {
      rules.push_back(rule);
      return;
    }
    const auto [place, is_new] = places_.try_emplace(key, rules.size());
    if (is_new) {
      rules.push_back(rule);
      rules.back().when.call.reset();
    } else {
      script::Rule& there = rules[place->second];
      there.outcomes.insert(there.outcomes.end(), rule.outcomes.begin(), rule.outcomes.end());
    }
  }

  std::vector<script::Behaviour> all_;
  std::map<std::string, std::size_t> models_;  // by pattern
  std::map<Key, std::size_t> places_;          // of rules
  std::set<Key> without_call_;
};

void calibrate(const ModelFit& fit, script::Outcome& outcome) {
  const std::optional<CallTimes> times = times_of(outcome);
  if (!times) return;
  auto& answer = std::get<script::Answer>(outcome.result);
  auto& verbatim = std::get<script::Verbatim>(answer.content);
  script::Latency latency;
  if (times->whole) {
    latency.total = fit.whole->at(times->output_tokens);
  } else {
    latency.first_token = fit.first_token->at(times->input_tokens);
    if (fit.per_token) latency.per_token = fit.per_token->at(0);
    for (script::VerbatimFrame& frame : verbatim.frames) frame.at.reset();
  }
  outcome.latency = latency;
}

// What of it a recording cannot be written with; "" where that is nothing.
std::string foreign_part(const scenario::Scenario& scenario) {
  for (const script::Behaviour& model : scenario.models) {
    if (!model.recorded) return "the model " + model.pattern + ", which is not recorded";
  }
  const std::pair<bool, const char*> sections[] = {
      {!scenario.needs.empty(), "needs"},         {!scenario.guardrails.empty(), "guardrails"},
      {!scenario.endpoints.empty(), "endpoints"}, {!scenario.functions.empty(), "functions"},
      {!scenario.tasks.empty(), "tasks"},         {scenario.mock_config != nullptr, "mock_config"},
      {!scenario.buckets.empty(), "buckets"},     {!scenario.workflows.empty(), "workflows"},
      {scenario.expect.has_value(), "expect"}};
  for (const auto& [there, name] : sections) {
    if (there) return "the section '" + std::string(name) + "'";
  }
  for (const scenario::Step& step : scenario.run) {
    const auto* call = std::get_if<scenario::CallStep>(&step.action);
    const std::string name = "the step '" + step.as + "'";
    if (call == nullptr || !is_recorded(call->operation)) return name + ", no call of a model";
    if (step.in_function_mb) return "'in_function' of " + name;
  }
  return "";
}

// Rules that are one only where both are, or that differ in what the model's entry says.
std::string contradiction(const std::vector<scenario::Scenario>& recordings) {
  std::map<std::string, std::string> latencies;
  for (const scenario::Scenario& scenario : recordings) {
    for (const script::Behaviour& model : scenario.models) {
      const std::string latency = model.latency ? latency_text(*model.latency) : "";
      const auto [there, is_new] = latencies.try_emplace(model.pattern, latency);
      if (!is_new && there->second != latency) {
        return "the latency of " + model.pattern + ", which is another one in another file";
      }
    }
  }
  return "";
}

// A step of a run, with what was edited into it.
AskedAgain asked_in(const scenario::Step& step) {
  AskedAgain again;
  again.step = std::get<scenario::CallStep>(step.action);
  if (step.expect) again.expect = step.expect->value;
  // Names by default begin with the operation's and are given anew.
  if (!step.as.starts_with(again.step.operation)) again.as = step.as;
  return again;
}

}  // namespace

std::vector<ModelFit> fit_models(std::vector<ModelTimes> times) {
  std::vector<ModelFit> fits;
  for (ModelTimes& model : times) {
    std::vector<Measurement> first, each, whole;
    for (const CallTimes& call : model.answered) {
      if (call.first_token) first.push_back({double(call.input_tokens), *call.first_token});
      if (call.whole) whole.push_back({double(call.output_tokens), *call.whole});
      for (const double gap : call.gaps) each.push_back({0, gap});
    }
    fits.push_back(
        {std::move(model), fit_where_any(first), fit_where_any(each), fit_where_any(whole)});
  }
  return fits;
}

std::string fits_text(const std::vector<ModelFit>& fits) {
  std::string text;
  for (const ModelFit& fit : fits) {
    text += fit.times.title() + ": " + std::to_string(fit.times.calls - fit.times.failed) +
            " answered, " + std::to_string(fit.times.failed) + " not\n";
    add_line("first token", fit.first_token, "prompt token", text);
    add_line("per token", fit.per_token, "token", text);
    add_line("whole answer", fit.whole, "token", text);
  }
  return text;
}

std::optional<std::string> why_not_writable(const std::vector<scenario::Scenario>& recordings) {
  const auto refused = [](const std::string& file, const std::string& what) {
    return file + ": --write cannot take over " + what +
           "; leave that out, or calibrate without --write and put the distributions in by hand";
  };
  for (const scenario::Scenario& scenario : recordings) {
    const std::string part = foreign_part(scenario);
    if (!part.empty()) return refused(scenario.file, part);
  }
  const std::string part = contradiction(recordings);
  if (!part.empty()) return refused(recordings.front().file, part);
  return std::nullopt;
}

Recording calibrated(const std::vector<scenario::Scenario>& recordings,
                     const std::vector<ModelFit>& fits) {
  Recording recording;
  recording.comment = {"Calibrated: latencies fitted to recordings by bedlam calibrate."};
  MergedModels merged(recordings);
  for (const scenario::Scenario& scenario : recordings) {
    for (const script::Behaviour& model : scenario.models) {
      if (model.recorded) merged.add(model);
    }
    for (const scenario::Step& step : scenario.run) {
      if (std::holds_alternative<scenario::CallStep>(step.action)) {
        recording.run.push_back(asked_in(step));
      }
    }
  }
  recording.models = std::move(merged).finish();
  if (recordings.size() > 1) {
    for (script::Behaviour& model : recording.models) put_patterns_last(model);
  }
  for (script::Behaviour& model : recording.models) {
    for (script::Rule& rule : model.rules) {
      const bool counting = rule.when.operation == "CountTokens";
      const auto fit = std::find_if(fits.begin(), fits.end(), [&](const ModelFit& candidate) {
        return candidate.times.model == model.pattern && candidate.times.counting == counting;
      });
      if (fit == fits.end()) continue;
      for (script::Outcome& outcome : rule.outcomes) calibrate(*fit, outcome);
    }
  }
  return recording;
}

}  // namespace bedlam::harness
