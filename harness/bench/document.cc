#include "harness/bench/document.h"

#include "emulator/app/version.h"

namespace bedlam::harness {
namespace {

constexpr std::size_t kPageBars = 40;
enum CallColumn : std::size_t { kDue, kWhole, kFirstToken, kGap, kTokensASecond, kKind, kColumns };

Json seconds_or_null(const std::optional<Duration>& duration) {
  return duration ? Json(seconds(*duration)) : Json(nullptr);
}

Json row_of(const CallSample& call) {
  Json row = Json::array();
  row.push_back(seconds(call.due));
  row.push_back(seconds(call.whole));
  row.push_back(seconds_or_null(call.first_token));
  row.push_back(seconds_or_null(call.gap));
  row.push_back(call.tokens_a_second ? Json(*call.tokens_a_second) : Json(nullptr));
  row.push_back(call.kind);
  return row;
}

Json shape_of(const Distribution& distribution) {
  Json bars = Json::array();
  for (const auto& bar : histogram(distribution.sorted, kPageBars).bars) {
    bars.push_back(Json::array({bar.from, bar.to, bar.count}));
  }
  return bars;
}

Json json_of(const Distribution& distribution, bool is_rate) {
  Json json{{"count", distribution.count()}};
  if (distribution.count() == 0) return json;
  for (const Percentile& percentile : kPercentiles) {
    json[percentile.name] = distribution.at(is_rate ? 1 - percentile.share : percentile.share);
  }
  if (is_rate) {
    json["min"] = distribution.sorted.front();
  } else {
    json["max"] = distribution.max();
  }
  return json;
}

const char* word_of(CutShort why) {
  switch (why) {
    case CutShort::kMaxCost:
      return "max cost";
    case CutShort::kInterrupted:
      return "interrupted";
    case CutShort::kNoCredentials:
      return "no credentials";
    case CutShort::kNoAnswers:
      return "no answers";
    case CutShort::kNo:
      break;
  }
  return "";
}

Json stage_json(const StageSummary& summary) {
  const Stage& stage = summary.result.stage;
  Json json{{"label", summary.label()}};
  if (stage.open()) {
    json["rate"] = *stage.a_second;
    json["arrivals"] = stage.pattern == ArrivalPattern::kPoisson ? "poisson" : "even";
  } else {
    json["concurrency"] = stage.concurrency;
  }
  json["took"] = seconds(summary.result.took);
  json["count"] = summary.result.calls.size();
  json["complete"] = summary.complete;
  json["warm_up_calls"] = summary.result.warm_up_calls;
  json["connections"] = summary.result.workers;
  json["calls_a_second"] = summary.calls_a_second;
  json["tokens_a_second_together"] = summary.tokens_a_second;
  if (summary.priced) json["usd"] = summary.spent.usd();
  if (summary.result.cut_short != CutShort::kNo) {
    json["cut_short"] = word_of(summary.result.cut_short);
  }
  json["valid"] = summary.invalid.empty();
  if (!summary.invalid.empty()) json["invalid"] = summary.invalid;
  Json measured = Json::object();
  for (std::size_t i = 0; i < metrics().size(); ++i) {
    const Metric& metric = metrics()[i];
    Json of = json_of(summary.measured[i], metric.is_rate);
    of["title"] = metric.title;
    of["bars"] = shape_of(summary.measured[i]);
    measured[metric.name] = std::move(of);
  }
  json["measured"] = std::move(measured);
  json["late"] = json_of(summary.late, false);
  const Stalls& own = summary.result.stalls;
  json["stalled"] = {{"p99", seconds(own.p99)}, {"max", seconds(own.longest)}};
  if (summary.server_stalls) {
    json["server_late_p99"] = seconds(summary.server_stalls->p99);
    json["server_late_max"] = seconds(summary.server_stalls->longest);
  }
  Json errors = Json::array();
  for (const ErrorKind& error : summary.errors) {
    Json of = json_of(error.took, false);
    of["kind"] = error.kind;
    errors.push_back(std::move(of));
  }
  json["errors"] = std::move(errors);
  Json calls = Json::array();
  for (const CallSample& call : summary.result.calls) calls.push_back(row_of(call));
  json["calls"] = std::move(calls);
  return json;
}

std::optional<Duration> duration_in(const Json& cell) {
  return cell.is_number() ? std::optional(from_seconds(cell.get<double>())) : std::nullopt;
}

}  // namespace

Json bench_document(const BenchFacts& facts, const std::vector<StageSummary>& stages) {
  Json document{{"bench", kBenchForm},
                {"bedlam", app::kVersion},
                {"endpoint", facts.endpoint},
                {"operation", facts.operation},
                {"model", facts.model},
                {"max_tokens", facts.max_tokens},
                {"request_sha256", facts.request_sha256},
                {"seed", facts.seed},
                {"started", facts.started},
                {"credentials", facts.credentials},
                {"prices", facts.prices_date}};
  if (!facts.proxy.empty()) document["proxy"] = facts.proxy;
  if (facts.max_cost) document["max_cost_usd"] = facts.max_cost->usd();
  if (!facts.left_out.empty()) document["left_out"] = facts.left_out;
  document["stages"] = Json::array();
  for (const StageSummary& stage : stages) document["stages"].push_back(stage_json(stage));
  return document;
}

Result<std::vector<CallSample>, std::string> calls_in(const Json& stage) {
  const Json* rows = find(stage, "calls");
  if (rows == nullptr || !rows->is_array()) return std::string("a stage has no calls");
  std::vector<CallSample> calls;
  for (const Json& row : *rows) {
    const bool whole = row.is_array() && row.size() >= kColumns && row[kDue].is_number() &&
                       row[kWhole].is_number() && row[kKind].is_string();
    if (!whole) return std::string("a call is not [due, whole, …, kind]");
    CallSample call;
    call.due = from_seconds(row[kDue].get<double>());
    call.whole = from_seconds(row[kWhole].get<double>());
    call.first_token = duration_in(row[kFirstToken]);
    call.gap = duration_in(row[kGap]);
    if (row[kTokensASecond].is_number()) call.tokens_a_second = row[kTokensASecond].get<double>();
    call.kind = row[kKind].get<std::string>();
    calls.push_back(std::move(call));
  }
  return calls;
}

}  // namespace bedlam::harness
