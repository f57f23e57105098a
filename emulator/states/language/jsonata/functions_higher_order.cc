#include <array>

#include "emulator/states/language/jsonata/functions.h"
#include "emulator/states/language/jsonata/merge_sort.h"

namespace bedlam::states::jsonata {

int arity_of(Value function) {
  return function.is_function() ? function.function().arity : 0;
}

Value call_with(Call& call, Value function, Value value, Value key, Value whole) {
  Arguments arguments(call.evaluator.arena());
  arguments.push_back(value);
  const int arity = arity_of(function);
  if (arity >= 2) arguments.push_back(key);
  if (arity >= 3) arguments.push_back(whole);
  if (!call.evaluator.spend(1)) return Value::failure();
  return call.evaluator.apply(function, arguments, Value::null(), call.frame);
}

namespace {

Value map(Call& call) {
  if (!call[0].is_array()) return {};
  Arena& arena = call.evaluator.arena();
  Array& items = call[0].array();
  Array* results = call.evaluator.sequence();
  for (std::uint32_t i = 0; i < items.size; ++i) {
    const Value result = call_with(call, call[1], items.at(arena, i), Value(double(i)), call[0]);
    if (result.failed()) return result;
    if (result.is_defined()) results->push(arena, result);
  }
  return Value(results);
}

Value filter(Call& call) {
  if (!call[0].is_array()) return {};
  Arena& arena = call.evaluator.arena();
  Array& items = call[0].array();
  Array* results = call.evaluator.sequence();
  for (std::uint32_t i = 0; i < items.size; ++i) {
    const Value item = items.at(arena, i);
    const Value result = call_with(call, call[1], item, Value(double(i)), call[0]);
    bool holds = false;
    if (result.failed() || !call.evaluator.is_true(result, holds)) return Value::failure();
    if (holds) results->push(arena, item);
  }
  return Value(results);
}

Value single(Call& call) {
  if (!call[0].is_array()) return {};
  Arena& arena = call.evaluator.arena();
  Array& items = call[0].array();
  bool found = false;
  Value only;
  for (std::uint32_t i = 0; i < items.size; ++i) {
    const Value item = items.at(arena, i);
    bool holds = true;
    if (call[1].is_function()) {
      const Value result = call_with(call, call[1], item, Value(double(i)), call[0]);
      if (result.failed() || !call.evaluator.is_true(result, holds)) return Value::failure();
    }
    if (!holds) continue;
    if (found) return call.evaluator.fail(Fault("D3138").with("index", i));
    found = true;
    only = item;
  }
  return found ? only : call.evaluator.fail("D3139");
}

Value reduce(Call& call) {
  if (!call[0].is_array()) return {};
  const int arity = arity_of(call[1]);
  if (arity < 2) return call.evaluator.fail(Fault("D3050").with("index", 1));
  Arena& arena = call.evaluator.arena();
  Array& items = call[0].array();
  Value result = call[2];
  std::uint32_t next = 0;
  if (result.is_undefined() && items.size > 0) result = items.at(arena, next++);
  for (; next < items.size; ++next) {
    Arguments arguments(arena);
    arguments.push_back(result);
    arguments.push_back(items.at(arena, next));
    if (arity >= 3) arguments.push_back(Value(double(next)));
    if (arity >= 4) arguments.push_back(call[0]);
    if (!call.evaluator.spend(1)) return Value::failure();
    result = call.evaluator.apply(call[1], arguments, Value::null(), call.frame);
    if (result.failed()) return result;
  }
  return result;
}

Value each(Call& call) {
  Arena& arena = call.evaluator.arena();
  Array* results = call.evaluator.sequence();
  if (!call[0].is_object()) return Value(results);
  Object& object = call[0].object();
  const Member* members = object.all(arena);
  for (std::uint32_t i = 0; i < object.size; ++i) {
    const Value result =
        call_with(call, call[1], members[i].value, Value(members[i].name), call[0]);
    if (result.failed()) return result;
    if (result.is_defined()) results->push(arena, result);
  }
  return Value(results);
}

Value sift(Call& call) {
  if (!call[0].is_object()) return {};
  Arena& arena = call.evaluator.arena();
  Object& object = call[0].object();
  Object* results = arena.make<Object>();
  const Member* members = object.all(arena);
  for (std::uint32_t i = 0; i < object.size; ++i) {
    const Value result =
        call_with(call, call[1], members[i].value, Value(members[i].name), call[0]);
    bool holds = false;
    if (result.failed() || !call.evaluator.is_true(result, holds)) return Value::failure();
    if (holds) results->set(arena, members[i].name, members[i].value);
  }
  return results->size == 0 ? Value() : Value(results);
}

// All numbers or all strings; kFailed for an infinite number.
Evaluator::Numeric has_natural_order(Call& call, Array& items) {
  if (items.is_range) return Evaluator::Numeric::kYes;
  bool numbers = true, strings = true;
  for (std::uint32_t i = 0; i < items.size; ++i) {
    const Value item = items.at(call.evaluator.arena(), i);
    const auto kind = call.evaluator.numeric(item);
    if (kind == Evaluator::Numeric::kFailed) return kind;
    numbers = numbers && kind == Evaluator::Numeric::kYes;
    strings = strings && item.is_string();
  }
  return numbers || strings ? Evaluator::Numeric::kYes : Evaluator::Numeric::kNo;
}

bool belongs_behind(Call& call, Value a, Value b) {
  if (!call[1].is_function()) {
    if (a.is_string()) return compare_text(a.text(), b.text()) > 0;
    return a.number() > b.number();
  }
  Arguments arguments(call.evaluator.arena());
  arguments.push_back(a);
  arguments.push_back(b);
  const Value result = call.evaluator.apply(call[1], arguments, Value::null(), call.frame);
  return !result.failed() && is_truthy(result);
}

Value sort(Call& call) {
  if (!call[0].is_array() || call[0].array().size <= 1) return call[0];
  Evaluator& evaluator = call.evaluator;
  Arena& arena = evaluator.arena();
  Array& items = call[0].array();
  if (!call[1].is_function()) {
    const auto kind = has_natural_order(call, items);
    if (kind == Evaluator::Numeric::kFailed) return Value::failure();
    if (kind == Evaluator::Numeric::kNo) {
      return evaluator.fail(Fault("D3070").with("index", 1));
    }
  }
  const auto order = merge_sorted(
      items.size,
      [&](std::uint32_t a, std::uint32_t b) {
        return belongs_behind(call, items.at(arena, a), items.at(arena, b));
      },
      [&] { return !evaluator.failed() && evaluator.spend(1); });
  if (evaluator.failed()) return Value::failure();
  Array* result = make_array(arena);
  result->reserve(arena, items.size);
  for (const std::uint32_t item : order) result->push(arena, items.at(arena, item));
  return Value(result);
}

constexpr std::array kHigherOrderFunctions{
    Builtin{"map", "<af>", 2, map},        Builtin{"filter", "<af>", 2, filter},
    Builtin{"single", "<af?>", 2, single}, Builtin{"reduce", "<afj?:j>", 3, reduce},
    Builtin{"sift", "<o-f?:o>", 2, sift},  Builtin{"each", "<o-f:a>", 2, each},
    Builtin{"sort", "<af?:a>", 2, sort},
};

}  // namespace

std::span<const Builtin> higher_order_functions() {
  return kHigherOrderFunctions;
}

}  // namespace bedlam::states::jsonata
