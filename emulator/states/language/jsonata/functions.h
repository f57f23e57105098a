// The library of functions, by topic, and what their bodies share.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "emulator/states/language/jsonata/evaluator.h"

namespace bedlam::states::jsonata {

// The function of that name in a dialect, or nullptr.
const Builtin* find_builtin(std::string_view name, Dialect dialect);

std::span<const Builtin> string_functions();          // functions_string.cc
std::span<const Builtin> matching_functions();        // functions_matching.cc
std::span<const Builtin> encoding_functions();        // functions_encoding.cc
std::span<const Builtin> number_functions();          // functions_number.cc
std::span<const Builtin> array_functions();           // functions_array.cc
std::span<const Builtin> object_functions();          // functions_object.cc
std::span<const Builtin> higher_order_functions();    // functions_higher_order.cc
std::span<const Builtin> date_functions();            // functions_date.cc
std::span<const Builtin> step_functions_functions();  // functions_aws.cc

// Lengths and places in strings as JavaScript counts them.
std::size_t utf16_length(std::string_view text);
std::size_t utf16_to_bytes(std::string_view text, double units);

// Calls `function` with as many of (value, key, whole) as it takes.
Value call_with(Call& call, Value function, Value value, Value key, Value whole);
int arity_of(Value function);
// As JavaScript's `if` takes a value.
bool is_truthy(Value value);
// Rounds half to even at a decimal place ($round).
double round_half_even(double number, int precision);

}  // namespace bedlam::states::jsonata
