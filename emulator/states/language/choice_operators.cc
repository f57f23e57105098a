#include "emulator/states/language/choice_operators.h"

#include <algorithm>
#include <array>

namespace bedlam::states {
namespace {

std::vector<ChoiceOperator> all_operators() {
  struct Family {
    std::string_view name;
    OperandKind kind;
  };
  struct Suffix {
    std::string_view name;
    Relation relation;
  };
  constexpr std::array kFamilies{Family{"String", OperandKind::kString},
                                 Family{"Numeric", OperandKind::kNumber},
                                 Family{"Timestamp", OperandKind::kTimestamp}};
  constexpr std::array kSuffixes{
      Suffix{"Equals", Relation::kEqual}, Suffix{"LessThan", Relation::kLess},
      Suffix{"GreaterThan", Relation::kGreater}, Suffix{"LessThanEquals", Relation::kLessOrEqual},
      Suffix{"GreaterThanEquals", Relation::kGreaterOrEqual}};
  std::vector<ChoiceOperator> operators;
  for (const Family& family : kFamilies) {
    for (const Suffix& suffix : kSuffixes) {
      operators.push_back(
          {std::string(family.name).append(suffix.name), family.kind, suffix.relation});
    }
  }
  operators.push_back({"BooleanEquals", OperandKind::kBoolean});
  operators.push_back({"StringMatches", OperandKind::kPattern});
  for (const char* name :
       {"IsNull", "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp"}) {
    operators.push_back({name, OperandKind::kTypeTest});
  }
  return operators;
}

const std::vector<ChoiceOperator>& operators() {
  static const std::vector<ChoiceOperator> all = all_operators();
  return all;
}

template <typename T>
bool holds(Relation relation, const T& left, const T& right) {
  switch (relation) {
    case Relation::kEqual:
      return left == right;
    case Relation::kLess:
      return left < right;
    case Relation::kGreater:
      return right < left;
    case Relation::kLessOrEqual:
      return left <= right;
    case Relation::kGreaterOrEqual:
      return right <= left;
  }
  return false;
}

// Java's String.compareTo orders by UTF-16 code units, which puts U+10000 and above before U+E000
// to U+FFFF; in UTF-8 these begin with F0 to F4 and with EE or EF.
int compare_code_units(std::string_view a, std::string_view b) {
  const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (x == a.end() || y == b.end()) return a.compare(b);
  const auto left = static_cast<unsigned char>(*x), right = static_cast<unsigned char>(*y);
  const bool swapped = left >= 0xEE && right >= 0xEE && (left >= 0xF0) != (right >= 0xF0);
  return (left < right) != swapped ? -1 : 1;
}

std::optional<Timestamp> as_timestamp(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  return parse_timestamp(value.get_ref<const std::string&>());
}

}  // namespace

const ChoiceOperator* find_choice_operator(std::string_view field, bool& takes_path) {
  takes_path = field.ends_with("Path");
  if (takes_path) field.remove_suffix(4);
  for (const ChoiceOperator& op : operators()) {
    if (op.name != field) continue;
    const bool has_path_form =
        op.kind != OperandKind::kTypeTest && op.kind != OperandKind::kPattern;
    return takes_path && !has_path_form ? nullptr : &op;
  }
  return nullptr;
}

std::vector<std::string_view> choice_operator_names() {
  std::vector<std::string_view> names;
  for (const ChoiceOperator& op : operators()) names.push_back(op.name);
  return names;
}

bool compare(const ChoiceOperator& op, const Json& value, const Json& operand) {
  switch (op.kind) {
    case OperandKind::kString:
      return value.is_string() && operand.is_string() &&
             holds(op.relation,
                   compare_code_units(value.get_ref<const std::string&>(),
                                      operand.get_ref<const std::string&>()),
                   0);
    case OperandKind::kNumber:
      return value.is_number() && operand.is_number() && holds(op.relation, value, operand);
    case OperandKind::kBoolean:
      return value.is_boolean() && operand.is_boolean() && value == operand;
    case OperandKind::kTimestamp: {
      const auto left = as_timestamp(value), right = as_timestamp(operand);
      return left && right && holds(op.relation, *left, *right);
    }
    default:
      return false;
  }
}

bool has_type(std::string_view type_test, const Json& value) {
  if (type_test == "IsNull") return value.is_null();
  if (type_test == "IsString") return value.is_string();
  if (type_test == "IsNumeric") return value.is_number();
  if (type_test == "IsBoolean") return value.is_boolean();
  return as_timestamp(value).has_value();
}

StringPattern::StringPattern(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '*') {
      if (symbols_.empty() || symbols_.back() != kStar) symbols_.push_back(kStar);
      continue;
    }
    if (text[i] == '\\') {
      ++i;
      if (i == text.size() || (text[i] != '*' && text[i] != '\\')) {
        valid_ = false;
        return;
      }
    }
    symbols_.push_back(static_cast<unsigned char>(text[i]));
  }
}

// On a mismatch only the last star takes one more character: what an earlier one could try, the
// last one has tried already.
bool StringPattern::matches(std::string_view text) const {
  std::size_t at = 0, symbol = 0;
  std::optional<std::size_t> star;
  std::size_t star_end = 0;
  while (at < text.size()) {
    if (symbol < symbols_.size() && symbols_[symbol] == kStar) {
      star = symbol++;
      star_end = at;
    } else if (symbol < symbols_.size() &&
               symbols_[symbol] == static_cast<unsigned char>(text[at])) {
      ++symbol;
      ++at;
    } else if (star) {
      symbol = *star + 1;
      at = ++star_end;
    } else {
      return false;
    }
  }
  while (symbol < symbols_.size() && symbols_[symbol] == kStar) ++symbol;
  return symbol == symbols_.size();
}

}  // namespace bedlam::states
