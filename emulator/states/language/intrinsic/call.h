// A call of an intrinsic function as an author writes it, `States.Format('{} of {}', $.a, $$.b)`,
// parsed once and evaluated often.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "emulator/base/json.h"
#include "emulator/base/result.h"
#include "emulator/states/failure.h"
#include "emulator/states/language/scope.h"

namespace bedlam::states::intrinsic {

// Developer guide, "Intrinsic functions": up to 10 may be nested in the value of one field.
inline constexpr int kMaxNesting = 10;

// What AWS calls a refused argument. The specification names States.IntrinsicFailure for it;
// executions on AWS are reported to fail with this (docs/fidelity.md).
inline constexpr std::string_view kFailure = "States.Runtime";

class Call {
 public:
  // The error is one sentence for an author: syntax, unknown names, too few or too many arguments.
  static Result<Call, std::string> parse(std::string_view text);

  // Failures: States.Runtime for an argument whose path finds nothing, kFailure for arguments that
  // the function refuses.
  Result<Json, Failure> evaluate(const Scope& scope) const;

 private:
  struct Node;
  std::string text_;
  std::shared_ptr<const Node> root_;
};

}  // namespace bedlam::states::intrinsic
