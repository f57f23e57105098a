#include "harness/calibrate/calibration.h"

#include <algorithm>
#include <cstdio>
#include <tuple>

#include "harness/record/writer.h"
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

using WhenKey = std::tuple<std::string, std::string, std::string, std::string>;

WhenKey key_of(const script::When& when) {
  return {when.operation.value_or(""), when.region.value_or(""), when.prompt.value_or(""),
          when.prompt_sha256.value_or("")};
}

// Adds a model's rules to those of the same pattern; a rule that is there already gets more
// outcomes.
void merge(const script::Behaviour& model, std::vector<script::Behaviour>& into) {
  auto same = std::find_if(into.begin(), into.end(), [&](const script::Behaviour& there) {
    return there.pattern == model.pattern;
  });
  if (same == into.end()) {
    same = into.insert(into.end(), script::Behaviour{model.pattern, {}, {}});
    same->recorded = true;
  }
  for (script::Rule rule : model.rules) {
    rule.when.call.reset();  // of a long rule that stands in pieces
    const auto there = std::find_if(
        same->rules.begin(), same->rules.end(),
        [&](const script::Rule& candidate) { return key_of(candidate.when) == key_of(rule.when); });
    if (there == same->rules.end()) {
      same->rules.push_back(std::move(rule));
    } else {
      there->outcomes.insert(there->outcomes.end(), rule.outcomes.begin(), rule.outcomes.end());
    }
  }
}

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

Recording calibrated(const std::vector<scenario::Scenario>& recordings,
                     const std::vector<ModelFit>& fits) {
  Recording recording;
  recording.comment = {"Calibrated: latencies fitted to recordings by bedlam calibrate."};
  for (const scenario::Scenario& scenario : recordings) {
    for (const script::Behaviour& model : scenario.models) {
      if (model.recorded) merge(model, recording.models);
    }
    for (const scenario::Step& step : scenario.run) {
      const auto* call = std::get_if<scenario::CallStep>(&step.action);
      if (call == nullptr || !call->body) continue;
      AskedAgain again{*call, ""};
      const Json* outcome = step.expect ? find(step.expect->value, "outcome") : nullptr;
      if (outcome != nullptr && outcome->is_string()) again.outcome = outcome->get<std::string>();
      recording.run.push_back(std::move(again));
    }
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
