// Paths of the Amazon States Language: the JSONPath dialect of Step Functions
// (developer guide, "Specifying input and output using paths"), parsed once and evaluated often.
//
// Where AWS leaks the behaviour of Jayway's JsonPath, so does this. Beyond AWS: slices take a step.
// Not supported: functions such as `.length()`, which AWS forbids in reference paths.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "emulator/base/json.h"
#include "emulator/base/result.h"
#include "emulator/states/language/scope.h"

namespace bedlam::states {

// A path that selected nothing, in the words that AWS puts behind "Invalid path '$.x' : ".
struct PathMiss {
  std::string reason;  // "No results for path: $['x']", "Missing property in path $['no']"
};

class Path {
 public:
  // The error is one sentence for an author.
  static Result<Path, std::string> parse(std::string_view text);

  const std::string& text() const { return text_; }
  bool of_context() const;    // starts with `$$`
  bool is_whole() const;      // exactly `$`
  bool is_reference() const;  // only .name, ['name'] and [n]: may be written to
  bool is_definite()
      const;  // selects at most one value; an indefinite one never misses, it gives []
  // The name of the variable that the path starts from (`$name.field`), "" where it starts
  // elsewhere.
  const std::string& variable() const;

  Result<Json, PathMiss> evaluate(const Scope& scope) const;

  // The value of a definite path where it stands, without copying it: valid as long as the scope's
  // documents are. nullptr where it selects nothing and for every indefinite path.
  const Json* find(const Scope& scope) const;

  // Why a definite path finds nothing, as evaluate() says it.
  PathMiss miss(const Scope& scope) const;

  // The last step is an index outside an array that is there: a payload template gives null then.
  bool is_outside_array(const Scope& scope) const;

  // Writes `value` at this reference path into `target`, creating missing objects (ResultPath).
  // False, and nothing changed, where the path cannot be applied (States.ResultPathMatchFailure):
  // it is no path of `$`, a value on its way is no object, or an element does not exist.
  bool assign(Json& target, Json value) const;

 private:
  struct Parsed;
  std::string text_;
  std::shared_ptr<const Parsed> parsed_;
};

}  // namespace bedlam::states
