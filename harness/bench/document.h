// A bench as one JSON document: what `--json` writes, the page is made of, and `--compare` reads.
#pragma once

#include <string>
#include <vector>

#include "emulator/base/json.h"
#include "harness/bench/summary.h"

namespace bedlam::harness {

// The form's number, which grows when a reader of an older one would go wrong.
inline constexpr int kBenchForm = 1;

// What was asked for, as reports say it.
struct BenchFacts {
  std::string endpoint, operation, model;
  std::string started;  // ISO 8601
  int max_tokens = 0;
  std::uint64_t seed = 1;
  std::string prices_date;
  std::string request_sha256{};  // of a call's body
  std::string credentials;       // where they came from
  std::string proxy{};           // "host:port" that calls went through; "" for none
  std::optional<Money> max_cost{};
  std::vector<std::string> left_out{};  // labels of stages that a cut before them left none of
};

// {"bench": 1, "endpoint": …, "stages": [{"label": …, "calls": [[due, whole, first_token,
// between_tokens, tokens_a_second, kind], …], …}]}. Times in seconds; null for what a call has not.
Json bench_document(const BenchFacts& facts, const std::vector<StageSummary>& stages);

// The calls of one stage of a document; the error says what is no such thing.
Result<std::vector<CallSample>, std::string> calls_in(const Json& stage);

}  // namespace bedlam::harness
