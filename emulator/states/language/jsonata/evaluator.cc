#include "emulator/states/language/jsonata/evaluator.h"

#include <cmath>

namespace bedlam::states::jsonata {
Evaluator::Evaluator(const Program& program, const Environment& environment)
    : program_(program),
      environment_(environment),
      limits_(environment.limits),
      arena_(environment.limits.memory_bytes) {}

Evaluator::~Evaluator() = default;

Expression::Outcome Evaluator::run(const Json* input, const Json* bindings) {
  Frame* frame = root_frame(input, bindings);
  Value context = input == nullptr ? Value() : from_json(arena_, *input);
  if (context.is_array()) {
    Array* wrapper = make_sequence(arena_, context);
    wrapper->outer_wrapper = true;
    context = Value(wrapper);
  }
  const Value result = eval(*program_.root, context, frame);
  depth_ = 0;
  if (!result.failed() && result.is_defined()) {
    auto json = to_json(*this, result);
    if (json) return Evaluated{std::move(json), result.is_function()};
  }
  if (fault_) return to_error(*fault_, program_.text);
  return Evaluated{};
}

Value Evaluator::fail(Fault fault) {
  if (!fault_) fault_ = std::move(fault);
  return Value::failure();
}

Value Evaluator::fail(std::string_view code, Value offending) {
  Fault fault(code);
  if (offending.is_defined()) fault.with("value", shown(offending));
  return fail(std::move(fault));
}

// Too deep a value is not worth a second error.
Json Evaluator::shown(Value value) {
  const std::optional<Fault> before = fault_;
  const std::uint32_t depth = std::exchange(depth_, 0);
  auto json = to_json(*this, value);
  depth_ = depth;
  fault_ = before;
  return json ? *std::move(json) : Json(nullptr);
}

bool Evaluator::spend(std::uint64_t steps) {
  steps_ += steps;
  if (steps_ <= limits_.steps && !arena_.full()) return true;
  overrun();
  return false;
}

bool Evaluator::has_room(std::size_t bytes) {
  if (!arena_.would_overflow(bytes)) return true;
  Fault fault("U1001");
  fault.message = kMemoryMessage;
  fail(std::move(fault));
  return false;
}

Value Evaluator::too_long() {
  Fault fault("U1001");
  fault.message = kTimeoutMessage;
  return fail(std::move(fault));
}

Value Evaluator::too_deep_failure() {
  Fault fault("U1001");
  fault.message = kStackMessage;
  return fail(std::move(fault));
}

bool Evaluator::descend() {
  if (++depth_ <= limits_.depth && stack_.has_room()) return true;
  too_deep_failure();
  return false;
}

// One of the limits was exceeded.
Value Evaluator::overrun() {
  if (arena_.full()) {
    has_room(static_cast<std::size_t>(-1));
    return Value::failure();
  }
  return steps_ > limits_.steps ? too_long() : too_deep_failure();
}

Value Evaluator::eval(const Node& node, Value input, Frame* frame) {
  if (++steps_ > limits_.steps || arena_.full()) return overrun();
  if (!descend()) return Value::failure();
  Value result = dispatch(node, input, frame);
  if (!node.predicates.empty() || (node.group != nullptr && node.type != Type::kPath)) {
    result = finish(node, input, frame, result);
  }
  ascend();
  if (!result.is_array()) return result;
  Array& array = result.array();
  if (!array.sequence || array.tuple_stream) return result;
  if (node.keep_array) array.keep_singleton = true;
  if (array.size == 0) return {};
  return array.size == 1 && !array.keep_singleton ? array.at(arena_, 0) : result;
}

Value Evaluator::finish(const Node& node, Value, Frame* frame, Value result) {
  for (const Stage& predicate : node.predicates) {
    if (result.failed()) return result;
    result = filter(*predicate.filter, result, frame);
  }
  if (node.group == nullptr || node.type == Type::kPath || result.failed()) return result;
  return group(node.group->pairs, node.group->position, result, frame);
}

Value Evaluator::dispatch(const Node& node, Value input, Frame* frame) {
  switch (node.type) {
    case Type::kPath:
      return path(node, input, frame);
    case Type::kBinary:
      return binary(node, input, frame);
    case Type::kUnaryMinus:
      return minus(node, input, frame);
    case Type::kArray:
      return array(node, input, frame);
    case Type::kObject:
      return group(node.pairs, node.position, input, frame);
    case Type::kName:
      return lookup_member(input, node.name->string);
    case Type::kString:
    case Type::kNumber:
    case Type::kLiteral:
      return node.value;
    case Type::kWildcard:
      return wildcard(input);
    case Type::kDescendant:
      return descendants(input);
    case Type::kParent:
      return find_variable(*node.slot->label, frame);
    case Type::kCondition:
      return condition(node, input, frame);
    case Type::kBlock:
      return block(node, input, frame);
    case Type::kBind:
      return bind(node, input, frame);
    case Type::kCall:
      return call(node, input, frame, nullptr);
    case Type::kVariable:
      return variable(node, input, frame);
    case Type::kRegex:
    case Type::kLambda:
    case Type::kTransform:
      return lambda(node, input, frame);
    case Type::kPartial:
      return partial(node, input, frame);
    case Type::kApply:
      return apply_operator(node, input, frame);
    default:
      return {};
  }
}

Value Evaluator::variable(const Node& node, Value input, Frame* frame) {
  if (!node.name->text.empty()) return find_variable(*node.name, frame);
  if (input.is_array() && input.array().outer_wrapper) return input.array().at(arena_, 0);
  return input;
}

Value Evaluator::condition(const Node& node, Value input, Frame* frame) {
  const Value chosen = eval(*node.lhs, input, frame);
  if (chosen.failed()) return chosen;
  bool holds = false;
  if (!is_true(chosen, holds)) return Value::failure();
  if (holds) return eval(*node.rhs, input, frame);
  return node.third == nullptr ? Value() : eval(*node.third, input, frame);
}

Value Evaluator::block(const Node& node, Value input, Frame* frame) {
  Frame* scope = node.own_frame ? new_frame(frame, 4) : frame;
  Value result;
  for (const Node* child : node.children) {
    result = eval(*child, input, scope);
    if (result.failed()) return result;
  }
  const bool pending = result.is_function() && result.function().kind == Function::Kind::kThunk;
  if (scope != frame && !pending) release(scope);
  return result;
}

Value Evaluator::bind(const Node& node, Value input, Frame* frame) {
  const Value value = eval(*node.rhs, input, frame);
  if (!value.failed()) set_variable(frame, node.lhs->name, value);
  return value;
}

Value Evaluator::minus(const Node& node, Value input, Frame* frame) {
  const Value value = eval(*node.lhs, input, frame);
  if (value.failed() || value.is_undefined()) return value;
  const Numeric kind = numeric(value);
  if (kind == Numeric::kYes) return Value(-value.number());
  if (kind == Numeric::kFailed) return Value::failure();
  Fault fault("D1002");
  fault.at(node.position).named("-").with("value", shown(value));
  return fail(std::move(fault));
}

Value Evaluator::array(const Node& node, Value input, Frame* frame) {
  Array* result = make_array(arena_);
  if (node.children.size() > 1) {
    result->reserve(arena_, static_cast<std::uint32_t>(node.children.size()));
  }
  for (const Node* child : node.children) {
    const Value value = eval(*child, input, frame);
    if (value.failed()) return value;
    if (value.is_undefined()) continue;
    if (!value.is_array() || child->type == Type::kArray) {
      result->push(arena_, value);
    } else if (result->size == 0) {
      // Shares the items, of a range not even written down.
      Array& other = value.array();
      *result =
          Array{other.items, other.size, other.room, other.source, other.first, other.is_range};
    } else {
      if (!spend(value.array().size / 16)) return Value::failure();
      result->append(arena_, value.array());
    }
  }
  result->constructed = node.construct_array;
  return Value(result);
}

bool Evaluator::flatten(Value value, Array& results) {
  if (!value.is_array()) {
    results.push(arena_, value);
    return true;
  }
  if (!descend() || !spend(value.array().size)) return false;
  for (std::uint32_t i = 0; i < value.array().size; ++i) {
    if (!flatten(value.array().at(arena_, i), results)) return false;
  }
  ascend();
  return true;
}

Value Evaluator::wildcard(Value input) {
  if (input.is_array() && input.array().outer_wrapper && input.array().size > 0) {
    input = input.array().at(arena_, 0);
  }
  Array* results = sequence();
  const auto add = [&](Value value) {
    if (!value.is_array()) {
      results->push(arena_, value);
      return true;
    }
    results->sequence = false;  // from here on it is a plain array, as $append makes them
    return flatten(value, *results);
  };
  if (input.is_array()) {
    for (std::uint32_t i = 0; i < input.array().size; ++i) {
      if (!add(input.array().at(arena_, i))) return Value::failure();
    }
  } else if (input.is_object()) {
    Object& object = input.object();
    const Member* members = object.all(arena_);
    for (std::uint32_t i = 0; i < object.size; ++i) {
      if (!add(members[i].value)) return Value::failure();
    }
  }
  return Value(results);
}

bool Evaluator::add_descendants(Value value, Array& results) {
  if (!descend() || !spend(1)) return false;
  if (value.is_array()) {
    for (std::uint32_t i = 0; i < value.array().size; ++i) {
      if (!add_descendants(value.array().at(arena_, i), results)) return false;
    }
  } else {
    results.push(arena_, value);
    if (value.is_object()) {
      Object& object = value.object();
      const Member* members = object.all(arena_);
      for (std::uint32_t i = 0; i < object.size; ++i) {
        if (!add_descendants(members[i].value, results)) return false;
      }
    }
  }
  ascend();
  return true;
}

Value Evaluator::descendants(Value input) {
  if (input.is_undefined()) return {};
  Array* results = sequence();
  if (!add_descendants(input, *results)) return Value::failure();
  return results->size == 1 ? results->at(arena_, 0) : Value(results);
}

}  // namespace bedlam::states::jsonata
