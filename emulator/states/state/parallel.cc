// Parallel: its branches run side by side, each on the effective input; the result is the array of
// theirs (developer guide, "Parallel state").
#include "emulator/states/machine/trial.h"
#include "emulator/states/state/branches.h"
#include "emulator/states/state/catalog.h"

namespace bedlam::states {
namespace {

constexpr StateKind kParallelKind{.type = "Parallel",
                                  .entered = EventType::kParallelStateEntered,
                                  .exited = EventType::kParallelStateExited,
                                  .aborted = EventType::kParallelStateAborted,
                                  .failed = EventType::kParallelStateFailed,
                                  .counts_retries = true};

class Parallel final : public State {
 public:
  using State::State;
  Outcome run(Strand& strand) const override;

  std::vector<std::unique_ptr<StatesBlock>> branches;
};

class ParallelFrame final : public Branches {
 public:
  ParallelFrame(Strand& owner, const Parallel& state)
      : Branches(owner, state.branches.size()), state_(state) {}

  void begin(const Payload& input) {
    last_event_ = resumes() ? owner().last_event()
                            : owner().record({.type = EventType::kParallelStateStarted});
    for (std::size_t i = 0; i < state_.branches.size(); ++i) {
      if (is_finished(i)) continue;
      start(i, *state_.branches[i], input, last_event_);
    }
  }

  Outcome advance(Strand& strand) override {
    if (failure()) return *failure();
    if (finished() < count()) return Waits{};
    // Recorded: both this event and ParallelStateExited point to the last event of the branches.
    succeeded_ = true;
    strand.set_last_event(last_event_);
    strand.record_aside(last_event_, {.type = EventType::kParallelStateSucceeded});
    return finish(strand, make_payload(results()), state_.next);
  }

  void give_up(Strand& strand) override {
    if (!succeeded_) strand.record({.type = EventType::kParallelStateFailed});
  }

 private:
  void note_finished(Strand& child) override { last_event_ = child.last_event(); }

  const Parallel& state_;
  std::uint64_t last_event_ = 0;
  bool succeeded_ = false;
};

Outcome Parallel::run(Strand& strand) const {
  const Result<Payload, Failure> input = effective_input(strand);
  if (!input) return input.error();
  if (Trial* const trial = strand.run().trial; trial != nullptr && trial->is_mocked()) {
    trial->stages = Json::object();  // recorded: nothing is shown of the input
    if (trial->error) return *trial->error;
    return finish(strand, trial->result, next);
  }
  auto frame = std::make_unique<ParallelFrame>(strand, *this);
  ParallelFrame& started = *frame;
  const Waits waits = strand.wait_in(std::move(frame));
  started.begin(*input);
  return waits;
}

std::unique_ptr<State> read_parallel(const Fields& fields, std::string name) {
  auto state = std::make_unique<Parallel>(std::move(name), kParallelKind);
  read_input_output(fields, *state);
  state->flow.parameters = fields.value_template(fields.jsonata ? "Arguments" : "Parameters");
  check_states(fields, "Arguments", Sees::kInput);
  read_result(fields, *state);
  read_ending(fields, Sees::kResult, state->ending);
  fields.require({"Branches"});
  bool complete = true;
  for (const Fields& branch : fields.list("Branches", true)) {
    state->branches.push_back(fields.parse.read_block(branch));
    complete = complete && state->branches.back() != nullptr;
  }
  read_errors(fields, *state);
  read_next(fields, *state);
  return complete ? std::move(state) : nullptr;
}

}  // namespace

const StateType& parallel_state() {
  static const StateType kType{
      kParallelKind,
      read_parallel,
      {"Branches", "Assign", "Retry", "Catch", "Next", "End"},
      {"InputPath", "OutputPath", "Parameters", "ResultSelector", "ResultPath"},
      {"Arguments", "Output"}};
  return kType;
}

}  // namespace bedlam::states
