// Paths: steps that map a sequence to a sequence, their predicates, and the tuple streams that
// steps with `@`, `#` or a parent become.
#include <algorithm>
#include <cmath>

#include "emulator/states/language/jsonata/evaluator.h"

namespace bedlam::states::jsonata {

Value Evaluator::path(const Node& node, Value input, Frame* frame) {
  const auto& steps = node.children;
  const bool given = input.is_array() && steps[0]->type != Type::kVariable;
  Array* current = given ? &input.array() : make_sequence(arena_, input);
  Array* results = nullptr;
  Array* tuples = nullptr;
  bool streaming = false;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Node& here = *steps[i];
    streaming = streaming || here.tuple;
    if (i == 0 && here.construct_array) {
      const Value constructed = eval(here, Value(current), frame);
      if (constructed.failed()) return constructed;
      if (constructed.is_undefined()) return {};
      results = constructed.is_array() ? &constructed.array() : make_sequence(arena_, constructed);
    } else if (streaming) {
      tuples = tuple_step(here, *current, tuples, frame);
      if (tuples == nullptr) return Value::failure();
    } else {
      results = step(here, *current, frame, i + 1 == steps.size());
      if (results == nullptr) return Value::failure();
    }
    if (!streaming && results->size == 0) break;
    if (here.focus == nullptr && results != nullptr) current = results;
  }
  if (streaming) {
    results = tuples;
    if (!node.tuple) {
      results = sequence();
      for (std::uint32_t i = 0; i < tuples->size; ++i) {
        results->push(arena_, tuples->at(arena_, i).tuple().context);
      }
    }
  }
  if (node.keep_singleton_array) {
    if (results->constructed && !results->sequence) {
      results = make_sequence(arena_, Value(results));
    }
    results->keep_singleton = true;
  }
  if (node.group == nullptr) return Value(results);
  return group(node.group->pairs, node.group->position, Value(streaming ? tuples : results), frame);
}

// The results of a step for every item, in one sequence. nullptr: failed.
Array* Evaluator::step(const Node& here, Array& input, Frame* frame, bool last) {
  if (here.type == Type::kSort) {
    Array* sorted = sort(here, &input, frame);
    return sorted == nullptr || here.stages.empty() ? sorted : stages(here, sorted, frame);
  }
  Array* results = sequence();
  Value only;  // the first result, until there is a second one
  std::uint32_t count = 0;
  const auto add = [&](Value value) {
    if (value.is_array() && !value.array().constructed) {
      results->append(arena_, value.array());
    } else {
      results->push(arena_, value);
    }
  };
  const bool simple = here.type == Type::kName && here.predicates.empty() && !here.keep_array &&
                      here.group == nullptr && depth_ < limits_.depth;
  for (std::uint32_t i = 0; i < input.size; ++i) {
    const Value item = input.at(arena_, i);
    Value value;
    if (simple && item.is_object()) {
      if (++steps_ > limits_.steps || arena_.full()) {
        overrun();
        return nullptr;
      }
      value = item.object().get(arena_, here.name->string.view());
    } else {
      value = eval(here, item, frame);
    }
    for (const Stage& stage : here.stages) {
      if (value.failed()) return nullptr;
      if (stage.filter != nullptr) value = filter(*stage.filter, value, frame);
    }
    if (value.failed()) return nullptr;
    if (value.is_undefined()) continue;
    if (++count == 1) {
      only = value;
      continue;
    }
    if (count == 2) add(only);
    add(value);
  }
  if (count == 1) {
    if (last && only.is_array() && !only.array().sequence) return &only.array();
    add(only);
  }
  return results;
}

Frame* Evaluator::frame_of(Tuple& tuple, Frame* parent) {
  Frame* frame = arena_.make<Frame>();
  frame->parent = parent;
  frame->bindings = tuple.bindings;
  frame->size = static_cast<std::uint16_t>(tuple.size);
  frame->borrowed = true;
  return frame;
}

// A copy with room for more bindings.
Tuple* Evaluator::extended(const Tuple& tuple, std::uint32_t extra) {
  Tuple* copy = arena_.make<Tuple>(tuple.context);
  copy->bindings = arena_.allocate_array<Binding>(tuple.size + extra);
  copy->size = tuple.size;
  std::copy_n(tuple.bindings, tuple.size, copy->bindings);
  return copy;
}

void Evaluator::set(Tuple& tuple, const Name* name, Value value) {
  for (std::uint32_t i = 0; i < tuple.size; ++i) {
    if (*tuple.bindings[i].name == *name) {
      tuple.bindings[i].value = value;
      return;
    }
  }
  tuple.bindings[tuple.size++] = {name, value};
}

Array* Evaluator::tuple_step(const Node& here, Array& input, Array* tuples, Frame* frame) {
  Array* results = sequence();
  results->tuple_stream = true;
  if (here.type == Type::kSort) {
    if (tuples != nullptr) {
      results = sort(here, tuples, frame);
    } else {
      Array* sorted = sort(here, &input, frame);
      for (std::uint32_t i = 0; sorted != nullptr && i < sorted->size; ++i) {
        Tuple* tuple = extended(Tuple{sorted->at(arena_, i)}, 1);
        if (here.index != nullptr) set(*tuple, here.index, Value(double(i)));
        results->push(arena_, Value(tuple));
      }
      if (sorted == nullptr) return nullptr;
    }
    return results == nullptr || here.stages.empty() ? results : stages(here, results, frame);
  }
  const std::uint32_t count = tuples == nullptr ? input.size : tuples->size;
  for (std::uint32_t i = 0; i < count; ++i) {
    Tuple* tuple = tuples == nullptr ? arena_.make<Tuple>(input.at(arena_, i))
                                     : &tuples->at(arena_, i).tuple();
    const Value value = eval(here, tuple->context, frame_of(*tuple, frame));
    if (value.failed() || !add_tuples(here, *tuple, value, *results)) return nullptr;
  }
  return here.stages.empty() ? results : stages(here, results, frame);
}

