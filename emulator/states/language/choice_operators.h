// The comparisons of Choice rules by name (developer guide, "Choice workflow state"; ASL, "Choice
// State"). Internal to language/; choice_rule.h is the way in.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/states/language/timestamp.h"

namespace bedlam::states {

// What an operator compares with; its literal must be of that kind, and a variable of another kind
// does not match.
enum class OperandKind { kString, kNumber, kBoolean, kTimestamp, kPattern, kTypeTest };

enum class Relation { kEqual, kLess, kGreater, kLessOrEqual, kGreaterOrEqual };

struct ChoiceOperator {
  std::string name;  // without "Path"
  OperandKind kind;
  Relation relation = Relation::kEqual;
};

// The operator that a field of a rule names; `takes_path` is set where the field is its Path form.
const ChoiceOperator* find_choice_operator(std::string_view field, bool& takes_path);
std::vector<std::string_view> choice_operator_names();  // without the Path forms

// Whether `value` and `operand` are both of the kind and stand in the relation.
bool compare(const ChoiceOperator& op, const Json& value, const Json& operand);

// IsNull, IsString, IsNumeric, IsBoolean, IsTimestamp.
bool has_type(std::string_view type_test, const Json& value);

// A pattern of StringMatches: `*` is any run of characters, `\*` and `\\` are themselves.
class StringPattern {
 public:
  explicit StringPattern(std::string_view text);
  bool valid() const { return valid_; }  // no backslash before anything else
  bool matches(std::string_view text) const;

 private:
  static constexpr int kStar = -1;
  std::vector<int> symbols_;  // bytes and kStar
  bool valid_ = true;
};

}  // namespace bedlam::states
