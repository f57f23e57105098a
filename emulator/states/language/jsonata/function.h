// Functions as values, and the frames of variables that they close over.
#pragma once

#include <cstdint>
#include <string_view>

#include "emulator/states/language/jsonata/arguments.h"
#include "emulator/states/language/jsonata/ast.h"

namespace bedlam::states::jsonata {

class Evaluator;

struct Binding {
  const Name* name;
  Value value;
};

// A scope: few variables, searched one after the other, then its parent.
struct Frame {
  Frame* parent = nullptr;
  Binding* bindings = nullptr;
  std::uint16_t size = 0, capacity = 0;
  bool captured = false;  // a function closes over it: it may not be used again
  bool borrowed = false;  // its bindings belong to a tuple
};

// An item of a path in which variables are bound (`@`, `#`, `%`): its context and the bindings so
// far.
struct Tuple {
  Value context;
  Binding* bindings = nullptr;
  std::uint32_t size = 0;
};

// One call of a function of the library.
struct Call {
  Evaluator& evaluator;
  const Arguments& arguments;
  Value input;  // the context
  Frame* frame;

  Value operator[](std::size_t index) const { return arguments.at(index); }
};

enum class Availability : std::uint8_t { kAlways, kPlain, kStepFunctions };

// A function of the library.
struct Builtin {
  std::string_view name;
  std::string_view signature;
  int arity;  // how many arguments higher-order functions hand to it
  Value (*body)(Call& call);
  Availability availability = Availability::kAlways;
};

const Signature* signature_of(const Builtin& builtin);
const Signature* transform_signature();  // of what `|...|...|` evaluates to

struct Function {
  enum class Kind : std::uint8_t {
    kLambda,
    kThunk,  // a call in tail position, not yet made
    kBuiltin,
    kPartial,
    kChain,  // f ~> g
    kRegex,
    kNextMatch,  // the `next` of a match
    kTransform,
  };
  Kind kind;
  const Node* node = nullptr;
  Value input = {};
  Frame* frame = nullptr;
  const Builtin* builtin = nullptr;
  const Signature* signature = nullptr;
  Function* first = nullptr;         // of kPartial and kChain
  Function* second = nullptr;        // of kChain
  const Value* arguments = nullptr;  // of kPartial; kTuple marks the ones still to come
  std::uint32_t argument_count = 0;
  std::int32_t arity = 0;
  std::uint32_t offset = 0;  // of kNextMatch: where to search on
  // Of the call being made, for errors.
  std::string_view token = {};
  std::uint32_t position = 0;
};

}  // namespace bedlam::states::jsonata
