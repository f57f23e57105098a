// Evaluates a Program. A failure is a Value (Value::failure()) that everybody hands on; what failed
// stands in the evaluator.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/states/language/jsonata/date_picture.h"
#include "emulator/states/language/jsonata/errors.h"
#include "emulator/states/language/jsonata/function.h"
#include "emulator/states/language/jsonata/jsonata.h"
#include "emulator/states/language/jsonata/stack_guard.h"

namespace bedlam::states::jsonata {

class Evaluator {
 public:
  Evaluator(const Program& program, const Environment& environment);
  ~Evaluator();

  Expression::Outcome run(const Json* input, const Json* bindings);

  // --- for the library ---
  Arena& arena() { return arena_; }
  const Environment& environment() const { return environment_; }

  Value eval(const Node& node, Value input, Frame* frame);
  // Calls a function with `arguments`; `input` stands in for one that its signature takes from the
  // context. A Value that is no function: T1006.
  Value apply(Value function, const Arguments& arguments, Value input, Frame* frame);
  // A date picture, taken apart once in an evaluation. nullptr: failed.
  const DatePicture* date_picture(std::string_view text);
  // Evaluates another text where `frame` is visible ($eval).
  Value eval_text(std::string_view text, Value input, Frame* frame);

  Value fail(Fault fault);
  Value fail(std::string_view code) { return fail(Fault(code)); }
  Value fail(std::string_view code, Value offending);
  const Fault& fault() const { return *fault_; }
  Fault take_fault() { return *std::exchange(fault_, std::nullopt); }

  // Counts work beyond the nodes evaluated. False, and failed, where it is too much.
  bool spend(std::uint64_t steps);
  std::uint64_t steps_left() const { return steps_ < limits_.steps ? limits_.steps - steps_ : 0; }
  void set_steps_left(std::uint64_t left) { steps_ = limits_.steps - left; }
  // False, and failed, where `bytes` more would be too much.
  bool has_room(std::size_t bytes);
  Value too_long();
  Value too_deep_failure();
  // Within a recursion over a value's structure: false, and failed, where it is too deep.
  bool descend();
  void ascend() { --depth_; }

  Value text(std::string_view text) { return Value(make_string(arena_, text)); }
  // As error messages show a value.
  Json shown(Value value);
  Array* sequence() { return make_sequence(arena_); }

  // The language's casts and comparisons (operators.cc).
  Value truth(Value value);                // $boolean: undefined, true, false or failed
  bool is_true(Value value, bool& holds);  // false: failed
  enum class Numeric : std::uint8_t { kNo, kYes, kFailed };
  Numeric numeric(Value value);  // an infinite number: D1001
  bool equal(Value a, Value b);  // deeply; failed() tells where it got too deep
  bool failed() const { return fault_.has_value(); }
  Value append(Value a, Value b);
  Value lookup_member(Value input, const String& name);

 private:
  // evaluator.cc
  Value dispatch(const Node& node, Value input, Frame* frame);
  Value finish(const Node& node, Value input, Frame* frame, Value result);
  Value variable(const Node& node, Value input, Frame* frame);
  Value condition(const Node& node, Value input, Frame* frame);
  Value block(const Node& node, Value input, Frame* frame);
  Value bind(const Node& node, Value input, Frame* frame);
  Value array(const Node& node, Value input, Frame* frame);
  Value minus(const Node& node, Value input, Frame* frame);
  Value wildcard(Value input);
  Value descendants(Value input);
  bool add_descendants(Value value, Array& results);
  bool flatten(Value value, Array& results);
  Value overrun();

  // operators.cc
  Value binary(const Node& node, Value input, Frame* frame);
  Value logical(const Node& node, Value left, Value input, Frame* frame);
  Value arithmetic(Op op, Value left, Value right);
  Value compare(Op op, Value left, Value right);
  Value concatenated(Value left, Value right);
  Value range(Value left, Value right);
  Value contains(Value left, Value right);

  // path.cc
  Value path(const Node& node, Value input, Frame* frame);
  Array* step(const Node& step, Array& input, Frame* frame, bool last);
  Array* tuple_step(const Node& step, Array& input, Array* tuples, Frame* frame);
  bool add_tuples(const Node& step, Tuple& tuple, Value result, Array& tuples);
  Array* stages(const Node& step, Array* input, Frame* frame);
  Value filter(const Node& predicate, Value input, Frame* frame);
  bool select(Value chosen, std::uint32_t index, std::uint32_t size, Value item, Array& results);
  Tuple* extended(const Tuple& tuple, std::uint32_t extra);
  static void set(Tuple& tuple, const Name* name, Value value);
  Frame* frame_of(Tuple& tuple, Frame* parent);

  // group.cc
  Value group(const std::vector<std::pair<Node*, Node*>>& pairs, std::uint32_t position,
              Value input, Frame* frame);
  Tuple* reduced(Value tuples);
  Array* sort(const Node& step, Array* input, Frame* frame);

  // apply.cc
  Value call(const Node& node, Value input, Frame* frame, const Value* applied_to);
  Value partial(const Node& node, Value input, Frame* frame);
  Value apply_operator(const Node& node, Value input, Frame* frame);
  Value lambda(const Node& node, Value input, Frame* frame);
  Value transform_function(const Node& node, Value input, Frame* frame);
  Value apply_once(Value callee, const Arguments& arguments, Value input, Frame* frame);
  Value dispatch_call(Function& function, const Arguments& arguments, Value input, Frame* frame);
  Value enter_lambda(Function& function, const Arguments& arguments);
  Value apply_partial(Function& function, const Arguments& arguments, Value input, Frame* frame);
  Value transform(Function& function, Value target);
  bool transform_one(Function& function, Value match);
  Value blame(const Node& node, std::string_view name, Value result);

  // frames.cc
  Frame* new_frame(Frame* parent, std::uint32_t capacity);
  void release(Frame* frame);
  void release_until(Frame* frame, Frame* end);
  static void capture(Frame* frame);
  Value find_variable(const Name& name, Frame* frame);
  void set_variable(Frame* frame, const Name* name, Value value);
  Value builtin_function(const Builtin& builtin);
  Frame* root_frame(const Json* input, const Json* bindings);

  const Program& program_;
  const Environment& environment_;
  Limits limits_;
  Arena arena_;
  std::uint64_t steps_ = 0;
  std::uint32_t depth_ = 0;
  StackGuard stack_;
  std::optional<Fault> fault_;
  Frame* free_frames_ = nullptr;
  std::vector<std::pair<const Builtin*, Function*>> builtin_functions_;
  std::deque<Name> names_;  // of bindings that the text does not mention
  std::vector<std::shared_ptr<const Program>> evaluated_;
  std::map<std::string, DatePicture, std::less<>> date_pictures_;
};

// regex_function.cc: a regular expression as a function of the language.
struct MatchSpan {
  bool found = false;
  std::uint32_t start = 0, end = 0;  // bytes
  std::vector<Regex::Span> groups;
};
bool search(Evaluator& evaluator, const Regex& regex, std::string_view text, std::uint32_t from,
            MatchSpan& match);
Value regex_call(Evaluator& evaluator, const Node& node, Value text, std::uint32_t from);
Value next_match(Evaluator& evaluator, const Function& function);

// text.cc: $string.
Value string_of(Evaluator& evaluator, Value value, bool pretty = false);
Value clone(Evaluator& evaluator, Value value);

// The result as Json; nullopt and failed where it nests too deeply. What the input holds is copied
// as it stands there.
std::optional<Json> to_json(Evaluator& evaluator, Value value);

}  // namespace bedlam::states::jsonata
