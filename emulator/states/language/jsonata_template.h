// A field of a JSONata state: any JSON, in which a string that starts with `{%` and ends with `%}`
// is an expression (developer guide, "Transforming data with JSONata in Step Functions").
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "emulator/base/json.h"
#include "emulator/base/result.h"
#include "emulator/states/failure.h"
#include "emulator/states/language/jsonata/jsonata.h"
#include "emulator/states/language/payload_template.h"

namespace bedlam::states {

// Whether a text is an expression: exactly these two characters at each end.
bool is_jsonata(std::string_view text);

class JsonataTemplate {
 public:
  // `field` is the name that failures mention, "Output". The mistake's pointer is below the field.
  static Result<JsonataTemplate, TemplateMistake> parse(const Json& json, const std::string& field);

  // `bindings`: the variables, and `states`. Failures: States.QueryEvaluationError, with the field
  // and the recorded text, without the sentence about the state.
  Result<Json, Failure> evaluate(const Json& bindings,
                                 const jsonata::Environment& environment) const;

  // The same, where the field must have a type: "array", "boolean", "number", "string". Only what
  // an expression gave is checked; what was written literally, the parser has checked.
  Result<Json, Failure> evaluate_as(std::string_view type, const Json& bindings,
                                    const jsonata::Environment& environment) const;

  bool is_constant() const;
  // Whether some expression contains this text, such as "$states.result".
  bool mentions(std::string_view text) const;

 private:
  struct Parsed;
  std::shared_ptr<const Parsed> parsed_;
};

// The names of variables that an expression in `{% %}` reads, without `$`; none where it does not
// parse.
std::set<std::string> variables_of_jsonata(std::string_view text);

// "array", "object", "string", "number", "boolean", "null".
std::string_view json_type(const Json& value);

// "The JSONata expression '…' specified for the field '…' …".
Failure evaluation_failure(std::string_view expression, const std::string& field,
                           const std::string& what);

}  // namespace bedlam::states
