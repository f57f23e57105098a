#include "emulator/scenario/join.h"

#include <iterator>
#include <utility>

namespace bedlam::scenario {
namespace {

template <typename Entry>
void move_behind(std::vector<Entry>& all, std::vector<Entry>& more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

void join(Scenario& all, Scenario more) {
  // All members are named, so that a new one does not compile until it has its place here.
  auto& [file, text, description, needs, models, guardrails, endpoints, functions, tasks,
         mock_config, buckets, workflows, run, expect] = more;
  move_behind(all.models, models);
  move_behind(all.guardrails, guardrails);
  move_behind(all.endpoints, endpoints);
  move_behind(all.functions, functions);
  move_behind(all.tasks, tasks);
  if (mock_config) all.mock_config = std::move(mock_config);
  move_behind(all.buckets, buckets);
  move_behind(all.workflows, workflows);
}

}  // namespace bedlam::scenario
