// What an intrinsic function is to the evaluator (call.h): a name, how many arguments it takes, a
// body. Developer guide, "Intrinsic functions for JSONPath states in Step Functions"; ASL appendix
// B.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/base/random.h"
#include "emulator/base/result.h"

namespace bedlam::states::intrinsic {

// The evaluated arguments of one call; those that a path found are not copied.
class Arguments {
 public:
  std::size_t size() const { return values_.size(); }
  const Json& operator[](std::size_t index) const { return *values_[index]; }
  void borrow(const Json& value) { values_.push_back(&value); }
  void own(Json value) { values_.push_back(&owned_.emplace_back(std::move(value))); }

 private:
  std::vector<const Json*> values_;
  std::deque<Json> owned_;
};

// Why a function refuses its arguments: follows "Invalid arguments in States.X: ", no full stop.
struct Misuse {
  std::string what;
};

inline constexpr std::size_t kAnyNumber = static_cast<std::size_t>(-1);

struct Function {
  std::string_view name;  // "States.Format"
  std::size_t min_arguments, max_arguments;
  Result<Json, Misuse> (*body)(const Arguments& arguments, Random& random);
};

}  // namespace bedlam::states::intrinsic
