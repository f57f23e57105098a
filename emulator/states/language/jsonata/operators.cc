#include <cmath>

#include "emulator/states/language/jsonata/evaluator.h"

namespace bedlam::states::jsonata {
namespace {

// The largest array that `..` makes (reference implementation: D2014).
constexpr double kMaxRange = 1e7;

bool is_comparable(Value value) {
  return value.is_undefined() || value.is_string() || value.is_number();
}

bool is_integer(Value value) {
  return value.is_number() && std::isfinite(value.number()) &&
         value.number() == std::trunc(value.number());
}

}  // namespace

Evaluator::Numeric Evaluator::numeric(Value value) {
  if (!value.is_number() || std::isnan(value.number())) return Numeric::kNo;
  if (std::isfinite(value.number())) return Numeric::kYes;
  fail("D1001", value);
  return Numeric::kFailed;
}

Value Evaluator::truth(Value value) {
  switch (value.tag()) {
    case Tag::kUndefined:
    case Tag::kBoolean:
    case Tag::kFailure:
      return value;
    case Tag::kString:
      return Value::boolean(value.string().size > 0);
    case Tag::kNumber: {
      const Numeric kind = numeric(value);
      if (kind == Numeric::kFailed) return Value::failure();
      return Value::boolean(kind == Numeric::kYes && value.number() != 0);
    }
    case Tag::kObject:
      return Value::boolean(value.object().size > 0);
    case Tag::kArray: {
      Array& array = value.array();
      if (!descend()) return Value::failure();
      Value result = Value::boolean(false);
      for (std::uint32_t i = 0; i < array.size; ++i) {
        result = truth(array.at(arena_, i));
        if (result.failed() || array.size == 1) break;
        if (result.is_boolean() && result.boolean()) break;
        result = Value::boolean(false);
      }
      ascend();
      return result;
    }
    default:
      return Value::boolean(false);
  }
}

bool Evaluator::is_true(Value value, bool& holds) {
  if (value.is_boolean()) {
    holds = value.boolean();
    return true;
  }
  const Value result = truth(value);
  holds = result.is_boolean() && result.boolean();
  return !result.failed();
}

bool Evaluator::equal(Value a, Value b) {
  if (a.tag() != b.tag()) return false;
  switch (a.tag()) {
    case Tag::kNumber:
      return a.number() == b.number();
    case Tag::kString:
      return a.text() == b.text();
    case Tag::kBoolean:
      return a.boolean() == b.boolean();
    case Tag::kFunction:
      return &a.function() == &b.function();
    case Tag::kArray: {
      Array &left = a.array(), &right = b.array();
      if (&left == &right) return true;
      if (left.size != right.size) return false;
      if (!descend() || !spend(left.size)) return false;
      bool same = true;
      for (std::uint32_t i = 0; i < left.size && same; ++i) {
        same = equal(left.at(arena_, i), right.at(arena_, i));
      }
      ascend();
      return same;
    }
    case Tag::kObject: {
      Object &left = a.object(), &right = b.object();
      if (&left == &right) return true;
      if (left.size != right.size) return false;
      if (!descend() || !spend(left.size)) return false;
      const Member* members = left.all(arena_);
      bool same = true;
      for (std::uint32_t i = 0; i < left.size && same; ++i) {
        const std::string_view name = members[i].name->view();
        same = right.has(arena_, name) && equal(members[i].value, right.get(arena_, name));
      }
      ascend();
      return same;
    }
    default:
      return true;
  }
}

Value Evaluator::append(Value a, Value b) {
  if (a.is_undefined()) return b;
  if (b.is_undefined()) return a;
  Array* result = make_array(arena_);
  if (a.is_array()) {
    Array& first = a.array();
    *result = Array{first.items, first.size, first.room, first.source, first.first, first.is_range};
  } else {
    result->push(arena_, a);
  }
  if (!b.is_array()) {
    result->push(arena_, b);
  } else if (result->size == 0) {
    Array& other = b.array();
    *result = Array{other.items, other.size, other.room, other.source, other.first, other.is_range};
  } else {
    if (!spend(b.array().size / 16) || !has_room(b.array().size * sizeof(Value))) {
      return Value::failure();
    }
    result->append(arena_, b.array());
  }
  return Value(result);
}

Value Evaluator::lookup_member(Value input, const String& name) {
  if (input.is_object()) return input.object().get(arena_, name.view());
  if (!input.is_array()) return {};
  Array& array = input.array();
  if (!descend() || !spend(array.size)) return Value::failure();
  Array* results = sequence();
  for (std::uint32_t i = 0; i < array.size && !array.is_range; ++i) {
    const Value found = lookup_member(array.at(arena_, i), name);
    if (found.failed()) return found;
    if (found.is_array()) {
      results->append(arena_, found.array());
    } else if (found.is_defined()) {
      results->push(arena_, found);
    }
  }
  ascend();
  return Value(results);
}

Value Evaluator::binary(const Node& node, Value input, Frame* frame) {
  const Value left = eval(*node.lhs, input, frame);
  if (left.failed()) return left;
  Value result;
  if (node.op == Op::kAnd || node.op == Op::kOr) {
    result = logical(node, left, input, frame);
  } else {
    const Value right = eval(*node.rhs, input, frame);
    if (right.failed()) return right;
    switch (node.op) {
      case Op::kAdd:
      case Op::kSubtract:
      case Op::kMultiply:
      case Op::kDivide:
      case Op::kModulo:
        result = arithmetic(node.op, left, right);
        break;
      case Op::kEqual:
      case Op::kNotEqual: {
        const bool known = left.is_defined() && right.is_defined();
        const bool same = known && equal(left, right);
        result =
            fault_ ? Value::failure() : Value::boolean(known && same == (node.op == Op::kEqual));
        break;
      }
      case Op::kConcat:
        result = concatenated(left, right);
        break;
      case Op::kRange:
        result = range(left, right);
        break;
      case Op::kIn:
        result = contains(left, right);
        break;
      default:
        result = compare(node.op, left, right);
    }
  }
  if (result.failed() && fault_) fault_->at(node.position).named(std::string(node.token));
  return result;
}

Value Evaluator::logical(const Node& node, Value left, Value input, Frame* frame) {
  bool holds = false;
  if (!is_true(left, holds)) return Value::failure();
  if (holds == (node.op == Op::kOr)) return Value::boolean(holds);
  const Value right = eval(*node.rhs, input, frame);
  if (right.failed() || !is_true(right, holds)) return Value::failure();
  return Value::boolean(holds);
}

Value Evaluator::arithmetic(Op op, Value left, Value right) {
  const Numeric left_kind = left.is_undefined() ? Numeric::kYes : numeric(left);
  if (left_kind == Numeric::kFailed) return Value::failure();
  if (left_kind == Numeric::kNo) return fail("T2001", left);
  const Numeric right_kind = right.is_undefined() ? Numeric::kYes : numeric(right);
  if (right_kind == Numeric::kFailed) return Value::failure();
  if (right_kind == Numeric::kNo) return fail("T2002", right);
  if (left.is_undefined() || right.is_undefined()) return {};
  const double a = left.number(), b = right.number();
  switch (op) {
    case Op::kAdd:
      return Value(a + b);
    case Op::kSubtract:
      return Value(a - b);
    case Op::kMultiply:
      return Value(a * b);
    case Op::kDivide:
      return Value(a / b);
    default:
      return Value(std::fmod(a, b));
  }
}

Value Evaluator::compare(Op op, Value left, Value right) {
  if (!is_comparable(left) || !is_comparable(right)) {
    return fail("T2010", left.is_string() || left.is_number() ? right : left);
  }
  if (left.is_undefined() || right.is_undefined()) return {};
  if (left.tag() != right.tag()) {
    Fault fault("T2009");
    fault.with("value", shown(left)).with("value2", shown(right));
    return fail(std::move(fault));
  }
  int order = 0;
  if (left.is_string()) {
    order = compare_text(left.text(), right.text());
  } else {
    const double a = left.number(), b = right.number();
    if (std::isnan(a) || std::isnan(b)) return Value::boolean(false);
    order = a < b ? -1 : static_cast<int>(a > b);
  }
  switch (op) {
    case Op::kLess:
      return Value::boolean(order < 0);
    case Op::kLessEqual:
      return Value::boolean(order <= 0);
    case Op::kGreater:
      return Value::boolean(order > 0);
    default:
      return Value::boolean(order >= 0);
  }
}

Value Evaluator::concatenated(Value left, Value right) {
  static constexpr String kEmpty{"", 0};
  const Value a = left.is_undefined() ? Value(&kEmpty) : string_of(*this, left);
  if (a.failed()) return a;
  const Value b = right.is_undefined() ? Value(&kEmpty) : string_of(*this, right);
  if (b.failed()) return b;
  if (!has_room(std::size_t{a.string().size} + b.string().size) || !spend(b.string().size / 64)) {
    return Value::failure();
  }
  return Value(concatenate(arena_, a.string(), b.string()));
}

Value Evaluator::range(Value left, Value right) {
  if (left.is_defined() && !is_integer(left)) return fail("T2003", left);
  if (right.is_defined() && !is_integer(right)) return fail("T2004", right);
  if (left.is_undefined() || right.is_undefined() || left.number() > right.number()) return {};
  const double size = right.number() - left.number() + 1;
  if (size > kMaxRange) return fail("D2014", Value(size));
  Array* result = sequence();
  result->is_range = true;
  result->first = left.number();
  result->size = static_cast<std::uint32_t>(size);
  return Value(result);
}

Value Evaluator::contains(Value left, Value right) {
  if (left.is_undefined() || right.is_undefined()) return Value::boolean(false);
  const auto identical = [this, left](Value item) {
    if (left.is_array()) return item.is_array() && &item.array() == &left.array();
    if (left.is_object()) return item.is_object() && &item.object() == &left.object();
    return equal(left, item);
  };
  if (!right.is_array()) return Value::boolean(identical(right));
  Array& array = right.array();
  if (!spend(array.size / 8)) return Value::failure();
  for (std::uint32_t i = 0; i < array.size; ++i) {
    if (identical(array.at(arena_, i))) return Value::boolean(true);
  }
  return Value::boolean(false);
}

}  // namespace bedlam::states::jsonata
