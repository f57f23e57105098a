// Pass: its Result, or its input, becomes its output (developer guide, "Pass state").
#include "emulator/states/machine/strand.h"
#include "emulator/states/state/catalog.h"

namespace bedlam::states {
namespace {

constexpr StateKind kPassKind{.type = "Pass",
                              .entered = EventType::kPassStateEntered,
                              .exited = EventType::kPassStateExited,
                              .aborted = std::nullopt};

class Pass final : public State {
 public:
  using State::State;

  Outcome run(Strand& strand) const override {
    Result<Payload, Failure> output = effective_input(strand);
    if (output) output = output_of(strand, result ? result : *output);
    if (!output) return std::move(output).error();
    return Exits{std::move(*output), next};
  }

  Payload result;  // never evaluated: `.$` inside is text (recorded)
};

std::unique_ptr<State> read_pass(const Fields& fields, std::string name) {
  auto state = std::make_unique<Pass>(std::move(name), kPassKind);
  read_input_output(fields, *state);
  state->flow.parameters = fields.payload_template("Parameters");
  read_result(fields, *state);
  if (const Json* result = fields.get("Result")) state->result = make_payload(*result);
  read_next(fields, *state);
  return state;
}

}  // namespace

const StateType& pass_state() {
  static const StateType kType{
      kPassKind,
      read_pass,
      {"InputPath", "OutputPath", "Parameters", "Result", "ResultPath", "Next", "End"}};
  return kType;
}

}  // namespace bedlam::states
