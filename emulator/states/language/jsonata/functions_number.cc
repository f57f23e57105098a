#include <algorithm>
#include <array>
#include <cmath>

#include "emulator/states/language/jsonata/functions.h"
#include "emulator/states/language/jsonata/number_text.h"
#include "emulator/states/language/jsonata/picture.h"
#include "emulator/states/language/jsonata/regex.h"

namespace bedlam::states::jsonata {

double round_half_even(double number, int precision) {
  // Shifted as text: a multiplication would add an error of its own.
  const auto shifted = [](double value, int by) {
    const std::string text = number_text(value);
    const std::size_t e = text.find('e');
    const int exponent = e == text.npos ? 0 : std::stoi(text.substr(e + 1));
    return parse_number(text.substr(0, e) + "e" + std::to_string(exponent + by));
  };
  if (!std::isfinite(number)) return number;
  if (precision != 0) number = shifted(number, precision);
  double result = std::floor(number + 0.5);
  if (std::fabs(number) >= 4503599627370496.0) result = number;  // 2^52: whole already
  const double difference = result - number;
  if (std::fabs(difference) == 0.5 && std::fabs(std::fmod(result, 2)) == 1) result -= 1;
  if (precision != 0) result = shifted(result, -precision);
  return result == 0 ? 0.0 : result;
}

namespace {

bool all_digits(std::string_view text, std::string_view digits) {
  return !text.empty() && text.find_first_not_of(digits) == text.npos;
}

// -?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?
bool is_decimal(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t e = text.find_first_of("eE");
  if (e != text.npos) {
    std::string_view exponent = text.substr(e + 1);
    if (exponent.starts_with('-') || exponent.starts_with('+')) exponent.remove_prefix(1);
    if (!all_digits(exponent, kDigits)) return false;
    text = text.substr(0, e);
  }
  const std::size_t point = text.find('.');
  if (point != text.npos && !all_digits(text.substr(point + 1), kDigits)) return false;
  return all_digits(text.substr(0, point), kDigits);
}

// 0x1F, 0o17, 0b1; NaN for anything else.
double prefixed(std::string_view text) {
  if (text.size() < 3 || text[0] != '0') return NAN;
  const char kind = static_cast<char>(text[1] | 0x20);
  const int radix = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 0;
  double value = 0;
  for (const char c : text.substr(2)) {
    const std::size_t found = std::string_view("0123456789abcdefABCDEF").find(c);
    const int digit = static_cast<int>(found > 15 ? found - 6 : found);
    if (found == std::string_view::npos || digit >= radix) return NAN;
    value = value * radix + digit;
  }
  return value;
}

Value number(Call& call) {
  const Value argument = call[0];
  if (argument.is_undefined() || argument.is_number()) return argument;
  if (argument.is_boolean()) return Value(argument.boolean() ? 1.0 : 0.0);
  if (argument.is_string()) {
    const double value =
        is_decimal(argument.text()) ? parse_number(argument.text()) : prefixed(argument.text());
    if (std::isfinite(value)) return Value(value);
  }
  Fault fault("D3030");
  fault.with("value", call.evaluator.shown(argument)).with("index", 1);
  return call.evaluator.fail(std::move(fault));
}

Value absolute(Call& call) {
  return call[0].is_number() ? Value(std::fabs(call[0].number())) : Value();
}
Value floor_of(Call& call) {
  return call[0].is_number() ? Value(std::floor(call[0].number())) : Value();
}
Value ceiling(Call& call) {
  return call[0].is_number() ? Value(std::ceil(call[0].number())) : Value();
}

Value round(Call& call) {
  if (!call[0].is_number()) return {};
  const double precision = call[1].is_number() ? call[1].number() : 0;
  return Value(
      round_half_even(call[0].number(), static_cast<int>(std::clamp(precision, -1000.0, 1000.0))));
}

Value square_root(Call& call) {
  if (!call[0].is_number()) return {};
  if (call[0].number() < 0) {
    return call.evaluator.fail(Fault("D3060").with("value", call[0].number()).with("index", 1));
  }
  return Value(std::sqrt(call[0].number()));
}

Value power(Call& call) {
  if (!call[0].is_number()) return {};
  const double base = call[0].number();
  const double exponent = call[1].is_number() ? call[1].number() : NAN;
  const double result = std::pow(base, exponent);
  if (std::isfinite(result)) return Value(result);
  Fault fault("D3061");
  fault.with("value", call.evaluator.shown(call[0])).with("exp", call.evaluator.shown(call[1]));
  return call.evaluator.fail(std::move(fault));
}

Value random(Call& call) {
  return Value(call.evaluator.environment().random.uniform());
}

template <typename Combine>
Value reduced_numbers(Call& call, double start, const Combine& combine) {
  Array& numbers = call[0].array();
  if (!call.evaluator.spend(numbers.size / 16)) return Value::failure();
  double result = start;
  for (std::uint32_t i = 0; i < numbers.size; ++i) {
    const Value item = numbers.at(call.evaluator.arena(), i);
    if (item.is_number()) result = combine(result, item.number());
  }
  return Value(result);
}

Value sum(Call& call) {
  if (!call[0].is_array()) return {};
  return reduced_numbers(call, 0, [](double a, double b) { return a + b; });
}
Value maximum(Call& call) {
  if (!call[0].is_array() || call[0].array().size == 0) return {};
  return reduced_numbers(call, -HUGE_VAL, [](double a, double b) { return std::max(a, b); });
}
Value minimum(Call& call) {
  if (!call[0].is_array() || call[0].array().size == 0) return {};
  return reduced_numbers(call, HUGE_VAL, [](double a, double b) { return std::min(a, b); });
}
Value average(Call& call) {
  if (!call[0].is_array() || call[0].array().size == 0) return {};
  const Value total = sum(call);
  return total.failed() ? total : Value(total.number() / call[0].array().size);
}

Value format_base(Call& call) {
  if (!call[0].is_number()) return {};
  const double radix = call[1].is_number() ? round_half_even(call[1].number(), 0) : 10;
  if (radix < 2 || radix > 36) return call.evaluator.fail("D3100", Value(radix));
  return call.evaluator.text(
      number_text(round_half_even(call[0].number(), 0), static_cast<int>(radix)));
}

Value result_of(Call& call, Result<std::string, Fault> text) {
  if (!text.ok()) return call.evaluator.fail(std::move(text).error());
  return call.evaluator.text(*text);
}

Value builtin_format_number(Call& call) {
  if (!call[0].is_number()) return {};
  NumberSymbols symbols;
  if (call[2].is_object()) {
    Object& options = call[2].object();
    for (auto& [name, symbol] : symbols.by_name()) {
      const Value value = options.get(call.evaluator.arena(), name);
      if (value.is_string()) *symbol = value.text();
    }
  }
  const std::string picture(call[1].is_string() ? call[1].text() : "");
  return result_of(call, format_number(call[0].number(), picture, symbols));
}

Value builtin_format_integer(Call& call) {
  if (!call[0].is_number() || !call[1].is_string()) return {};
  auto picture = IntegerPicture::parse(call[1].text());
  if (!picture.ok()) return call.evaluator.fail(std::move(picture).error());
  return result_of(call, picture->format(std::floor(call[0].number())));
}

Value builtin_parse_integer(Call& call) {
  if (!call[0].is_string() || !call[1].is_string()) return {};
  auto picture = IntegerPicture::parse(call[1].text());
  if (!picture.ok()) return call.evaluator.fail(std::move(picture).error());
  auto value = picture->read(call[0].text());
  if (!value.ok()) return call.evaluator.fail(std::move(value).error());
  return Value(*value);
}

constexpr std::array kNumberFunctions{
    Builtin{"number", "<(nsb)-:n>", 1, number},
    Builtin{"abs", "<n-:n>", 1, absolute},
    Builtin{"floor", "<n-:n>", 1, floor_of},
    Builtin{"ceil", "<n-:n>", 1, ceiling},
    Builtin{"round", "<n-n?:n>", 2, round},
    Builtin{"sqrt", "<n-:n>", 1, square_root},
    Builtin{"power", "<n-n:n>", 2, power},
    Builtin{"random", "<:n>", 0, random, Availability::kPlain},
    Builtin{"sum", "<a<n>:n>", 1, sum},
    Builtin{"max", "<a<n>:n>", 1, maximum},
    Builtin{"min", "<a<n>:n>", 1, minimum},
    Builtin{"average", "<a<n>:n>", 1, average},
    Builtin{"formatBase", "<n-n?:s>", 2, format_base},
    Builtin{"formatNumber", "<n-so?:s>", 3, builtin_format_number},
    Builtin{"formatInteger", "<n-s:s>", 2, builtin_format_integer},
    Builtin{"parseInteger", "<s-s:n>", 2, builtin_parse_integer},
};

}  // namespace

std::span<const Builtin> number_functions() {
  return kNumberFunctions;
}

}  // namespace bedlam::states::jsonata
