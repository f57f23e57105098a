// One expected value, compiled. Made by the compilers under matchers/, one file for each kind of
// field; fields.h says which field is of which kind.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "emulator/base/diagnostic.h"
#include "emulator/scenario/scenario.h"
#include "harness/expect/observed.h"

namespace bedlam::harness {

// What a matcher may look at beside the value.
struct Surroundings {
  const std::map<std::string, Duration>* took = nullptr;  // of the steps before, by name
  double tolerance = 0;     // of durations, as a fraction; 0 on the virtual clock
  bool real_clock = false;  // of the step that is judged
  const std::map<std::string, Money>* cost = nullptr;  // of the steps before, by name
};

// What did not match.
struct Miss {
  Position position;
  std::string below;  // where in the field: "$.tagline", "[0].attempts"; "" for the field itself
  std::string expected;
  std::string actual;  // a clause: "it was 4"
};

class Matcher {
 public:
  virtual ~Matcher() = default;
  virtual void check(const Value& actual, const Surroundings& around,
                     std::vector<Miss>& misses) const = 0;
};
using MatcherPtr = std::shared_ptr<const Matcher>;

// What compiling needs and gathers.
struct Compilation {
  const scenario::Located& source;
  std::string file;
  const std::vector<std::string>& earlier_steps;  // names that `… than NAME` may use
  Diagnostics& mistakes;
};

// A place in the source.
class Cursor {
 public:
  Cursor(Compilation& compilation, const Json& value, std::string pointer)
      : compilation_(&compilation), value_(&value), pointer_(std::move(pointer)) {}

  const Json& value() const { return *value_; }
  Position position() const { return compilation_->source.at(pointer_); }
  Cursor member(const std::string& name) const;
  Cursor element(std::size_t index) const;
  const std::vector<std::string>& earlier_steps() const { return compilation_->earlier_steps; }

  // Notes a mistake of the author here. Returns no matcher, so that a compiler can `return` it.
  MatcherPtr mistake(std::string message, std::string hint = "") const;

 private:
  Compilation* compilation_;
  const Json* value_;
  std::string pointer_;
};

// All of several.
MatcherPtr all_of(std::vector<MatcherPtr> matchers);

// As messages show a value: texts bare, other JSON compact, long ones cut.
inline constexpr std::size_t kMaxShownBytes = 240;
std::string show(const Json& value);
std::string show(const Value& value);

}  // namespace bedlam::harness
