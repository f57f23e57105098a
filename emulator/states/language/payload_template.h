// Payload templates: Parameters, ResultSelector, ItemSelector. JSON in which a member whose name
// ends in `.$` holds a path or an intrinsic function call.
#pragma once

#include <memory>
#include <string>

#include "emulator/base/json.h"
#include "emulator/base/result.h"
#include "emulator/states/failure.h"
#include "emulator/states/language/scope.h"

namespace bedlam::states {

// A mistake in a template or a rule: the JSON pointer below it and one sentence.
struct TemplateMistake {
  std::string pointer;      // "/messages/0/text.$"
  std::string message;      // AWS's sentence where it has one
  std::string detail = {};  // what exactly is wrong and where, for an author; may be empty
  std::string code = {};    // of the diagnostic where it is not the usual one
};

class PayloadTemplate {
 public:
  static Result<PayloadTemplate, TemplateMistake> parse(const Json& json);

  // Failures: States.Runtime for a path that finds nothing (the text as recorded, without the
  // "An error occurred while executing the state" prefix), and for a function that refuses its
  // arguments.
  Result<Json, Failure> evaluate(const Scope& scope) const;

 private:
  struct Parsed;
  std::shared_ptr<const Parsed> parsed_;
};

// A path or an intrinsic call standing alone, as ErrorPath, CausePath and the like take them.
// `field` is the name that failures mention.
class Expression {
 public:
  static Result<Expression, std::string> parse(std::string_view text, std::string field);
  Result<Json, Failure> evaluate(const Scope& scope) const;

 private:
  friend class PayloadTemplate;
  struct Parsed;
  std::shared_ptr<const Parsed> parsed_;
};

}  // namespace bedlam::states
