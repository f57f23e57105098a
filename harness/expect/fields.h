// What can be expected of each kind of step: the names of its fields and how their values are
// written. A new field is one line in fields.cc; the runner fills it (runner/observe.h).
#pragma once

#include <string_view>
#include <vector>

#include "harness/expect/matcher.h"

namespace bedlam::harness {

struct Field {
  std::string_view name;
  MatcherPtr (*compile)(const Cursor&);
};
using Fields = std::vector<Field>;

const Fields& start_fields();
const Fields& model_call_fields();  // of a `call` step
const Fields& command_fields();
const Fields& file_fields();  // of the scenario as a whole
const Fields& call_fields();  // of one call in `calls`

// The matcher of `object`'s member `name`; none after a mistake, and an unknown name is one.
MatcherPtr compile_field(const Cursor& object, const std::string& name, const Fields& fields);

}  // namespace bedlam::harness
