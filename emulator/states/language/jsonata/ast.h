// The syntax tree of an expression, as the parser leaves it (syntax) and as the analysis turns it
// into what is evaluated: paths as lists of steps, predicates and bindings as parts of a step.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "emulator/states/language/jsonata/regex.h"
#include "emulator/states/language/jsonata/signature.h"
#include "emulator/states/language/jsonata/value.h"

namespace bedlam::states::jsonata {

struct Builtin;

// A name of a variable or a field. Within one program equal names are the same object.
struct Name {
  std::string text;
  std::size_t hash;
  const Builtin* plain = nullptr;           // the function of that name
  const Builtin* step_functions = nullptr;  // the one in Step Functions
  String string{};                          // the text as a value

  bool operator==(const Name& other) const {
    return this == &other || (hash == other.hash && text == other.text);
  }
};

enum class Type : std::uint8_t {
  // of the parser only
  kBinary,    // Op::kDot, kFilter, kGroup, kSort, kFocus, kIndex are gone after the analysis
  kOperator,  // a keyword as a name, and `?` as an argument
  kEnd,
  // of the evaluation
  kPath,
  kUnaryMinus,
  kArray,
  kObject,
  kName,
  kString,
  kNumber,
  kLiteral,  // true, false, null
  kWildcard,
  kDescendant,
  kParent,
  kCondition,
  kBlock,
  kBind,
  kRegex,
  kCall,
  kPartial,
  kVariable,
  kLambda,
  kApply,
  kTransform,
  kSort,
  kPlaceholder,  // `?` of a partial application
};

enum class Op : std::uint8_t {
  kNone,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kConcat,
  kAnd,
  kOr,
  kIn,
  kRange,
  kDot,
  kFilter,
  kGroup,
  kSort,
  kFocus,
  kIndex,
  kBind,
  kApply,
};

struct Node;

// Where a `%` finds its value: the label under which the step that it means binds its context.
struct ParentSlot {
  const Name* label;
  int level = 1;
};

struct Stage {
  Node* filter;       // nullptr: binds the position
  const Name* index;  // to this variable
};

struct SortTerm {
  Node* expression;
  bool descending;
};

struct Group {
  std::vector<std::pair<Node*, Node*>> pairs;
  std::uint32_t position = 0;
};

struct Node {
  Type type;
  Op op = Op::kNone;
  bool keep_array = false;            // `[]`
  bool keep_singleton_array = false;  // a step of the path had it
  bool construct_array = false;       // an array constructor at the end of a path
  bool tuple = false;                 // carries bindings along
  bool thunk = false;                 // a call in tail position
  bool own_frame = false;             // a block that binds variables
  std::uint32_t position = 0;         // in bytes, behind the token
  std::string_view token;             // as written: "+", "[", the name

  Value value;                                 // of a literal
  const Name* name = nullptr;                  // of a name or variable
  Node* lhs = nullptr;                         // also: condition, procedure, pattern, body
  Node* rhs = nullptr;                         // also: then, update
  Node* third = nullptr;                       // else, delete
  std::vector<Node*> children;                 // steps, arguments, items, expressions, parameters
  std::vector<std::pair<Node*, Node*>> pairs;  // of an object constructor, or of a group
  std::vector<SortTerm> terms;
  std::vector<Stage> predicates;  // of what is no step of a path
  std::vector<Stage> stages;      // of a step
  const Group* group = nullptr;
  const Name* focus = nullptr;
  const Name* index = nullptr;
  ParentSlot* ancestor = nullptr;    // whose parent this step provides
  ParentSlot* slot = nullptr;        // of a `%`
  std::vector<ParentSlot*> seeking;  // parents to be found further out
  const Signature* signature = nullptr;
  const Regex* regex = nullptr;
};

// Owns a tree and everything that it refers to.
struct Program {
  std::string text;
  Node* root = nullptr;
  Arena strings{static_cast<std::size_t>(-1)};
  std::deque<Node> nodes;
  std::deque<Name> names;
  std::unordered_map<std::string_view, Name*> names_by_text;
  std::deque<ParentSlot> slots;
  std::deque<Group> groups;
  std::deque<Signature> signatures;
  std::deque<Regex> regexes;

  const Name* intern(std::string_view name);
  Node* make(Type type) {
    Node& node = nodes.emplace_back();
    node.type = type;
    return &node;
  }
};

}  // namespace bedlam::states::jsonata
