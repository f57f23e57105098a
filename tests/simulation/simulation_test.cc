// Makes up workflows with retries, catches, maps, parallels, waits, timeouts and stops, runs them
// on the virtual clock, and looks whether everything holds that must: of histories, of calls, of
// time.
//
//   simulation_test [--workflows N] [--from SEED]   so many, one a seed
//   simulation_test --seed N                        one, told in full where it fails
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/simulation/definition.h"
#include "tests/simulation/invariants.h"

namespace bedlam::simulation {
namespace {

constexpr std::size_t kShownFailures = 5;
constexpr std::size_t kShownComplaints = 8;

Complaints check(const Plan& plan, const Seen& seen) {
  Complaints complaints;
  if (!seen.refusal.empty()) return {"the definition is refused: " + seen.refusal};
  for (const auto* executions : {&seen.started, &seen.children, &seen.redriven}) {
    for (const SeenExecution& execution : *executions) {
      check_history(execution, complaints);
      check_map_runs(execution, complaints);
    }
  }
  check_against_plan(plan, seen, complaints);
  if (run(plan).digest != seen.digest) {
    complaints.emplace_back("a second run of the same seed has another journal or history");
  }
  return complaints;
}

void show(const Plan& plan, const Seen& seen) {
  std::printf("definition:\n%s\n", definition_of(plan).dump(2).c_str());
  std::printf("of nested executions:\n%s\n", nested_definition_of(plan).dump(2).c_str());
  for (const PlannedStart& start : plan.starts) {
    std::printf("execution %s at %lld ns", start.key.c_str(),
                static_cast<long long>(start.at.count()));
    if (start.stop)
      std::printf(", stopped at %lld ns", static_cast<long long>(start.stop->count()));
    std::printf("\n");
  }
  for (const ExpectedCall& call : seen.calls) {
    std::printf("call of %s for %s at %lld ns\n", call.task.c_str(), call.key.c_str(),
                static_cast<long long>(call.at.count()));
  }
  for (const auto* executions : {&seen.started, &seen.children, &seen.redriven}) {
    for (const SeenExecution& execution : *executions) {
      std::printf("%s: %s %s\n", execution.arn.c_str(), execution.status.c_str(),
                  execution.error.c_str());
      for (const Json& event : execution.events) std::printf("  %s\n", to_text(event).c_str());
    }
  }
}

// Whether everything holds.
bool check_seed(const char* program, std::uint64_t seed, bool in_full) {
  const Plan plan = make_plan(seed);
  const Seen seen = run(plan);
  const Complaints complaints = check(plan, seen);
  if (complaints.empty()) return true;
  if (in_full) show(plan, seen);
  std::printf("seed %llu:\n", static_cast<unsigned long long>(seed));
  for (std::size_t i = 0; i < complaints.size() && i < kShownComplaints; ++i) {
    std::printf("  %s\n", complaints[i].c_str());
  }
  std::printf("again: %s --seed %llu\n", program, static_cast<unsigned long long>(seed));
  return false;
}

}  // namespace
}  // namespace bedlam::simulation

int main(int count, char** arguments) {
  std::uint64_t workflows = 1'000;
  std::uint64_t from = 1;
  bool one = false;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string option = arguments[i];
    const std::uint64_t value = std::strtoull(arguments[i + 1], nullptr, 10);
    if (option == "--seed") {
      from = value;
      one = true;
    } else if (option == "--from") {
      from = value;
    } else if (option == "--workflows") {
      workflows = value;
    } else {
      std::fprintf(stderr, "usage: %s [--workflows N] [--from SEED] | --seed N\n", arguments[0]);
      return 2;
    }
  }
  if (one) workflows = 1;
  std::size_t failures = 0;
  for (std::uint64_t seed = from; seed < from + workflows; ++seed) {
    if (bedlam::simulation::check_seed(arguments[0], seed, one)) continue;
    if (++failures == bedlam::simulation::kShownFailures) break;
  }
  if (failures > 0) return 1;
  std::printf("everything held in %llu workflows\n", static_cast<unsigned long long>(workflows));
  return 0;
}
