// The state machine engine without any service: transitions through a chain of Pass states, history
// included.
#include <benchmark/benchmark.h>

#include <string>

#include "emulator/base/json.h"
#include "emulator/states/machine/execution.h"

namespace bedlam {
namespace {

constexpr int kStates = 50;

std::string chain_of_pass(const std::string& members) {
  std::string text = R"({"StartAt":"S0","States":{)";
  for (int i = 0; i < kStates; ++i) {
    if (i > 0) text += ',';
    text += "\"S" + std::to_string(i) + R"(":{"Type":"Pass",)" + members +
            (i + 1 < kStates ? "\"Next\":\"S" + std::to_string(i + 1) + "\"}" : "\"End\":true}");
  }
  return text + "}}";
}

// Each execution enters and leaves 50 states: 50 transitions, 102 events.
void run_chain(benchmark::State& state, const std::string& members) {
  const auto definition = states::Definition::parse(chain_of_pass(members), "STANDARD");
  if (!definition) return state.SkipWithError("the definition is not valid");
  Scheduler scheduler{WallTime{}};
  rpc::Journal journal;
  rpc::Dispatcher dispatcher(scheduler, journal);
  const Json input = *parse_json(R"({"vehicle":"family SUV","images":["front.jpg","side.jpg"]})");
  const states::Execution::Identity identity{
      "arn:aws:states:us-east-1:123456789012:execution:chain:run",
      "run",
      "arn:aws:iam::123456789012:role/states",
      "arn:aws:states:us-east-1:123456789012:stateMachine:chain",
      "chain",
      "us-east-1"};
  std::size_t events = 0;
  for (auto _ : state) {
    const auto execution = std::make_shared<states::Execution>(
        *definition, identity, input,
        states::Execution::Surroundings{scheduler, dispatcher, Random(1)});
    execution->start([] {});
    scheduler.run();
    if (execution->status() != states::ExecutionStatus::kSucceeded) {
      return state.SkipWithError("the execution did not succeed");
    }
    events += execution->history().size();
  }
  const auto rate = [](auto count) {
    return benchmark::Counter(static_cast<double>(count), benchmark::Counter::kIsRate);
  };
  state.counters["transitions/s"] = rate(state.iterations() * kStates);
  state.counters["events/s"] = rate(events);
}

void transitions_pass(benchmark::State& state) {
  run_chain(state, "");
}
BENCHMARK(transitions_pass)->Unit(benchmark::kMicrosecond);

// The same with what a prompt chain does between its models: a payload template and a ResultPath.
void transitions_pass_with_parameters(benchmark::State& state) {
  run_chain(state,
            R"json("Parameters":{"prompt.$":"States.Format('an advert for a {}',$.vehicle)"},)json"
            R"("ResultPath":"$.next",)");
}
BENCHMARK(transitions_pass_with_parameters)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace bedlam
