// Objects, and what any value can be asked.
#include <array>

#include "emulator/states/language/jsonata/functions.h"

namespace bedlam::states::jsonata {
namespace {

bool add_keys(Call& call, Value value, Object& names) {
  Evaluator& evaluator = call.evaluator;
  Arena& arena = evaluator.arena();
  if (value.is_object()) {
    Object& object = value.object();
    if (!evaluator.spend(object.size)) return false;
    const Member* members = object.all(arena);
    for (std::uint32_t i = 0; i < object.size; ++i) {
      names.set(arena, members[i].name, Value::boolean(true));
    }
  } else if (value.is_array()) {
    if (!evaluator.descend()) return false;
    for (std::uint32_t i = 0; i < value.array().size; ++i) {
      if (!add_keys(call, value.array().at(arena, i), names)) return false;
    }
    evaluator.ascend();
  }
  return true;
}

Value keys(Call& call) {
  Object names;
  if (!add_keys(call, call[0], names)) return Value::failure();
  Array* result = call.evaluator.sequence();
  for (std::uint32_t i = 0; i < names.size; ++i) {
    result->push(call.evaluator.arena(), Value(names.members[i].name));
  }
  return Value(result);
}

Value lookup(Call& call) {
  if (!call[1].is_string()) return {};
  return call.evaluator.lookup_member(call[0], call[1].string());
}

bool add_spread(Call& call, Value value, Array& result, bool& plain) {
  Arena& arena = call.evaluator.arena();
  if (value.is_array()) {
    if (!call.evaluator.descend()) return false;
    for (std::uint32_t i = 0; i < value.array().size; ++i) {
      if (!add_spread(call, value.array().at(arena, i), result, plain)) return false;
    }
    call.evaluator.ascend();
    plain = plain || value.array().size > 0;
  } else if (value.is_object()) {
    const Member* members = value.object().all(arena);
    for (std::uint32_t i = 0; i < value.object().size; ++i) {
      Object* single = arena.make<Object>();
      single->set(arena, members[i].name, members[i].value);
      result.push(arena, Value(single));
    }
  } else if (value.is_defined()) {
    result.push(arena, value);
  }
  return call.evaluator.spend(1);
}

Value spread(Call& call) {
  if (!call[0].is_array() && !call[0].is_object()) return call[0];
  Array* result = call.evaluator.sequence();
  bool plain = false;  // what an array was appended to is no sequence any more
  if (!add_spread(call, call[0], *result, plain)) return Value::failure();
  result->sequence = !plain;
  return Value(result);
}

Value merge(Call& call) {
  if (!call[0].is_array()) return {};
  Arena& arena = call.evaluator.arena();
  Array& objects = call[0].array();
  Object* result = arena.make<Object>();
  for (std::uint32_t i = 0; i < objects.size; ++i) {
    const Value item = objects.at(arena, i);
    if (!item.is_object()) continue;
    Object& object = item.object();
    if (!call.evaluator.spend(object.size)) return Value::failure();
    const Member* members = object.all(arena);
    for (std::uint32_t k = 0; k < object.size; ++k) {
      result->set(arena, members[k].name, members[k].value);
    }
  }
  return Value(result);
}

Value boolean(Call& call) {
  return call.evaluator.truth(call[0]);
}

Value negation(Call& call) {
  const Value truth = call.evaluator.truth(call[0]);
  return truth.is_boolean() ? Value::boolean(!truth.boolean()) : truth;
}

Value exists(Call& call) {
  return Value::boolean(call[0].is_defined());
}

Value type(Call& call) {
  const Value value = call[0];
  const auto kind = call.evaluator.numeric(value);
  if (kind == Evaluator::Numeric::kFailed) return Value::failure();
  switch (value.tag()) {
    case Tag::kUndefined:
      return {};
    case Tag::kNull:
      return call.evaluator.text("null");
    case Tag::kNumber:
      return call.evaluator.text("number");
    case Tag::kString:
      return call.evaluator.text("string");
    case Tag::kBoolean:
      return call.evaluator.text("boolean");
    case Tag::kArray:
      return call.evaluator.text("array");
    case Tag::kFunction:
      return call.evaluator.text("function");
    default:
      return call.evaluator.text("object");
  }
}

Value with_message(Call& call, std::string_view code, Value message, std::string_view otherwise) {
  Fault fault(code);
  const bool given = message.is_string() && message.string().size > 0;
  fault.message = given ? message.text() : otherwise;
  return call.evaluator.fail(std::move(fault));
}

Value error(Call& call) {
  return with_message(call, "D3137", call[0], "$error() function evaluated");
}

Value assertion(Call& call) {
  if (is_truthy(call[0])) return {};
  return with_message(call, "D3141", call[1], "$assert() statement failed");
}

Value builtin_clone(Call& call) {
  return clone(call.evaluator, call[0]);
}

Value evaluate(Call& call) {
  if (!call[0].is_string()) return {};
  Value input = call.input;
  if (call[1].is_defined()) {
    input = call[1];
    if (input.is_array() && !input.array().sequence) {
      Array* wrapper = make_sequence(call.evaluator.arena(), input);
      wrapper->outer_wrapper = true;
      input = Value(wrapper);
    }
  }
  return call.evaluator.eval_text(call[0].text(), input, call.frame);
}

constexpr std::array kObjectFunctions{
    Builtin{"keys", "<x-:a<s>>", 1, keys},
    Builtin{"lookup", "<x-s:x>", 2, lookup},
    Builtin{"spread", "<x-:a<o>>", 1, spread},
    Builtin{"merge", "<a<o>:o>", 1, merge},
    Builtin{"boolean", "<x-:b>", 1, boolean},
    Builtin{"not", "<x-:b>", 1, negation},
    Builtin{"exists", "<x:b>", 1, exists},
    Builtin{"type", "<x:s>", 1, type},
    Builtin{"error", "<s?:x>", 1, error},
    Builtin{"assert", "<bs?:x>", 2, assertion},
    Builtin{"clone", "<(oa)-:o>", 1, builtin_clone},
    Builtin{"eval", "<sx?:x>", 2, evaluate, Availability::kPlain},
};

}  // namespace

std::span<const Builtin> object_functions() {
  return kObjectFunctions;
}

bool is_truthy(Value value) {
  switch (value.tag()) {
    case Tag::kUndefined:
    case Tag::kNull:
      return false;
    case Tag::kBoolean:
      return value.boolean();
    case Tag::kNumber:
      return value.number() != 0 && value.number() == value.number();
    case Tag::kString:
      return value.string().size > 0;
    default:
      return true;
  }
}

}  // namespace bedlam::states::jsonata
