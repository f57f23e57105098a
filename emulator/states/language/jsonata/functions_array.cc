#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>

#include "emulator/states/language/jsonata/functions.h"

namespace bedlam::states::jsonata {
namespace {

Value count(Call& call) {
  return Value(call[0].is_array() ? double(call[0].array().size) : 0.0);
}

Value append(Call& call) {
  return call.evaluator.append(call[0], call[1]);
}

Value reverse(Call& call) {
  if (!call[0].is_array() || call[0].array().size <= 1) return call[0];
  Arena& arena = call.evaluator.arena();
  Array& items = call[0].array();
  if (!call.evaluator.spend(items.size / 8)) return Value::failure();
  Array* result = make_array(arena);
  result->reserve(arena, items.size);
  for (std::uint32_t i = items.size; i-- > 0;) result->push(arena, items.at(arena, i));
  return Value(result);
}

Value shuffle(Call& call) {
  if (!call[0].is_array() || call[0].array().size <= 1) return call[0];
  Arena& arena = call.evaluator.arena();
  Array& items = call[0].array();
  if (!call.evaluator.spend(items.size / 4)) return Value::failure();
  Array* result = make_array(arena);
  result->reserve(arena, items.size);
  for (std::uint32_t i = 0; i < items.size; ++i) {
    const auto j = static_cast<std::uint32_t>(call.evaluator.environment().random.below(i + 1));
    result->push(arena, items.at(arena, i));
    std::swap(result->items[i], result->items[j]);
  }
  return Value(result);
}

// A text that only equal scalars share; "" for arrays and objects.
std::string scalar_key(Value value) {
  switch (value.tag()) {
    case Tag::kString:
      return "s" + std::string(value.text());
    case Tag::kNumber: {
      const double number = value.number() + 0.0;
      return "n" + std::string(reinterpret_cast<const char*>(&number), sizeof number);
    }
    case Tag::kBoolean:
      return value.boolean() ? "t" : "f";
    case Tag::kNull:
      return "0";
    default:
      return "";
  }
}

Value distinct(Call& call) {
  if (!call[0].is_array() || call[0].array().size <= 1) return call[0];
  Arena& arena = call.evaluator.arena();
  Array& items = call[0].array();
  Array* result = make_array(arena);
  result->sequence = items.sequence;
  std::unordered_set<std::string> scalars;
  std::vector<Value> others;
  for (std::uint32_t i = 0; i < items.size; ++i) {
    const Value item = items.at(arena, i);
    if (!call.evaluator.spend(1)) return Value::failure();
    if (std::string key = scalar_key(item); !key.empty()) {
      if (scalars.insert(std::move(key)).second) result->push(arena, item);
      continue;
    }
    const bool known = std::any_of(others.begin(), others.end(),
                                   [&](Value other) { return call.evaluator.equal(item, other); });
    if (call.evaluator.failed() || !call.evaluator.spend(others.size())) return Value::failure();
    if (known) continue;
    others.push_back(item);
    result->push(arena, item);
  }
  return Value(result);
}

Value zip(Call& call) {
  Arena& arena = call.evaluator.arena();
  Array* result = make_array(arena);
  std::uint32_t length = call.arguments.size() == 0 ? 0 : UINT32_MAX;
  for (const Value list : call.arguments) {
    length = std::min(length, list.is_array() ? list.array().size : 0);
  }
  for (std::uint32_t i = 0; i < length; ++i) {
    Array* row = make_array(arena);
    for (const Value list : call.arguments) row->push(arena, list.array().at(arena, i));
    result->push(arena, Value(row));
    if (!call.evaluator.spend(1)) return Value::failure();
  }
  return Value(result);
}

constexpr std::array kArrayFunctions{
    Builtin{"count", "<a:n>", 1, count},       Builtin{"append", "<xx:a>", 2, append},
    Builtin{"reverse", "<a:a>", 1, reverse},   Builtin{"shuffle", "<a:a>", 1, shuffle},
    Builtin{"distinct", "<x:x>", 1, distinct}, Builtin{"zip", "<a+>", 0, zip},
};

}  // namespace

std::span<const Builtin> array_functions() {
  return kArrayFunctions;
}

}  // namespace bedlam::states::jsonata
