#include "emulator/states/language/choice_rule.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "emulator/base/diagnostic.h"
#include "emulator/states/language/choice_operators.h"
#include "emulator/states/language/path.h"

namespace bedlam::states {
namespace {

// Fields of a rule that say nothing about whether it matches.
constexpr std::array<std::string_view, 4> kOtherFields{"Next", "Comment", "Assign", "Output"};

bool is_combination(std::string_view field) {
  return field == "And" || field == "Or" || field == "Not";
}

// No recording shows this text; other emulators agree on it.
Failure invalid_path(const Path& path) {
  return {"States.Runtime",
          "Invalid path '" + path.text() +
              "': The choice state's condition path references an invalid value."};
}

}  // namespace

struct ChoiceRule::Parsed {
  std::string combination;       // "And", "Or", "Not"; "" for a comparison
  std::vector<Parsed> operands;  // of the combination
  std::optional<Path> variable;
  const ChoiceOperator* op = nullptr;
  std::optional<Path> other;             // of the operator's Path form
  Json literal;                          // of its plain form
  std::optional<StringPattern> pattern;  // of StringMatches

  std::optional<TemplateMistake> read(const Json& rule);
  std::optional<TemplateMistake> read_combination(const Json& operand_json);
  std::optional<TemplateMistake> read_operand(const std::string& field, bool takes_path,
                                              const Json& json);
  std::optional<TemplateMistake> read_literal(const std::string& field, const Json& json);

