// Paths of the Amazon States Language: the JSONPath dialect of Step Functions
// (developer guide, "Specifying input and output using paths").
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
  bool is_definite() const;   // selects at most one value; an indefinite one never misses, it gives []

  Result<Json, PathMiss> evaluate(const Scope& scope) const;

  // Writes `value` at this reference path into `target`, creating missing objects (ResultPath). False
  // where the path cannot be applied (States.ResultPathMatchFailure).
  bool assign(Json& target, Json value) const;

 private:
  struct Parsed;
  std::string text_;
  std::shared_ptr<const Parsed> parsed_;
};

}  // namespace bedlam::states
