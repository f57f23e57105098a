// The article's two workflows on the virtual clock, as scenarios/article/parallel-gain.yaml scripts
// them: from StartExecution to the end, four model calls, journal and history included. The counter
// `virtual_s` is what the workflow took on its own clock, and must be 30.8 and 19.2.
#include <benchmark/benchmark.h>

#include "bench/in_memory.h"
#include "emulator/app/emulator.h"
#include "emulator/states/machine/execution.h"

namespace bedlam {
namespace {

constexpr const char* kScenario = BEDLAM_SOURCE_DIR "/scenarios/article/parallel-gain.yaml";
constexpr const char* kInput =
    R"({"vehicle":"family SUV","images":["front.jpg","side.jpg","boot.jpg"]})";

// Runs it once; how long it took on its own clock, or nothing where it did not succeed.
std::optional<double> run_once(app::Emulator& emulator, const std::string& arn) {
  const auto answer = std::make_shared<Answer>();
  emulator.dispatcher().dispatch(start_execution_request(arn, kInput), "bench", answer);
  emulator.scheduler().run();
  const auto started = parse_json(answer->body);
  const Json* execution_arn = started ? find(*started, "executionArn") : nullptr;
  if (execution_arn == nullptr) return std::nullopt;
  const auto execution = emulator.find_execution(*execution_arn);
  if (!execution || execution->status() != states::ExecutionStatus::kSucceeded) return std::nullopt;
  return seconds(*execution->stopped() - execution->started());
}

void run_workflow(benchmark::State& state, const std::string& name) {
  const auto scenario = scenario::read_scenario(kScenario);
  if (!scenario) return state.SkipWithError(format(scenario.error().front()).c_str());
  app::Emulator emulator({});
  if (!emulator.load(*scenario)) return state.SkipWithError("the scenario does not load");
  const std::string arn = emulator.state_machine_arn(name);
  std::optional<double> took;
  for (auto _ : state) {
    took = run_once(emulator, arn);
    if (!took) return state.SkipWithError("the workflow did not succeed");
  }
  state.counters["virtual_s"] = *took;
}

void workflow_chain(benchmark::State& state) {
  run_workflow(state, "chain");
}
BENCHMARK(workflow_chain)->Unit(benchmark::kMicrosecond);

void workflow_parallel(benchmark::State& state) {
  run_workflow(state, "parallel");
}
BENCHMARK(workflow_parallel)->Unit(benchmark::kMicrosecond);

void scenario_read(benchmark::State& state) {
  for (auto _ : state) {
    const auto scenario = scenario::read_scenario(kScenario);
    if (!scenario) return state.SkipWithError("the scenario does not read");
  }
}
BENCHMARK(scenario_read)->Unit(benchmark::kMicrosecond);

void scenario_load(benchmark::State& state) {
  const auto scenario = scenario::read_scenario(kScenario);
  if (!scenario) return state.SkipWithError("the scenario does not read");
  app::Emulator emulator({});
  for (auto _ : state) {
    if (!emulator.load(*scenario)) return state.SkipWithError("the scenario does not load");
  }
}
BENCHMARK(scenario_load)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace bedlam
