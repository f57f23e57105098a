// Succeed: ends its line of states (developer guide, "Succeed workflow state").
#include "emulator/states/machine/strand.h"
#include "emulator/states/state/catalog.h"

namespace bedlam::states {
namespace {

constexpr StateKind kSucceedKind{.type = "Succeed",
                                 .entered = EventType::kSucceedStateEntered,
                                 .exited = EventType::kSucceedStateExited,
                                 .aborted = std::nullopt};

class Succeed final : public State {
 public:
  using State::State;

  Outcome run(Strand& strand) const override {
    Result<Payload, Failure> input = select_input(strand);
    if (!input) return std::move(input).error();
    return pass_on(strand, *input, ending, nullptr);
  }
};

std::unique_ptr<State> read_succeed(const Fields& fields, std::string name) {
  auto state = std::make_unique<Succeed>(std::move(name), kSucceedKind);
  read_input_output(fields, *state);
  read_ending(fields, Sees::kInput, state->ending);
  state->ends = true;
  return state;
}

}  // namespace

const StateType& succeed_state() {
  static const StateType kType{
      kSucceedKind, read_succeed, {}, {"InputPath", "OutputPath"}, {"Output"}};
  return kType;
}

}  // namespace bedlam::states