// A tuple for every item that the step has found for `tuple`.
bool Evaluator::add_tuples(const Node& here, Tuple& tuple, Value value, Array& tuples) {
  if (value.is_undefined()) return true;
  const bool stream = value.is_array() && value.array().tuple_stream;
  const std::uint32_t count = value.is_array() ? value.array().size : 1;
  if (!spend(count)) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Value item = value.is_array() ? value.array().at(arena_, i) : value;
    if (stream && item.tag() == Tag::kTuple) {
      const Tuple& found = item.tuple();
      Tuple* merged = extended(tuple, found.size);
      merged->context = found.context;
      for (std::uint32_t k = 0; k < found.size; ++k) {
        set(*merged, found.bindings[k].name, found.bindings[k].value);
      }
      tuples.push(arena_, Value(merged));
      continue;
    }
    Tuple* next = extended(tuple, 3);
    if (here.focus != nullptr) {
      set(*next, here.focus, item);
    } else {
      next->context = item;
    }
    if (here.index != nullptr) set(*next, here.index, Value(double(i)));
    if (here.ancestor != nullptr) set(*next, here.ancestor->label, tuple.context);
    tuples.push(arena_, Value(next));
  }
  return true;
}

Array* Evaluator::stages(const Node& here, Array* input, Frame* frame) {
  Array* results = input;
  for (const Stage& stage : here.stages) {
    if (stage.filter != nullptr) {
      const Value value = filter(*stage.filter, Value(results), frame);
      if (value.failed()) return nullptr;
      results = &value.array();
      continue;
    }
    Array* numbered = make_array(arena_);
    numbered->sequence = results->sequence;
    numbered->tuple_stream = results->tuple_stream;
    for (std::uint32_t i = 0; i < results->size; ++i) {
      const Value item = results->at(arena_, i);
      const bool tuple = item.tag() == Tag::kTuple;
      Tuple* next = extended(tuple ? item.tuple() : Tuple{item}, 1);
      set(*next, stage.index, Value(double(i)));
      numbered->push(arena_, Value(next));
    }
    results = numbered;
  }
  return results;
}

// Pushes the item where a number, or one of an array of numbers, is its index. False: `chosen` is
// nothing of the kind.
bool Evaluator::select(Value chosen, std::uint32_t index, std::uint32_t size, Value item,
                       Array& results) {
  const auto matches = [index, size](double wanted) {
    double at = std::floor(wanted);
    if (at < 0) at += size;
    return at == index;
  };
  Numeric kind = numeric(chosen);
  if (kind == Numeric::kYes && matches(chosen.number())) results.push(arena_, item);
  if (kind != Numeric::kNo) return true;
  if (!chosen.is_array()) return false;
  Array& numbers = chosen.array();
  if (!spend(numbers.size / 8)) return true;
  for (std::uint32_t i = 0; i < numbers.size; ++i) {
    kind = numeric(numbers.at(arena_, i));
    if (kind == Numeric::kNo) return false;
    if (kind == Numeric::kFailed) return true;
  }
  for (std::uint32_t i = 0; i < numbers.size; ++i) {
    if (matches(numbers.at(arena_, i).number())) results.push(arena_, item);
  }
  return true;
}

Value Evaluator::filter(const Node& predicate, Value input, Frame* frame) {
  Array* results = sequence();
  if (!input.is_array()) input = Value(make_sequence(arena_, input));
  Array& items = input.array();
  results->tuple_stream = items.tuple_stream;
  if (predicate.type == Type::kNumber) {
    double index = std::floor(predicate.value.number());
    if (index < 0) index += items.size;
    if (index < 0 || index >= items.size) return Value(results);
    const Value item = items.at(arena_, static_cast<std::uint32_t>(index));
    if (item.is_array()) return item;
    if (item.is_defined()) results->push(arena_, item);
    return Value(results);
  }
  for (std::uint32_t i = 0; i < items.size; ++i) {
    const Value item = items.at(arena_, i);
    Value context = item;
    Frame* scope = frame;
    if (items.tuple_stream && item.tag() == Tag::kTuple) {
      context = item.tuple().context;
      scope = frame_of(item.tuple(), frame);
    }
    const Value chosen = eval(predicate, context, scope);
    if (chosen.failed()) return chosen;
    bool holds = chosen.is_boolean() && chosen.boolean();
    if (!chosen.is_boolean() && !chosen.is_undefined()) {
      if (select(chosen, i, items.size, item, *results)) {
        if (fault_) return Value::failure();
        continue;
      }
      if (!is_true(chosen, holds)) return Value::failure();
    }
    if (holds) results->push(arena_, item);
  }
  return Value(results);
}

}  // namespace bedlam::states::jsonata
