#include "emulator/states/machine/data_flow.h"

#include "emulator/states/machine/run.h"
#include "emulator/states/machine/state.h"
#include "emulator/states/machine/strand.h"

namespace bedlam::states {
namespace {

Result<Payload, Failure> select(Strand& strand, const Selection& selection, const Payload& value) {
  if (selection.nothing) return make_payload(Json::object());
  if (!selection.path) return value;
  Result<Json, Failure> selected = value_at(strand, *selection.path, value->json);
  if (!selected) return std::move(selected).error();
  return make_payload(std::move(*selected));
}

Result<Payload, Failure> fill(Strand& strand, const Template& form, const Json& data,
                              const Seen& seen = {}) {
  Result<Json, Failure> filled = evaluate(strand, form, data, seen);
  if (!filled) return std::move(filled).error();
  return make_payload(std::move(*filled));
}

jsonata::Environment environment_of(Strand& strand) {
  const auto now = strand.run().scheduler().wall_now().time_since_epoch();
  return {strand.random(), std::chrono::duration_cast<std::chrono::milliseconds>(now).count()};
}

Result<Payload, Failure> merge(Strand& strand, const ResultPath& result_path,
                               const Payload& result) {
  if (result_path.discard) return strand.input();
  if (!result_path.path) return result;
  Json merged = strand.input()->json;
  if (result_path.path->assign(merged, result->json)) return make_payload(std::move(merged));
  return strand.explain({"States.ResultPathMatchFailure",
                         "Unable to apply ReferencePath " + result_path.path->text() +
                             " to input " + text_of(*strand.input())});
}

Result<Payload, Failure> select_output(Strand& strand, const Payload& value) {
  return select(strand, strand.state().flow.output_path, value);
}

// A result through ResultSelector, ResultPath and OutputPath.
Result<Payload, Failure> output_of(Strand& strand, const Payload& result) {
  const DataFlow& flow = strand.state().flow;
  Result<Payload, Failure> value = result;
  if (flow.result_selector) value = fill(strand, *flow.result_selector, result->json);
  if (!value) return value;
  strand.note("afterResultSelector", *value);
  value = merge(strand, flow.result_path, *value);
  if (!value) return value;
  strand.note("afterResultPath", *value);
  return select_output(strand, *value);
}

// Adds what the state assigns to an output that is there.
Outcome exits(Strand& strand, Result<Payload, Failure> output, const Ending& ending,
              const State* next, const Json& data, const Seen& seen) {
  if (!output) return std::move(output).error();
  if (!ending.assign) return Exits{*std::move(output), next};
  Result<Json, Failure> assigned = evaluate(strand, *ending.assign, data, seen);
  if (!assigned) return std::move(assigned).error();
  if (std::optional<Failure> refused = strand.refuse_assigned(*assigned)) {
    return *std::move(refused);
  }
  return Exits{*std::move(output), next, std::make_shared<const Json>(*std::move(assigned))};
}

}  // namespace

Result<Json, Failure> value_at(Strand& strand, const Path& path, const Json& input) {
  Result<Json, PathMiss> value = path.evaluate(strand.scope(input));
  if (value) return std::move(*value);
  return strand.runtime_failure("Invalid path '" + path.text() + "' : " + value.error().reason);
}

Result<Json, Failure> evaluate(Strand& strand, const Template& form, const Json& data,
                               const Seen& seen) {
  Result<Json, Failure> value = Json();
  if (const auto* jsonata_form = std::get_if<JsonataTemplate>(&form)) {
    const Json bindings = jsonata_form->is_constant() ? Json() : strand.bindings(seen);
    value = jsonata_form->evaluate(bindings, environment_of(strand));
  } else {
    value = std::get<PayloadTemplate>(form).evaluate(strand.scope(data));
  }
  if (!value) return strand.explain(std::move(value).error());
  return value;
}

Result<Json, Failure> evaluate_as(Strand& strand, const JsonataTemplate& form,
                                  std::string_view type, const Seen& seen) {
  const Json bindings = form.is_constant() ? Json() : strand.bindings(seen);
  Result<Json, Failure> value = form.evaluate_as(type, bindings, environment_of(strand));
  if (!value) return strand.explain(std::move(value).error());
  return value;
}

Result<std::int64_t, Failure> evaluate_integer(Strand& strand, const JsonataTemplate& form,
                                               const std::string& field, std::int64_t min,
                                               std::int64_t max) {
  const Result<Json, Failure> value = evaluate_as(strand, form, "number", {});
  if (!value) return value.error();
  const double number = value->get<double>();
  if (number >= static_cast<double>(min) && number <= static_cast<double>(max)) {
    return static_cast<std::int64_t>(number);  // a fraction is cut off
  }
  Failure failure{"States.QueryEvaluationError",
                  "The value " + to_text(*value) + " of the field '" + field +
                      "' must be a number from " + std::to_string(min) + " to " +
                      std::to_string(max) + "."};
  failure.evaluated_field = field;
  return strand.explain(std::move(failure));
}

Result<Payload, Failure> select_input(Strand& strand) {
  const DataFlow& flow = strand.state().flow;
  if (flow.jsonata) return strand.input();
  Result<Payload, Failure> selected = select(strand, flow.input_path, strand.input());
  if (selected) strand.note("afterInputPath", *selected);
  return selected;
}

Result<Payload, Failure> apply_parameters(Strand& strand, const Payload& selected) {
  const DataFlow& flow = strand.state().flow;
  Result<Payload, Failure> value = selected;
  if (flow.parameters) value = fill(strand, *flow.parameters, selected->json);
  if (value) strand.note(flow.jsonata ? "afterArguments" : "afterParameters", *value);
  return value;
}

Result<Payload, Failure> effective_input(Strand& strand) {
  Result<Payload, Failure> selected = select_input(strand);
  if (!selected) return selected;
  return apply_parameters(strand, *selected);
}

Outcome finish(Strand& strand, const Payload& result, const State* next) {
  const State& state = strand.state();
  if (!state.flow.jsonata) {
    return exits(strand, output_of(strand, result), state.ending, next, result->json, {});
  }
  const Seen seen{&result->json};
  Result<Payload, Failure> output = result;
  if (state.ending.output) output = fill(strand, *state.ending.output, result->json, seen);
  return exits(strand, std::move(output), state.ending, next, result->json, seen);
}

Outcome pass_on(Strand& strand, const Payload& value, const Ending& ending, const State* next) {
  if (!strand.state().flow.jsonata) {
    return exits(strand, select_output(strand, value), ending, next, value->json, {});
  }
  Result<Payload, Failure> output = value;
  if (ending.output) output = fill(strand, *ending.output, value->json);
  return exits(strand, std::move(output), ending, next, value->json, {});
}

Outcome finish_caught(Strand& strand, const Json& error_output, const ResultPath& result_path,
                      const Ending& ending, const State* next) {
  const Payload caught = make_payload(error_output);
  if (!strand.state().flow.jsonata) {
    return exits(strand, merge(strand, result_path, caught), ending, next, error_output, {});
  }
  const Seen seen{nullptr, &error_output};
  Result<Payload, Failure> output = caught;
  if (ending.output) output = fill(strand, *ending.output, error_output, seen);
  return exits(strand, std::move(output), ending, next, error_output, seen);
}

}  // namespace bedlam::states
