// What Step Functions adds to the language (developer guide, "Transforming data with JSONata",
// "JSONata functions provided by Step Functions").
#include <array>
#include <bit>
#include <cmath>

#include "emulator/states/language/digest.h"
#include "emulator/states/language/jsonata/functions.h"
#include "emulator/states/language/jsonata/number_text.h"

namespace bedlam::states::jsonata {
namespace {

Value refuse(Call& call, std::string_view text) {
  Fault fault("D3137");
  fault.message = text;
  return call.evaluator.fail(std::move(fault));
}

// Developer guide: functions that need integers round down what they are given.
Value partition(Call& call) {
  if (!call[0].is_array() || !call[1].is_number()) return {};
  Arena& arena = call.evaluator.arena();
  Array& items = call[0].array();
  const double size = std::floor(call[1].number());
  if (!(size >= 1)) return refuse(call, "The size of a partition must be at least 1");
  if (!call.evaluator.spend(items.size / 4)) return Value::failure();
  Array* result = make_array(arena);
  for (std::uint32_t i = 0; i < items.size; ++i) {
    if (std::fmod(i, size) == 0) result->push(arena, Value(make_array(arena)));
    result->items[result->size - 1].array().push(arena, items.at(arena, i));
  }
  return Value(result);
}

Value range_of(Call& call) {
  if (!call[0].is_number() || !call[1].is_number() || !call[2].is_number()) return {};
  constexpr double kMaxItems = 1e7;
  const double first = std::floor(call[0].number()), last = std::floor(call[1].number());
  const double step = std::floor(call[2].number());
  if (step == 0 || !std::isfinite(first + last + step)) {
    return refuse(call, "The step of a range must not be 0");
  }
  Array* result = make_array(call.evaluator.arena());
  const double count = std::floor((last - first) / step) + 1;
  if (count == 1) return Value(first);  // recorded: a range is a sequence, one number stands alone
  if (count > kMaxItems) return call.evaluator.fail("D2014", Value(count));
  if (!call.evaluator.spend(static_cast<std::uint64_t>(std::max(count, 0.0)) / 4)) {
    return Value::failure();
  }
  for (double i = 0; i < count; ++i) result->push(call.evaluator.arena(), Value(first + i * step));
  return Value(result);
}

Value hash(Call& call) {
  if (call[0].is_undefined()) return {};
  const Value text = string_of(call.evaluator, call[0]);
  if (text.failed()) return text;
  const std::string_view name = call[1].is_string() ? call[1].text() : "SHA-256";
  if (const auto digest = hexadecimal_digest(name, text.text())) {
    return call.evaluator.text(*digest);
  }
  return refuse(call, "The hash algorithm must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512");
}

// The same seed gives the same number.
Value random_of(Call& call) {
  if (!call[0].is_number()) return Value(call.evaluator.environment().random.uniform());
  return Value(Random(std::bit_cast<std::uint64_t>(call[0].number() + 0.0)).uniform());
}

Value uuid(Call& call) {
  return call.evaluator.text(call.evaluator.environment().random.uuid());
}

// The text as JSON, copied into the evaluation.
Value copied(Evaluator& evaluator, const Json& json) {
  Arena& arena = evaluator.arena();
  if (json.is_string()) return evaluator.text(json.get_ref<const std::string&>());
  if (json.is_array()) {
    Array* array = make_array(arena);
    for (const Json& item : json) array->push(arena, copied(evaluator, item));
    return Value(array);
  }
  if (json.is_object()) {
    Object* object = arena.make<Object>();
    for (const auto& [name, member] : json.items()) {
      object->set(arena, make_string(arena, name), copied(evaluator, member));
    }
    return Value(object);
  }
  return from_json(arena, json);
}

Value parse(Call& call) {
  if (!call[0].is_string()) return {};
  if (!call.evaluator.spend(call[0].string().size / 16)) return Value::failure();
  const auto json = parse_json(call[0].text());
  if (!json.ok()) {
    const JsonError& error = json.error();
    return refuse(call, "The argument of $parse is not JSON: " + error.message + " (line " +
                            std::to_string(error.line) + ", column " +
                            std::to_string(error.column) + ")");
  }
  return copied(call.evaluator, *json);
}

constexpr auto kAws = Availability::kStepFunctions;
constexpr std::array kStepFunctions{
    Builtin{"partition", "<an:a>", 2, partition, kAws},
    Builtin{"range", "<nnn:a>", 3, range_of, kAws},
    Builtin{"hash", "<xs?:s>", 2, hash, kAws},
    Builtin{"random", "<n?:n>", 0, random_of, kAws},
    Builtin{"uuid", "<:s>", 0, uuid, kAws},
    Builtin{"parse", "<s-:x>", 1, parse, kAws},
};

}  // namespace

std::span<const Builtin> step_functions_functions() {
  return kStepFunctions;
}

}  // namespace bedlam::states::jsonata
