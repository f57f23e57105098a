// The emulator as a library: what one costs to have, and what a call costs through its in-memory
// edge.
#include <benchmark/benchmark.h>

#include "bench/in_memory.h"
#include "emulator/app/emulator.h"

namespace bedlam {
namespace {

void emulator_construct(benchmark::State& state) {
  for (auto _ : state) {
    app::Emulator emulator({});
    benchmark::DoNotOptimize(&emulator.scheduler());
  }
}
BENCHMARK(emulator_construct)->Unit(benchmark::kMicrosecond);

void call_model(benchmark::State& state, const std::string& operation) {
  app::Emulator emulator({});
  const aws::HttpRequest request = invoke_request(operation);
  for (auto _ : state) {
    const auto answer = std::make_shared<Answer>();
    emulator.dispatcher().dispatch(request, "bench", answer);
    emulator.scheduler().run();
    if (answer->status != 200 || !answer->over) return state.SkipWithError(answer->body.c_str());
  }
  state.counters["calls/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void invoke_model(benchmark::State& state) {
  call_model(state, "invoke");
}
BENCHMARK(invoke_model)->Unit(benchmark::kMicrosecond);

// 50 frames without delay, as bench/load.py has them.
void converse_stream_50_frames(benchmark::State& state) {
  app::Emulator emulator({});
  const auto scenario = scenario::parse_scenario(
      R"({"models": {"*": {"replies": [{"answer": {"tokens": 45}}]}}})", "bench");
  if (!scenario || !emulator.load(*scenario)) return state.SkipWithError("the scenario is wrong");
  const std::string body = R"({"messages":[{"role":"user","content":[{"text":"Go on"}]}]})";
  const aws::HttpRequest request{"POST",
                                 "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse-stream",
                                 {{"Content-Type", "application/json"}},
                                 body};
  for (auto _ : state) {
    const auto answer = std::make_shared<Answer>();
    emulator.dispatcher().dispatch(request, "bench", answer);
    emulator.scheduler().run();
    if (answer->status != 200 || !answer->over) return state.SkipWithError(answer->body.c_str());
  }
  state.counters["frames/s"] =
      benchmark::Counter(50 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(converse_stream_50_frames)->Unit(benchmark::kMicrosecond);

void invoke_model_with_response_stream(benchmark::State& state) {
  call_model(state, "invoke-with-response-stream");
}
BENCHMARK(invoke_model_with_response_stream)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace bedlam
