// Object constructors, which group, and the order-by clause.
#include <vector>

#include "emulator/states/language/jsonata/evaluator.h"
#include "emulator/states/language/jsonata/merge_sort.h"

namespace bedlam::states::jsonata {
namespace {

struct GroupEntry {
  const String* key;
  Value data;
  std::size_t pair;
};

}  // namespace

// The bindings of several tuples as one: every variable has all of their values.
Tuple* Evaluator::reduced(Value tuples) {
  if (!tuples.is_array()) return &tuples.tuple();
  Array& array = tuples.array();
  Tuple* result = extended(array.at(arena_, 0).tuple(), 8);
  std::uint32_t capacity = result->size + 8;
  for (std::uint32_t i = 1; i < array.size; ++i) {
    const Tuple& tuple = array.at(arena_, i).tuple();
    result->context = append(result->context, tuple.context);
    for (std::uint32_t k = 0; k < tuple.size; ++k) {
      Value known;
      for (std::uint32_t m = 0; m < result->size; ++m) {
        if (*result->bindings[m].name == *tuple.bindings[k].name) known = result->bindings[m].value;
      }
      if (result->size == capacity) {
        result = extended(*result, 8);
        capacity += 8;
      }
      set(*result, tuple.bindings[k].name, append(known, tuple.bindings[k].value));
    }
  }
  return result;
}

Value Evaluator::group(const std::vector<std::pair<Node*, Node*>>& pairs, std::uint32_t position,
                       Value input, Frame* frame) {
  const bool stream = input.is_array() && input.array().tuple_stream;
  if (!input.is_array()) input = Value(make_sequence(arena_, input));
  Array& items = input.array();
  const std::uint32_t count = items.size == 0 && !stream ? 1 : items.size;
  std::vector<GroupEntry> groups;
  Object keys;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Value item = items.size == 0 ? Value() : items.at(arena_, i);
    const bool tuple = stream && item.tag() == Tag::kTuple;
    Frame* scope = tuple ? frame_of(item.tuple(), frame) : frame;
    for (std::size_t pair = 0; pair < pairs.size(); ++pair) {
      const Value key = eval(*pairs[pair].first, tuple ? item.tuple().context : item, scope);
      if (key.failed()) return key;
      if (key.is_undefined()) continue;
      if (!key.is_string()) {
        Fault fault("T1003");
        fault.at(position).with("value", shown(key));
        return fail(std::move(fault));
      }
      const Value known = keys.get(arena_, key.text());
      if (known.is_undefined()) {
        keys.set(arena_, &key.string(), Value(static_cast<double>(groups.size())));
        groups.push_back({&key.string(), item, pair});
        continue;
      }
      GroupEntry& entry = groups[static_cast<std::size_t>(known.number())];
      if (entry.pair != pair) {
        Fault fault("D1009");
        fault.at(position).with("value", shown(key));
        return fail(std::move(fault));
      }
      entry.data = append(entry.data, item);
      if (entry.data.failed()) return entry.data;
    }
  }
  Object* result = arena_.make<Object>();
  for (const GroupEntry& entry : groups) {
    Value context = entry.data;
    Frame* scope = frame;
    if (stream) {
      Tuple* tuple = reduced(entry.data);
      context = tuple->context;
      scope = frame_of(*tuple, frame);
    }
    const Value value = eval(*pairs[entry.pair].second, context, scope);
    if (value.failed()) return value;
    if (value.is_defined()) result->set(arena_, entry.key, value);
  }
  return Value(result);
}

// nullptr: failed. Terms are evaluated once for each item, when they are first needed.
Array* Evaluator::sort(const Node& step, Array* input, Frame* frame) {
  if (input->size <= 1) return input;
  const std::size_t terms = step.terms.size();
  std::vector<Value> keys(input->size * terms);
  std::vector<bool> known(keys.size());
  const auto key = [&](std::uint32_t item, std::size_t term) {
    const std::size_t at = item * terms + term;
    if (known[at]) return keys[at];
    known[at] = true;
    Value context = input->at(arena_, item);
    Frame* scope = frame;
    if (input->tuple_stream && context.tag() == Tag::kTuple) {
      scope = frame_of(context.tuple(), frame);
      context = context.tuple().context;
    }
    keys[at] = eval(*step.terms[term].expression, context, scope);
    return keys[at];
  };
  const auto orderable = [](Value value) { return value.is_string() || value.is_number(); };
  // Whether `a` belongs behind `b`.
  const auto behind = [&](std::uint32_t a, std::uint32_t b) {
    for (std::size_t term = 0; term < terms; ++term) {
      const Value left = key(a, term), right = left.failed() ? left : key(b, term);
      if (left.failed() || right.failed()) return false;
      if (left.is_undefined() && right.is_undefined()) continue;
      if (left.is_undefined() || right.is_undefined()) return left.is_undefined();
      if (!orderable(left) || !orderable(right)) {
        fail(Fault("T2008").at(step.position).with("value", shown(orderable(left) ? right : left)));
        return false;
      }
      if (left.tag() != right.tag()) {
        Fault fault("T2007");
        fault.at(step.position).with("value", shown(left)).with("value2", shown(right));
        fail(std::move(fault));
        return false;
      }
      const int order = left.is_string()                  ? compare_text(left.text(), right.text())
                        : left.number() == right.number() ? 0
                        : left.number() < right.number()  ? -1
                                                          : 1;
      if (order != 0) return step.terms[term].descending ? order < 0 : order > 0;
    }
    return false;
  };
  const auto order = merge_sorted(input->size, behind, [this] { return !fault_ && spend(1); });
  if (fault_) return nullptr;
  Array* result = make_array(arena_);
  result->reserve(arena_, input->size);
  for (const std::uint32_t item : order) result->push(arena_, input->at(arena_, item));
  return result;
}

}  // namespace bedlam::states::jsonata
