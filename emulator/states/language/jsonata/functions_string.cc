#include <algorithm>
#include <array>
#include <cmath>

#include "emulator/states/language/jsonata/functions.h"
#include "emulator/states/language/jsonata/unicode.h"

namespace bedlam::states::jsonata {

std::size_t utf16_length(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    units += (byte & 0xC0U) == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

std::size_t utf16_to_bytes(std::string_view text, double units) {
  std::size_t position = 0;
  for (double passed = 0; position < text.size() && passed < units;) {
    passed += static_cast<unsigned char>(text[position]) >= 0xF0 ? 2 : 1;
    next_code_point(text, position);
  }
  return position;
}

namespace {

// Where the code point of that number starts.
std::size_t code_point_offset(const String& string, double index) {
  if (index <= 0) return 0;
  if (index >= count_code_points(string)) return string.size;
  if (static_cast<std::uint32_t>(count_code_points(string)) == string.size) {
    return static_cast<std::size_t>(index);
  }
  std::size_t position = 0;
  for (double passed = 0; passed < index; ++passed) next_code_point(string.view(), position);
  return position;
}

Value string(Call& call) {
  const bool pretty = call[1].is_boolean() && call[1].boolean();
  return string_of(call.evaluator, call[0], pretty);
}

// Array.prototype.slice on code points.
Value substring(Call& call) {
  if (!call[0].is_string()) return {};
  const String& text = call[0].string();
  const double length = count_code_points(text);
  double start = call[1].is_number() ? call[1].number() : 0;
  if (length + start < 0) start = 0;
  double end = length;
  if (call[2].is_number()) {
    if (call[2].number() <= 0) return call.evaluator.text("");
    end = std::trunc((start >= 0 ? start : length + start) + call[2].number());
  }
  start = std::trunc(start);
  if (start < 0) start = std::max(0.0, length + start);
  const std::size_t from = code_point_offset(text, start), to = code_point_offset(text, end);
  if (from >= to) return call.evaluator.text("");
  return Value(refer_string(call.evaluator.arena(), text.view().substr(from, to - from)));
}

Value substring_before(Call& call) {
  if (!call[0].is_string() || !call[1].is_string()) return call[0];
  const std::size_t at = call[0].text().find(call[1].text());
  if (at == std::string_view::npos) return call[0];
  return Value(refer_string(call.evaluator.arena(), call[0].text().substr(0, at)));
}

Value substring_after(Call& call) {
  if (!call[0].is_string() || !call[1].is_string()) return call[0];
  const std::size_t at = call[0].text().find(call[1].text());
  if (at == std::string_view::npos) return call[0];
  const std::string_view rest = call[0].text().substr(at + call[1].string().size);
  return Value(refer_string(call.evaluator.arena(), rest));
}

Value lowercase(Call& call) {
  return call[0].is_string() ? call.evaluator.text(to_lower(call[0].text())) : Value();
}

Value uppercase(Call& call) {
  return call[0].is_string() ? call.evaluator.text(to_upper(call[0].text())) : Value();
}

Value length(Call& call) {
  return call[0].is_string() ? Value(double(count_code_points(call[0].string()))) : Value();
}

// Runs of blanks become one; none at the ends.
Value trim(Call& call) {
  if (!call[0].is_string()) return {};
  std::string result;
  for (const char c : call[0].text()) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  if (!result.empty() && result.back() == ' ') result.pop_back();
  return call.evaluator.text(result);
}

Value pad(Call& call) {
  if (!call[0].is_string()) return {};
  // Also where there are bytes, but none that begins a code point.
  const bool blank = !call[2].is_string() || count_code_points(call[2].string()) == 0;
  const String kBlank{" ", 1};
  const String& filler = blank ? kBlank : call[2].string();
  const double width = call[1].is_number() ? std::trunc(call[1].number()) : 0;
  const double missing = std::fabs(width) - count_code_points(call[0].string());
  if (!(missing > 0)) return call[0];
  if (missing > 1e9 || !call.evaluator.has_room(static_cast<std::size_t>(missing) * 4)) {
    call.evaluator.has_room(static_cast<std::size_t>(-1));
    return Value::failure();
  }
  if (!call.evaluator.spend(static_cast<std::uint64_t>(missing) / 16)) return Value::failure();
  std::string padding;
  for (double left = missing; left > 0;) {
    const double whole = count_code_points(filler);
    padding += filler.view().substr(0, code_point_offset(filler, std::min(left, whole)));
    left -= whole;
  }
  const std::string text(call[0].text());
  return call.evaluator.text(width > 0 ? text + padding : padding + text);
}

Value join(Call& call) {
  if (!call[0].is_array()) return {};
  Array& parts = call[0].array();
  const std::string_view separator = call[1].is_string() ? call[1].text() : "";
  if (!call.evaluator.spend(parts.size / 4)) return Value::failure();
  std::string result;
  for (std::uint32_t i = 0; i < parts.size; ++i) {
    if (i > 0) result += separator;
    result += parts.at(call.evaluator.arena(), i).text();
    if (i % 1024 == 0 && !call.evaluator.has_room(result.size())) return Value::failure();
  }
  return call.evaluator.has_room(result.size()) ? call.evaluator.text(result) : Value::failure();
}

constexpr std::array kStringFunctions{
    Builtin{"string", "<x-b?:s>", 1, string},
    Builtin{"substring", "<s-nn?:s>", 3, substring},
    Builtin{"substringBefore", "<s-s:s>", 2, substring_before},
    Builtin{"substringAfter", "<s-s:s>", 2, substring_after},
    Builtin{"lowercase", "<s-:s>", 1, lowercase},
    Builtin{"uppercase", "<s-:s>", 1, uppercase},
    Builtin{"length", "<s-:n>", 1, length},
    Builtin{"trim", "<s-:s>", 1, trim},
    Builtin{"pad", "<s-ns?:s>", 3, pad},
    Builtin{"join", "<a<s>s?:s>", 2, join},
};

}  // namespace

std::span<const Builtin> string_functions() {
  return kStringFunctions;
}

}  // namespace bedlam::states::jsonata
