// Conditions: "Condition and filter expressions, operators, and functions in DynamoDB".
#include <algorithm>
#include <array>
#include <functional>

#include "emulator/dynamodb/errors.h"
#include "emulator/dynamodb/expression_parser.h"
#include "emulator/dynamodb/number.h"
#include "emulator/dynamodb/table.h"

namespace bedlam::dynamodb {
namespace {

// Conditions within one another; ours, so that no text exhausts the stack.
constexpr int kMaxConditionDepth = 100;
constexpr std::array<std::string_view, 6> kComparators{"=", "<>", "<", "<=", ">", ">="};

// Negative, zero or positive; nothing where the two cannot be ordered.
std::optional<int> compared(const Json& a, const Json& b) {
  const std::string type = type_of(a);
  if (type != type_of(b) || (type != "S" && type != "N" && type != "B")) return std::nullopt;
  const auto& x = a.at(type).get_ref<const std::string&>();
  const auto& y = b.at(type).get_ref<const std::string&>();
  if (type != "N") return x.compare(y);
  const auto order = *Number::parse(x) <=> *Number::parse(y);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

// Sets are equal in any order.
bool equal(const Json& a, const Json& b) {
  const std::string type = type_of(a);
  if (type != "SS" && type != "NS" && type != "BS") return same_value(a, b);
  if (type_of(b) != type) return false;
  Json x = a.at(type);
  Json y = b.at(type);
  std::sort(x.begin(), x.end());
  std::sort(y.begin(), y.end());
  return x == y;
}

class Condition : public ExpressionParser {
 public:
  using ExpressionParser::ExpressionParser;

  bool whole() {
    const bool result = any();
    if (!at_end()) syntax_error();
    return result;
  }

 private:
  bool any() {
    bool result = all();
    while (take_word("OR")) {
      const bool other = all();
      result = result || other;
    }
    return result;
  }

  bool all() {
    bool result = negation();
    while (take_word("AND")) {
      const bool other = negation();
      result = result && other;
    }
    return result;
  }

  bool negation() {
    if (++depth_ > kMaxConditionDepth) fail("The expression is nested too deeply");
    const bool result = take_word("NOT") ? !negation() : term();
    --depth_;
    return result;
  }

  bool term() {
    if (error()) return false;
    if (take("(")) {
      const bool result = any();
      expect(")");
      return result;
    }
    if (const auto result = function()) return *result;
    return comparison();
  }

  std::optional<bool> function() {
    if (is_call("attribute_exists")) return exists();
    if (is_call("attribute_not_exists")) return !exists();
    for (const auto& [name, test] : kTests) {
      if (!is_call(name)) continue;
      next();
      expect("(");
      const Operand first = operand();
      expect(",");
      const Operand second = operand();
      expect(")");
      return first && second && test(*first, *second);
    }
    return std::nullopt;
  }

  bool exists() {
    next();
    expect("(");
    const DocumentPath at = path();
    expect(")");
    return !error() && value_at(item(), at) != nullptr;
  }

  // An operand, or the size of one.
  Operand sized() {
    if (!is_call("size")) return operand();
    next();
    expect("(");
    const Operand of = operand();
    expect(")");
    if (!of) return std::nullopt;
    const std::string type = type_of(*of);
    const Json& content = of->at(type);
    if (content.is_string() && type != "N") {
      return Json{{"N", std::to_string(content.get_ref<const std::string&>().size())}};
    }
    if (content.is_structured()) return Json{{"N", std::to_string(content.size())}};
    return std::nullopt;
  }

  bool comparison() {
    const Operand left = sized();
    if (error()) return false;
    if (take_word("BETWEEN")) {
      const Operand low = sized();
      if (!take_word("AND")) syntax_error();
      const Operand high = sized();
      if (!left || !low || !high) return false;
      const auto from = compared(*left, *low);
      const auto to = compared(*left, *high);
      return from && to && *from >= 0 && *to <= 0;
    }
    if (take_word("IN")) {
      bool found = false;
      expect("(");
      do {
        const Operand one = operand();
        found = found || (left && one && equal(*left, *one));
      } while (take(","));
      expect(")");
      return found;
    }
    const std::string comparator = token();
    if (std::find(kComparators.begin(), kComparators.end(), comparator) == kComparators.end()) {
      syntax_error();
      return false;
    }
    next();
    const Operand right = sized();
    return matches(left, comparator, right);
  }

  static bool matches(const Operand& left, const std::string& comparator, const Operand& right) {
    if (comparator == "=") return left && right && equal(*left, *right);
    if (comparator == "<>") return !left || !right || !equal(*left, *right);
    const auto order = left && right ? compared(*left, *right) : std::nullopt;
    if (!order) return false;
    if (comparator == "<") return *order < 0;
    if (comparator == "<=") return *order <= 0;
    return comparator == ">" ? *order > 0 : *order >= 0;
  }

  static bool begins_with(const Json& text, const Json& prefix) {
    const std::string type = type_of(text);
    return type == type_of(prefix) && (type == "S" || type == "B") &&
           text.at(type).get_ref<const std::string&>().starts_with(
               prefix.at(type).get_ref<const std::string&>());
  }

  // A part of a text, or an element of a set or list.
  static bool contains(const Json& whole, const Json& part) {
    const std::string type = type_of(whole);
    const Json& content = whole.at(type);
    if (type == "S") {
      return type_of(part) == "S" &&
             content.get_ref<const std::string&>().find(
                 part.at("S").get_ref<const std::string&>()) != std::string::npos;
    }
    if (type == "L") {
      return std::any_of(content.begin(), content.end(),
                         [&](const Json& element) { return equal(element, part); });
    }
    const std::string of = type_of(part);
    return type == of + "S" &&
           std::find(content.begin(), content.end(), part.at(of)) != content.end();
  }

  static bool has_type(const Json& value, const Json& type) {
    return type_of(type) == "S" && type.at("S") == type_of(value);
  }

  struct Test {
    std::string_view name;
    bool (*test)(const Json&, const Json&);
  };
  static constexpr std::array<Test, 3> kTests{
      {{"begins_with", begins_with}, {"contains", contains}, {"attribute_type", has_type}}};
  int depth_ = 0;
};

}  // namespace

Result<bool, aws::Error> holds(const std::string& expression, std::string_view kind,
                               const Json& item, Placeholders& placeholders) {
  Condition condition(expression, kind, item, placeholders);
  const bool result = condition.error() ? false : condition.whole();
  if (condition.error()) return *condition.error();
  return result;
}

}  // namespace bedlam::dynamodb
