// The data flow of a state (developer guide, "Processing input and output", "Transforming data with
// JSONata", "Passing data between states with variables"). JSONPath: InputPath, Parameters,
// ResultSelector, ResultPath, OutputPath. JSONata: Arguments and Output. Both: Assign, evaluated
// beside the output; neither sees the other's effect.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "emulator/base/result.h"
#include "emulator/states/failure.h"
#include "emulator/states/language/jsonata_template.h"
#include "emulator/states/language/path.h"
#include "emulator/states/language/payload_template.h"
#include "emulator/states/machine/outcome.h"
#include "emulator/states/machine/payload.h"

namespace bedlam::states {

class State;
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

// A template in the language of its state.
using Template = std::variant<PayloadTemplate, JsonataTemplate>;

struct DataFlow {
  bool jsonata = false;
  Selection input_path, output_path;
  std::optional<Template> parameters;  // or Arguments; of a Map state: ItemSelector
  std::optional<Template> result_selector;
  ResultPath result_path;
};

// Assign and Output, of a state, a catcher or a Choice rule.
struct Ending {
  std::optional<Template> assign;
  std::optional<JsonataTemplate> output;
};

// What `$states` holds beside the input and the context object.
struct Seen {
  const Json* result = nullptr;
  const Json* error_output = nullptr;
};

// All failures are complete: AWS's sentence about the state stands before the cause.

// The raw input through InputPath.
Result<Payload, Failure> select_input(Strand& strand);
// `selected` through Parameters or Arguments.
Result<Payload, Failure> apply_parameters(Strand& strand, const Payload& selected);
// The raw input through InputPath and Parameters or Arguments.
Result<Payload, Failure> effective_input(Strand& strand);

// How a state ends that has a result: Task, Parallel, Map, and in JSONPath Pass.
Outcome finish(Strand& strand, const Payload& result, const State* next);
// How a state ends that passes a value on, with the Assign and Output of `ending`.
Outcome pass_on(Strand& strand, const Payload& value, const Ending& ending, const State* next);
// How a caught error ends it.
Outcome finish_caught(Strand& strand, const Json& error_output, const ResultPath& result_path,
                      const Ending& ending, const State* next);

// The value at `path`; a miss is States.Runtime, "Invalid path '$.x' : …".
Result<Json, Failure> value_at(Strand& strand, const Path& path, const Json& input);

// A template's value. `data` is `$` of a JSONPath template.
Result<Json, Failure> evaluate(Strand& strand, const Template& form, const Json& data,
                               const Seen& seen = {});
// An expression's value, of that JSON type.
Result<Json, Failure> evaluate_as(Strand& strand, const JsonataTemplate& form,
                                  std::string_view type, const Seen& seen = {});
// An expression's value as a whole number of that range.
Result<std::int64_t, Failure> evaluate_integer(Strand& strand, const JsonataTemplate& form,
                                               const std::string& field, std::int64_t min,
                                               std::int64_t max);

}  // namespace bedlam::states
