// Whole executions on the virtual clock: a Map of many items, very many executions at one time, and
// what one costs in memory while it waits.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <string>

#include "emulator/states/machine/execution.h"

namespace bedlam {
namespace {

using states::Execution;

// An engine without services, as the machine's unit tests have it.
struct Engine {
  Scheduler scheduler{WallTime{}};
  rpc::Journal journal;
  rpc::Dispatcher dispatcher{scheduler, journal};

  std::shared_ptr<Execution> start(const std::shared_ptr<const states::Definition>& definition,
                                   const Json& input, std::uint64_t number) {
    const std::string name = "run-" + std::to_string(number);
    auto execution = std::make_shared<Execution>(
        definition,
        Execution::Identity{"arn:aws:states:us-east-1:123456789012:execution:bench:" + name, name,
                            "arn:aws:iam::123456789012:role/states",
                            "arn:aws:states:us-east-1:123456789012:stateMachine:bench", "bench",
                            "us-east-1"},
        input, Execution::Surroundings{scheduler, dispatcher, Random(number)});
    execution->start([] {});
    return execution;
  }
};

// The iterations have two states, and the item in their input.
constexpr const char* kMap = R"({"StartAt":"Each","States":{"Each":{"Type":"Map","ItemProcessor":
  {"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","End":true}}},
  "MaxConcurrency":0,"End":true}}})";

void map_of_items(benchmark::State& state) {
  const auto definition = states::Definition::parse(kMap, "STANDARD");
  if (!definition) return state.SkipWithError("the definition is not valid");
  Json items = Json::array();
  for (std::int64_t i = 0; i < state.range(0); ++i) items.push_back({{"vehicle", i}});
  Engine engine;
  for (auto _ : state) {
    const auto execution = engine.start(*definition, items, 1);
    engine.scheduler.run();
    if (execution->output() == nullptr || execution->output()->size() != items.size()) {
      return state.SkipWithError("the execution did not succeed");
    }
  }
}
BENCHMARK(map_of_items)->ArgName("items")->Arg(1'000)->Unit(benchmark::kMillisecond);

// Two waits between three others.
constexpr const char* kWaiting = R"({"StartAt":"A","States":{
  "A":{"Type":"Pass","Next":"B"},"B":{"Type":"Wait","Seconds":10,"Next":"C"},
  "C":{"Type":"Pass","Next":"D"},"D":{"Type":"Wait","Seconds":20,"Next":"E"},
  "E":{"Type":"Succeed"}}})";
constexpr std::uint64_t kExecutions = 10'000;

// All are started before the first goes on. The counter is how much memory each has then.
void executions_that_wait(benchmark::State& state) {
  const auto definition = states::Definition::parse(kWaiting, "STANDARD");
  if (!definition) return state.SkipWithError("the definition is not valid");
  const Json input{{"vehicle", "family SUV"}};
  std::size_t bytes = 0;
  for (auto _ : state) {
    Engine engine;
    std::vector<std::shared_ptr<Execution>> executions;
    executions.reserve(kExecutions);
    const std::size_t before = mallinfo2().uordblks;
    for (std::uint64_t i = 0; i < kExecutions; ++i) {
      executions.push_back(engine.start(*definition, input, i));
    }
    bytes = mallinfo2().uordblks - before;
    engine.scheduler.run();
    for (const auto& execution : executions) {
      if (execution->status() != states::ExecutionStatus::kSucceeded) {
        return state.SkipWithError("an execution did not succeed");
      }
    }
  }
  state.counters["bytes_each"] = static_cast<double>(bytes) / kExecutions;
}
BENCHMARK(executions_that_wait)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bedlam
