// The scheduler: what a timer costs, with few and with very many of them pending.
#include <benchmark/benchmark.h>

#include <vector>

#include "emulator/base/random.h"
#include "emulator/clock/scheduler.h"

namespace bedlam {
namespace {

// Keeps `pending` timers set; each one that fires sets the next, as streams do.
void timer_set_and_fire(benchmark::State& state) {
  Scheduler scheduler{WallTime{}};
  Random random(1);
  std::function<void()> task = [&] {
    scheduler.after(std::chrono::microseconds(1 + random.below(1'000'000)), [&] { task(); });
  };
  for (std::int64_t i = 0; i < state.range(0); ++i) task();
  for (auto _ : state) scheduler.step(Instant::max());
  state.counters["timers/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(timer_set_and_fire)->ArgName("pending")->Arg(1)->Arg(5'000)->Arg(1'000'000);

// A timeout that is not needed: set beside the others, cancelled at once.
void timer_set_and_cancel(benchmark::State& state) {
  Scheduler scheduler{WallTime{}};
  Random random(1);
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    scheduler.after(std::chrono::microseconds(random.below(1'000'000)), [] {});
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(scheduler.cancel(scheduler.after(std::chrono::seconds(60), [] {})));
  }
  state.counters["timers/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(timer_set_and_cancel)->ArgName("pending")->Arg(1)->Arg(5'000)->Arg(1'000'000);

}  // namespace
}  // namespace bedlam
