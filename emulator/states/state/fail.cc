// Fail: ends its line of states with an error of its own (developer guide, "Fail workflow state").
#include "emulator/states/machine/strand.h"
#include "emulator/states/state/catalog.h"

namespace bedlam::states {
namespace {

constexpr StateKind kFailKind{.type = "Fail",
                              .entered = EventType::kFailStateEntered,
                              .exited = std::nullopt,
                              .aborted = std::nullopt};

class Fail final : public State {
 public:
  using State::State;

  Outcome run(Strand& strand) const override {
    Failure failure{error, cause};
    if (error_expression) {
      const Result<Json, Failure> text = evaluate_as(strand, *error_expression, "string");
      if (!text) return text.error();
      failure.error = text->get<std::string>();
    }
    if (cause_expression) {
      const Result<Json, Failure> text = evaluate_as(strand, *cause_expression, "string");
      if (!text) return text.error();
      failure.cause = text->get<std::string>();
    }
    if (!flow.jsonata) strand.note("afterInputPath", strand.input());  // recorded
    if (error_path) {
      const Result<std::string, Failure> text = text_at(strand, *error_path);
      if (!text) return text.error();
      failure.error = *text;
    }
    if (cause_path) {
      const Result<std::string, Failure> text = text_at(strand, *cause_path);
      if (!text) return text.error();
      failure.cause = *text;
    }
    return failure;
  }

  std::string error;
  std::optional<std::string> cause;
  std::optional<Expression> error_path, cause_path;
  std::optional<JsonataTemplate> error_expression, cause_expression;

 private:
  static Result<std::string, Failure> text_at(Strand& strand, const Expression& path) {
    Result<Json, Failure> value = path.evaluate(strand.scope(strand.input()->json));
    if (!value) return strand.explain(std::move(value).error());
    if (value->is_string()) return value->get<std::string>();
    return to_text(*value);
  }
};

std::unique_ptr<State> read_fail(const Fields& fields, std::string name) {
  auto state = std::make_unique<Fail>(std::move(name), kFailKind);
  fields.at_most_one({"Error", "ErrorPath"});
  fields.at_most_one({"Cause", "CausePath"});
  state->error_expression = fields.jsonata_expression("Error");
  state->cause_expression = fields.jsonata_expression("Cause");
  if (!state->error_expression) state->error = fields.text("Error").value_or("");
  if (!state->cause_expression) state->cause = fields.text("Cause");
  if (!fields.jsonata) {
    state->error_path = fields.expression("ErrorPath");
    state->cause_path = fields.expression("CausePath");
  }
  state->ends = true;
  return state;
}

}  // namespace

const StateType& fail_state() {
  static const StateType kType{
      kFailKind, read_fail, {"Error", "Cause"}, {"ErrorPath", "CausePath"}, {}};
  return kType;
}

}  // namespace bedlam::states
