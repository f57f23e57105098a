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
    if (flow.jsonata) return pass_on(strand, strand.input(), ending, next);
    if (result) {  // recorded: InputPath and Parameters are not even looked at
      strand.note("result", result);
      return finish(strand, result, next);
    }
    Result<Payload, Failure> input = effective_input(strand);
    if (!input) return std::move(input).error();
    return finish(strand, *input, next);
  }

  Payload result;  // never evaluated: `.$` inside is text (recorded)
};

std::unique_ptr<State> read_pass(const Fields& fields, std::string name) {
  auto state = std::make_unique<Pass>(std::move(name), kPassKind);
  read_input_output(fields, *state);
  if (!fields.jsonata) state->flow.parameters = fields.value_template("Parameters");
  read_result(fields, *state);
  read_ending(fields, Sees::kInput, state->ending);
  if (const Json* result = fields.get("Result")) state->result = make_payload(*result);
  read_next(fields, *state);
  return state;
}

}  // namespace

const StateType& pass_state() {
  static const StateType kType{kPassKind,
                               read_pass,
                               {"Assign", "Next", "End"},
                               {"InputPath", "OutputPath", "Parameters", "Result", "ResultPath"},
                               {"Output"}};
  return kType;
}

}  // namespace bedlam::states
