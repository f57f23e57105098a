#include "emulator/states/state/catalog.h"

namespace bedlam::states {

// Each stands in the file of its name.
const StateType& task_state();
const StateType& wait_state();
const StateType& pass_state();
const StateType& succeed_state();
const StateType& fail_state();
const StateType& choice_state();
const StateType& parallel_state();
const StateType& map_state();

const std::vector<const StateType*>& state_types() {
  static const std::vector<const StateType*> kTypes{
      &task_state(), &wait_state(),   &pass_state(),     &succeed_state(),
      &fail_state(), &choice_state(), &parallel_state(), &map_state()};
  return kTypes;
}

}  // namespace bedlam::states
