#include "emulator/states/machine/data_flow.h"

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

Result<Payload, Failure> fill(Strand& strand, const PayloadTemplate& form, const Payload& value) {
  Result<Json, Failure> filled = form.evaluate(strand.scope(value->json));
  if (!filled) return strand.explain(std::move(filled).error());
  return make_payload(std::move(*filled));
}

}  // namespace

Result<Json, Failure> value_at(Strand& strand, const Path& path, const Json& input) {
  Result<Json, PathMiss> value = path.evaluate(strand.scope(input));
  if (value) return std::move(*value);
  return strand.runtime_failure("Invalid path '" + path.text() + "' : " + value.error().reason);
}

Result<Payload, Failure> select_input(Strand& strand) {
  return select(strand, strand.state().flow.input_path, strand.input());
}

Result<Payload, Failure> apply_parameters(Strand& strand, const Payload& selected) {
  const std::optional<PayloadTemplate>& parameters = strand.state().flow.parameters;
  if (!parameters) return selected;
  return fill(strand, *parameters, selected);
}

Result<Payload, Failure> effective_input(Strand& strand) {
  Result<Payload, Failure> selected = select_input(strand);
  if (!selected) return selected;
  return apply_parameters(strand, *selected);
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

Result<Payload, Failure> output_of(Strand& strand, const Payload& result) {
  const DataFlow& flow = strand.state().flow;
  Result<Payload, Failure> value = result;
  if (flow.result_selector) value = fill(strand, *flow.result_selector, result);
  if (!value) return value;
  value = merge(strand, flow.result_path, *value);
  if (!value) return value;
  return select_output(strand, *value);
}

}  // namespace bedlam::states