  Result<bool, Failure> matches(const Scope& scope) const;
  Result<bool, Failure> combine(const Scope& scope) const;
  Result<bool, Failure> compares(const Json& value, const Scope& scope) const;
};

namespace {

std::optional<TemplateMistake> rule_mistake(std::string pointer, std::string message,
                                            std::string detail = {}) {
  return TemplateMistake{std::move(pointer), std::move(message), std::move(detail)};
}

// What the literal of an operator must be, in a sentence.
std::string_view expected_literal(OperandKind kind) {
  switch (kind) {
    case OperandKind::kNumber:
      return "a number";
    case OperandKind::kBoolean:
    case OperandKind::kTypeTest:
      return "true or false";
    default:
      return "a string";
  }
}

bool fits(OperandKind kind, const Json& literal) {
  switch (kind) {
    case OperandKind::kNumber:
      return literal.is_number();
    case OperandKind::kBoolean:
    case OperandKind::kTypeTest:
      return literal.is_boolean();
    default:
      return literal.is_string();
  }
}

// The one value that a path selects: borrowed where it stands, or kept in `storage`.
const Json* selected(const Path& path, const Scope& scope, Json& storage) {
  if (path.is_definite()) return path.find(scope);
  auto value = path.evaluate(scope);
  if (!value) return nullptr;
  storage = *std::move(value);
  return &storage;
}

}  // namespace

std::optional<TemplateMistake> ChoiceRule::Parsed::read(const Json& rule) {
  if (!rule.is_object()) return rule_mistake("", "A choice rule must be an object");
  std::string chosen;
  bool chosen_takes_path = false;
  for (const auto& [field, value] : rule.items()) {
    if (field == "Variable" ||
        std::find(kOtherFields.begin(), kOtherFields.end(), field) != kOtherFields.end()) {
      continue;
    }
    bool takes_path = false;
    if (!is_combination(field) && find_choice_operator(field, takes_path) == nullptr) {
      return rule_mistake(
          "/" + field, "Field '" + field + "' is not supported",
          "It is no comparison operator" + did_you_mean(field, choice_operator_names()));
    }
    if (!chosen.empty()) {
      return rule_mistake(
          "/" + field,
          "A choice rule has one comparison operator, not '" + chosen + "' and '" + field + "'",
          "Join two rules by And");
    }
    chosen = field;
    chosen_takes_path = takes_path;
  }
  if (chosen.empty()) return rule_mistake("", "A choice rule needs a comparison operator");
  if (is_combination(chosen)) {
    combination = chosen;
    return read_combination(rule[chosen]);
  }
  const Json* path = find(rule, "Variable");
  if (path == nullptr) return rule_mistake("", "These fields are required: [Variable]");
  if (!path->is_string()) return rule_mistake("/Variable", "The field 'Variable' must be a path");
  auto parsed = Path::parse(path->get_ref<const std::string&>());
  if (!parsed) return rule_mistake("/Variable", "Value is not a valid JSONPath", parsed.error());
  variable = *std::move(parsed);
  return read_operand(chosen, chosen_takes_path, rule[chosen]);
}

std::optional<TemplateMistake> ChoiceRule::Parsed::read_combination(const Json& operand_json) {
  const std::string pointer = "/" + combination;
  if (combination == "Not") {
    auto wrong = operands.emplace_back().read(operand_json);
    if (wrong) wrong->pointer.insert(0, pointer);
    return wrong;
  }
  if (!operand_json.is_array() || operand_json.empty()) {
    return rule_mistake(pointer,
                        "The field '" + combination + "' must be a non-empty array of rules");
  }
  for (std::size_t i = 0; i < operand_json.size(); ++i) {
    if (auto wrong = operands.emplace_back().read(operand_json[i])) {
      wrong->pointer.insert(0, pointer + "/" + std::to_string(i));
      return wrong;
    }
  }
  return std::nullopt;
}

std::optional<TemplateMistake> ChoiceRule::Parsed::read_operand(const std::string& field,
                                                                bool takes_path, const Json& json) {
  op = find_choice_operator(field, takes_path);
  if (!takes_path) return read_literal(field, json);
  if (!json.is_string())
    return rule_mistake("/" + field, "The field '" + field + "' must be a path");
  auto path = Path::parse(json.get_ref<const std::string&>());
  if (!path) return rule_mistake("/" + field, "Value is not a valid JSONPath", path.error());
  other = *std::move(path);
  return std::nullopt;
}

std::optional<TemplateMistake> ChoiceRule::Parsed::read_literal(const std::string& field,
                                                                const Json& json) {
  if (!fits(op->kind, json)) {
    return rule_mistake("/" + field, "The field '" + field + "' must be " +
                                         std::string(expected_literal(op->kind)));
  }
  if (op->kind == OperandKind::kTimestamp && !parse_timestamp(json.get_ref<const std::string&>())) {
    return rule_mistake("/" + field, "String does not match RFC3339 timestamp");
  }
  if (op->kind == OperandKind::kPattern) pattern.emplace(json.get_ref<const std::string&>());
  literal = json;
  return std::nullopt;
}

Result<bool, Failure> ChoiceRule::Parsed::combine(const Scope& scope) const {
  const bool stop_at = combination == "Or";  // And stops at the first rule that does not match
  for (const Parsed& operand : operands) {
    auto matched = operand.matches(scope);
    if (!matched) return matched;
    if (combination == "Not") return !*matched;
    if (*matched == stop_at) return stop_at;
  }
  return !stop_at;
}

Result<bool, Failure> ChoiceRule::Parsed::matches(const Scope& scope) const {
  if (!combination.empty()) return combine(scope);
  Json storage;
  const Json* value = selected(*variable, scope, storage);
  if (op->kind == OperandKind::kTypeTest && op->name == "IsPresent") {
    const bool present = value != nullptr && (variable->is_definite() || !value->empty());
    return present == literal.get<bool>();
  }
  if (value == nullptr) return invalid_path(*variable);
  return compares(*value, scope);
}

Result<bool, Failure> ChoiceRule::Parsed::compares(const Json& value, const Scope& scope) const {
  if (op->kind == OperandKind::kTypeTest) return has_type(op->name, value) == literal.get<bool>();
  if (pattern) {
    if (!pattern->valid()) {
      return Failure{"States.Runtime",
                     "Invalid pattern '" + literal.get<std::string>() +
                         "' specified for the field 'StringMatches': '\\' may only "
                         "stand before '*' and '\\'"};
    }
    return value.is_string() && pattern->matches(value.get_ref<const std::string&>());
  }
  if (!other) return compare(*op, value, literal);
  Json storage;
  const Json* operand = selected(*other, scope, storage);
  if (operand == nullptr) return invalid_path(*other);
  return compare(*op, value, *operand);
}

Result<ChoiceRule, TemplateMistake> ChoiceRule::parse(const Json& rule) {
  auto parsed = std::make_shared<Parsed>();
  if (auto wrong = parsed->read(rule)) return *std::move(wrong);
  ChoiceRule result;
  result.parsed_ = std::move(parsed);
  return result;
}

Result<bool, Failure> ChoiceRule::matches(const Scope& scope) const {
  return parsed_->matches(scope);
}

}  // namespace bedlam::states
