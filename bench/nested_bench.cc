// The article's chain once for each of 100 vehicles: a Distributed Map whose children start it as a
// nested execution and wait for its end. From StartExecution to the answer of DescribeExecution,
// journal, histories and child executions included. `virtual_s` is what it took on its own clock.
#include <benchmark/benchmark.h>

#include "bench/in_memory.h"
#include "emulator/app/emulator.h"
#include "emulator/states/machine/execution.h"

namespace bedlam {
namespace {

constexpr const char* kArticle = BEDLAM_SOURCE_DIR "/scenarios/article/parallel-gain.yaml";
constexpr int kVehicles = 100;

std::string fleet_definition(const std::string& nested_arn) {
  const Json nested{{"Type", "Task"},
                    {"Resource", "arn:aws:states:::states:startExecution.sync:2"},
                    {"Parameters", {{"StateMachineArn", nested_arn}, {"Input.$", "$"}}},
                    // The hundred adverts together would be more than a state may pass on.
                    {"ResultSelector", {{"status.$", "$.Status"}}},
                    {"End", true}};
  const Json map{{"Type", "Map"},
                 {"ItemProcessor",
                  {{"ProcessorConfig", {{"Mode", "DISTRIBUTED"}, {"ExecutionType", "STANDARD"}}},
                   {"StartAt", "Advertise"},
                   {"States", {{"Advertise", nested}}}}},
                 {"End", true}};
  return to_text(Json{{"StartAt", "Fleet"}, {"States", {{"Fleet", map}}}});
}

std::string fleet_input() {
  Json vehicles = Json::array();
  for (int i = 0; i < kVehicles; ++i) {
    vehicles.push_back({{"vehicle", "model " + std::to_string(i)},
                        {"images", {"front.jpg", "side.jpg", "boot.jpg"}}});
  }
  return to_text(vehicles);
}

// How long it took on its own clock; nothing where it did not succeed.
std::optional<double> run_fleet(app::Emulator& emulator, const std::string& arn,
                                const std::string& input) {
  const auto answer = std::make_shared<Answer>();
  emulator.dispatcher().dispatch(start_execution_request(arn, input), "bench", answer);
  emulator.scheduler().run();
  const auto started = parse_json(answer->body);
  const Json* execution_arn = started ? find(*started, "executionArn") : nullptr;
  if (execution_arn == nullptr) return std::nullopt;
  const auto execution = emulator.find_execution(*execution_arn);
  if (!execution || execution->output() == nullptr) return std::nullopt;
  if (execution->output()->size() != kVehicles) return std::nullopt;
  return seconds(*execution->stopped() - execution->started());
}

void nested_workflows_of_a_distributed_map(benchmark::State& state) {
  auto scenario = scenario::read_scenario(kArticle);
  if (!scenario) return state.SkipWithError(format(scenario.error().front()).c_str());
  scenario::Workflow fleet;
  fleet.name = "fleet";
  fleet.definition = fleet_definition("arn:aws:states:us-east-1:123456789012:stateMachine:chain");
  scenario->workflows.push_back(std::move(fleet));
  const std::string input = fleet_input();
  std::optional<double> took;
  for (auto _ : state) {
    state.PauseTiming();  // each run begins with an empty account
    app::Emulator emulator({});
    if (!emulator.load(*scenario)) return state.SkipWithError("the scenario does not load");
    state.ResumeTiming();
    took = run_fleet(emulator, emulator.state_machine_arn("fleet"), input);
    if (!took) return state.SkipWithError("the workflow did not succeed");
  }
  state.counters["virtual_s"] = *took;
}
BENCHMARK(nested_workflows_of_a_distributed_map)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bedlam
