// JSONata: the expressions of jsonata_expressions.json, or of the file that the variable
// BEDLAM_JSONATA_EXPRESSIONS names, compiled once. bench/jsonata.py compares them with the
// reference implementation.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "emulator/states/language/jsonata/jsonata.h"

namespace bedlam {
namespace {

void evaluate_jsonata(benchmark::State& state, const Json& item) {
  const auto expression = states::jsonata::compile(item["expression"].get<std::string>());
  if (!expression) return state.SkipWithError("the expression is not valid");
  Random random(1);
  const states::jsonata::Environment environment{random};
  for (auto _ : state) {
    auto outcome = expression->evaluate(find(item, "input"), find(item, "bindings"), environment);
    if (!outcome) return state.SkipWithError(outcome.error().message.c_str());
    benchmark::DoNotOptimize(outcome);
  }
}

const bool kJsonataRegistered = [] {
  const char* const given = std::getenv("BEDLAM_JSONATA_EXPRESSIONS");
  std::ifstream file(given != nullptr ? given
                                      : BEDLAM_SOURCE_DIR "/bench/jsonata_expressions.json");
  for (const Json& item : Json::parse(file)) {
    const std::string name = "jsonata/" + item["name"].get<std::string>();
    benchmark::RegisterBenchmark(
        name.c_str(), [item](benchmark::State& state) { evaluate_jsonata(state, item); });
  }
  return true;
}();

}  // namespace
}  // namespace bedlam
