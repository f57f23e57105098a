#include "harness/bench/summary.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace bedlam::harness {
namespace {

std::optional<double> in_seconds_of(const std::optional<Duration>& duration) {
  return duration ? std::optional(seconds(*duration)) : std::nullopt;
}

constexpr double kLatenessShare = 0.99;

std::string lateness_complaint(const StageSummary& summary, Duration limit) {
  struct Late {
    const char* what;
    Duration late;
    const char* which;
    Duration trusted;
  };
  const Stalls& own = summary.result.stalls;
  const Stalls server = summary.server_stalls.value_or(Stalls{});
  const Duration longest = limit * kLongestStall;
  const Late all[] = {
      {summary.result.stage.open() ? "calls were made" : "workers were",
       from_seconds(summary.late.at(kLatenessShare)), "p99", limit},
      {"bench itself woke", own.p99, "p99", limit},
      {"bench itself woke", own.longest, "once", longest},
      {"the emulator's own timers ran", server.p99, "p99", limit},
      {"the emulator's own timers ran", server.longest, "once", longest},
  };
  for (const Late& one : all) {
    if (one.late <= one.trusted) continue;
    return std::string(one.what) + " " + format_seconds(seconds(one.late)) + " late (" + one.which +
           "), and " + format_duration(one.trusted) + " is what is trusted";
  }
  return "";
}

// What makes a stage say nothing, whatever its times.
std::string failure_of(const StageSummary& summary) {
  const StageResult& result = summary.result;
  if (result.cut_short == CutShort::kNoCredentials) return result.trouble;
  if (result.cut_short == CutShort::kNoAnswers) return "nobody answered any more";
  if (summary.complete == 0) {
    return result.calls.empty() ? "no call was made" : "no call was answered whole";
  }
  return result.trouble;
}

std::vector<ErrorKind> errors_of(const std::vector<CallSample>& calls) {
  std::map<std::string, Values> by_kind;
  for (const CallSample& call : calls) {
    if (!call.complete()) by_kind[call.kind].push_back(seconds(call.whole));
  }
  std::vector<ErrorKind> errors;
  for (auto& [kind, values] : by_kind) errors.push_back({kind, distribution_of(std::move(values))});
  std::stable_sort(errors.begin(), errors.end(), [](const ErrorKind& a, const ErrorKind& b) {
    return a.took.count() > b.took.count();
  });
  return errors;
}

}  // namespace

Distribution distribution_of(Values values) {
  std::sort(values.begin(), values.end());
  return {std::move(values)};
}

const std::vector<Metric>& metrics() {
  static const std::vector<Metric> all{
      {"first_token", "time to first token", false,
       [](const CallSample& call) { return in_seconds_of(call.first_token); }},
      {"between_tokens", "between two tokens", false,
       [](const CallSample& call) { return in_seconds_of(call.gap); }},
      {"whole", "whole answer", false,
       [](const CallSample& call) { return std::optional(seconds(call.whole)); }},
      {"tokens_a_second", "tokens a second", true,
       [](const CallSample& call) { return call.tokens_a_second; }}};
  return all;
}

Values values_of(const Metric& metric, const std::vector<CallSample>& calls) {
  Values values;
  for (const CallSample& call : calls) {
    const auto value = call.complete() ? metric.of(call) : std::nullopt;
    if (value) values.push_back(*value);
  }
  return values;
}

StageSummary summarise(StageResult result, Money spent, bool priced,
                       std::optional<Stalls> server_stalls, Duration latest_trusted) {
  StageSummary summary;
  summary.result = std::move(result);
  const std::vector<CallSample>& calls = summary.result.calls;
  summary.spent = spent;
  summary.priced = priced;
  summary.server_stalls = server_stalls;
  std::int64_t tokens = 0;
  Values late;
  for (const CallSample& call : calls) {
    summary.complete += call.complete() ? 1 : 0;
    tokens += call.output_tokens.value_or(0);
    if (call.late) late.push_back(seconds(*call.late));
  }
  const double took = seconds(summary.result.took);
  if (took > 0) {
    summary.calls_a_second = static_cast<double>(summary.complete) / took;
    summary.tokens_a_second = static_cast<double>(tokens) / took;
  }
  for (const Metric& metric : metrics()) {
    Values values = values_of(metric, calls);
    if (std::string_view(metric.name) == "between_tokens") {
      values.clear();
      for (const Duration gap : summary.result.gaps) values.push_back(seconds(gap));
    }
    summary.measured.push_back(distribution_of(std::move(values)));
  }
  summary.errors = errors_of(calls);
  summary.late = distribution_of(std::move(late));
  summary.invalid = failure_of(summary);
  if (summary.invalid.empty()) summary.invalid = lateness_complaint(summary, latest_trusted);
  return summary;
}

std::string format_seconds(double s) {
  const char* unit = "s";
  double value = s;
  if (s < 0.001) {
    value = s * 1e6;
    unit = "µs";
  } else if (s < 1) {
    value = s * 1e3;
    unit = "ms";
  }
  std::array<char, 48> text{};
  const int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  std::snprintf(text.data(), text.size(), "%.*f %s", decimals, value, unit);
  return text.data();
}

}  // namespace bedlam::harness
