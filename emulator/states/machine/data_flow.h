// The data flow of a JSONPath state: InputPath, Parameters, ResultSelector, ResultPath, OutputPath
// (developer guide, "Processing input and output").
#pragma once

#include <optional>

#include "emulator/base/result.h"
#include "emulator/states/failure.h"
#include "emulator/states/language/path.h"
#include "emulator/states/language/payload_template.h"
#include "emulator/states/machine/payload.h"

namespace bedlam::states {

class Strand;

// InputPath or OutputPath. `null` gives `{}`; without a path everything passes.
struct Selection {
  std::optional<Path> path;
  bool nothing = false;
};

// Where a result goes in the raw input. `null` drops it; without a path it replaces the input.
struct ResultPath {
  std::optional<Path> path;
  bool discard = false;
};

struct DataFlow {
  Selection input_path, output_path;
  std::optional<PayloadTemplate> parameters;  // of a Map state: ItemSelector
  std::optional<PayloadTemplate> result_selector;
  ResultPath result_path;
};

// All failures are complete: AWS's sentence about the state stands before the cause.

// The raw input through InputPath.
Result<Payload, Failure> select_input(Strand& strand);
// `selected` through Parameters.
Result<Payload, Failure> apply_parameters(Strand& strand, const Payload& selected);
// The raw input through InputPath and Parameters.
Result<Payload, Failure> effective_input(Strand& strand);

// A result through ResultSelector, ResultPath and OutputPath.
Result<Payload, Failure> output_of(Strand& strand, const Payload& result);
// `value` through OutputPath.
Result<Payload, Failure> select_output(Strand& strand, const Payload& value);
// `result` written into the raw input.
Result<Payload, Failure> merge(Strand& strand, const ResultPath& result_path,
                               const Payload& result);

// The value at `path`; a miss is States.Runtime, "Invalid path '$.x' : …".
Result<Json, Failure> value_at(Strand& strand, const Path& path, const Json& input);

}  // namespace bedlam::states
