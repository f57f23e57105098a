// How a filter decides about an item. Comparisons follow Jayway's JsonPath: numbers and texts that
// spell numbers are equal, ordering needs two numbers or two texts, a missing value equals nothing.
#include <charconv>

#include "emulator/base/regex.h"
#include "emulator/states/language/path_select.h"

namespace bedlam::states {
namespace {

// Ours: states of the automaton, which bound the depth of its construction's recursion.
constexpr std::size_t kMaxPatternStates = 1'000;

// An upper bound for the states that a pattern needs: its length times every repeat count in it.
std::size_t pattern_states(std::string_view text) {
  std::size_t states = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{' && text[i] != ',') continue;
    std::size_t count = 0;
    const auto [end, status] =
        std::from_chars(text.data() + i + 1, text.data() + text.size(), count);
    if (status == std::errc::result_out_of_range || count > kMaxPatternStates) {
      return kMaxPatternStates + 1;
    }
    if (count > 1) states *= count;
    if (states > kMaxPatternStates) break;
  }
  return states;
}

std::optional<double> as_number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  double number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool equal(const Json& left, const Json& right) {
  if (left.is_number() != right.is_number() && (left.is_string() || right.is_string())) {
    const auto a = as_number(left), b = as_number(right);
    return a && b && *a == *b;
  }
  return same_value(left, right);
}

}  // namespace

struct Pattern {
  Regex regex;
};

Result<std::shared_ptr<const Pattern>, std::string> compile_pattern(std::string_view text,
                                                                    std::string_view flags) {
  if (!flags.empty() && flags != "i") {
    return std::string("the only flag of a regular expression is 'i'");
  }
  if (pattern_states(text) > kMaxPatternStates) {
    return std::string("the regular expression is too large");
  }
  auto regex = Regex::compile(text, {.ignore_case = flags == "i"});
  if (!regex) return "'" + std::string(text) + "' is not a regular expression";
  return std::make_shared<const Pattern>(Pattern{*std::move(regex)});
}

bool matches(const Pattern& pattern, const std::string& text) {
  return pattern.regex.matches(text);
}

bool Selector::accepts(const Filter& filter, const Json& item) {
  if (++visits_ > kMaxVisits) return false;
  switch (filter.kind) {
    case Filter::Kind::kOr:
      for (const Filter& one : filter.operands) {
        if (accepts(one, item)) return true;
      }
      return false;
    case Filter::Kind::kAnd:
      for (const Filter& one : filter.operands) {
        if (!accepts(one, item)) return false;
      }
      return true;
    case Filter::Kind::kNot:
      return !accepts(filter.operands.front(), item);
    case Filter::Kind::kExists: {
      Json storage;
      const Json* value = resolve(filter.left, item, storage);
      if (value == nullptr) return false;
      return filter.left.path->is_definite() || !value->empty();
    }
    case Filter::Kind::kMatch: {
      Json storage;
      const Json* value = resolve(filter.left, item, storage);
      return value != nullptr && value->is_string() &&
             matches(*filter.pattern, value->get_ref<const std::string&>());
    }
    case Filter::Kind::kCompare:
      break;
  }
  return compares(filter, item);
}

bool Selector::compares(const Filter& filter, const Json& item) {
  using Comparison = Filter::Comparison;
  Json left_storage, right_storage;
  const Json* left = resolve(filter.left, item, left_storage);
  const Json* right = resolve(filter.right, item, right_storage);
  const bool both = left != nullptr && right != nullptr;
  if (filter.comparison == Comparison::kEqual) return both && equal(*left, *right);
  if (filter.comparison == Comparison::kUnequal) return !both || !equal(*left, *right);
  const bool ordered = both && ((left->is_number() && right->is_number()) ||
                                (left->is_string() && right->is_string()));
  if (!ordered) return false;
  switch (filter.comparison) {
    case Comparison::kLess:
      return *left < *right;
    case Comparison::kLessOrEqual:
      return *left <= *right;
    case Comparison::kGreater:
      return *left > *right;
    default:
      return *left >= *right;
  }
}

// The value of one side, or nullptr where its path finds nothing.
const Json* Selector::resolve(const Operand& operand, const Json& item, Json& storage) {
  if (!operand.path) return &operand.literal;
  const PathSyntax& path = *operand.path;
  const Json* root =
      path.root == PathSyntax::Root::kInput ? &document_ : root_of(path, scope_, &item);
  if (root == nullptr) return nullptr;
  if (path.is_definite()) return follow(path, path.segments.size(), *root);
  Selector nested(document_, scope_);
  nested.visits_ = visits_;
  nested.select(path, 0, *root);
  visits_ = nested.visits_;
  storage = nested.to_array();
  return &storage;
}

}  // namespace bedlam::states
