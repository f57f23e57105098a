// JSONata 2.x (docs.jsonata.org), the language of `{% %}` strings in Step Functions: compiled once,
// evaluated often, from many callers at the same time if they like (an Expression is immutable).
//
// With `Dialect::kStepFunctions` the functions are those that AWS documents ("Transforming data
// with JSONata in Step Functions"): $partition, $range, $hash, $random([seed]), $uuid and $parse
// beside the language's own, and no $eval. No clock, no randomness and no thread of its own: both
// come with the Environment. Numbers are doubles, as in the reference implementation.
//
// Where the reference implementation counts milliseconds, this counts evaluated nodes (Limits), so
// that the same expression stops at the same place on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/base/random.h"
#include "emulator/base/result.h"

namespace bedlam::states::jsonata {

struct Error {
  std::string code;          // "T2001"
  std::string message;       // "The left side of the \"+\" operator must evaluate to a number"
  std::size_t position = 0;  // in UTF-16 code units, behind the token it is about
  std::string token = {};    // the operator, function or token it is about; may be empty
  Json value = nullptr;      // the offending value; null where there is none
};

// What AWS says of an expression that was stopped ("Considerations when using JSONata"): too long,
// too deep, too large. All three have the code U1001.
inline constexpr std::string_view kTimeoutMessage =
    "Expression evaluation timeout: Check for infinite loop";
inline constexpr std::string_view kStackMessage =
    "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as "
    "tail-recursive.";
inline constexpr std::string_view kMemoryMessage = "Expression evaluation memory limit exceeded";

enum class Dialect { kPlain, kStepFunctions };

// AWS stops an expression after one second; its limits of depth and memory are not published.
struct Limits {
  std::uint64_t steps = 20'000'000;                    // nodes evaluated and items visited
  std::uint32_t depth = 4'000;                         // nodes evaluated within one another
  std::size_t memory_bytes = std::size_t{512} << 20U;  // values created
};

struct Environment {
  Random& random;               // $random, $uuid, $shuffle
  std::int64_t now_millis = 0;  // $now, $millis: the same throughout one evaluation
  Dialect dialect = Dialect::kStepFunctions;
  Limits limits = {};
};

struct Program;
struct References;

struct Evaluated {
  std::optional<Json> value;  // nullopt: JSONata's `undefined`
  // The result is a function, which JSON cannot hold: `value` is "", as $string() has it. (One
  // within an array or an object is "" there.)
  bool is_function = false;
};

class Expression {
 public:
  using Outcome = Result<Evaluated, Error>;

  const std::string& text() const;

  // `input` is nullptr for none. `bindings` is an object (or nullptr): its members are variables by
  // their names without `$`. Both must outlive the call.
  Outcome evaluate(const Json* input, const Json* bindings, const Environment& environment) const;

 private:
  friend Result<Expression, Error> compile(std::string_view text);
  friend References references_of(const Expression& expression);
  std::shared_ptr<const Program> program_;
};

// Errors: S0101 to S0500.
Result<Expression, Error> compile(std::string_view text);

// What an expression reads from outside itself.
struct References {
  std::set<std::string> variables;  // without `$`; no functions of the language, and not `states`
  // Fields of an input, where there is none to be a field of: `phone`, not `$x.phone`. In the order
  // in which they stand, each once.
  std::vector<std::string> top_level_names;
};
References references_of(const Expression& expression);

}  // namespace bedlam::states::jsonata
