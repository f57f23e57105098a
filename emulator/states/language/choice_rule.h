// One rule of a Choice state: its comparison, or And, Or, Not over further rules.
#pragma once

#include <memory>
#include <string>

#include "emulator/base/json.h"
#include "emulator/base/result.h"
#include "emulator/states/failure.h"
#include "emulator/states/language/payload_template.h"
#include "emulator/states/language/scope.h"

namespace bedlam::states {

class ChoiceRule {
 public:
  // `Next` is not looked at here. The mistake's pointer is below the rule.
  static Result<ChoiceRule, TemplateMistake> parse(const Json& rule);
  // A type mismatch is false; a Variable that finds nothing (but for IsPresent) is a failure.
  Result<bool, Failure> matches(const Scope& scope) const;

 private:
  struct Parsed;
  std::shared_ptr<const Parsed> parsed_;
};

}  // namespace bedlam::states
