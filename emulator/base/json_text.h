// A JSON value as its text. Who only sends a value writes it so, without a tree of it first: that
// takes a fifth of the time.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/base/json.h"

namespace bedlam {

class JsonText {
 public:
  JsonText(const Json& value) : text_(to_text(value)) {}  // NOLINT: where a tree is at hand

  // An object of names, which need no escapes, and their values in turn: texts, numbers, nullopt
  // and nullptr for null, trees, other JsonTexts, and functions that write the value where it
  // stands.
  template <typename... Members>
  static JsonText object(const Members&... members);

  // For such a function: each writes one value.
  template <typename... Members>
  void write_object(const Members&... members);
  template <typename Elements, typename Write>
  void write_array(const Elements& elements, Write write);  // calls `write` with each of them

  const std::string& text() const& { return text_; }
  std::string text() && { return std::move(text_); }
  Json tree() const;

 private:
  struct Written {};
  JsonText(std::string text, Written /*tag*/) : text_(std::move(text)) {}

  template <std::size_t kSize, typename Value, typename... More>
  void add(char before, const char (&name)[kSize], const Value& value, const More&... more);

  void append(std::string_view text);
  void append(const char* text) { append(std::string_view(text)); }
  void append(const std::string& text) { append(std::string_view(text)); }
  void append(const JsonText& value) { text_ += value.text_; }
  void append(const Json& value) { append_text(text_, value); }
  void append(std::nullptr_t /*null*/) { text_ += "null"; }
  void append(std::integral auto number);
  template <typename Value>
  void append(const std::optional<Value>& value);
  void append(const std::invocable<JsonText&> auto& write) { write(*this); }

  std::string text_;
};

inline std::string to_text(JsonText value) {
  return std::move(value).text();
}

template <typename... Members>
JsonText JsonText::object(const Members&... members) {
  static_assert(sizeof...(Members) % 2 == 0);
  constexpr std::size_t kUsual = 512;  // bytes: saves the growing of a short one
  JsonText object({}, Written{});
  object.text_.reserve(kUsual);
  object.write_object(members...);
  return object;
}

template <typename... Members>
void JsonText::write_object(const Members&... members) {
  if constexpr (sizeof...(Members) > 0) add('{', members...);
  text_ += sizeof...(Members) > 0 ? "}" : "{}";
}

template <typename Elements, typename Write>
void JsonText::write_array(const Elements& elements, Write write) {
  char before = '[';
  for (const auto& element : elements) {
    text_ += std::exchange(before, ',');
    write(element);
  }
  text_ += before == '[' ? "[]" : "]";
}

template <std::size_t kSize, typename Value, typename... More>
void JsonText::add(char before, const char (&name)[kSize], const Value& value,
                   const More&... more) {
  std::array<char, kSize + 3> start{before, '"'};  // with the name: `{"name":`
  char* const end = std::copy_n(name, kSize - 1, start.data() + 2);
  end[0] = '"';
  end[1] = ':';
  text_.append(start.data(), start.size());
  append(value);
  if constexpr (sizeof...(More) > 0) add(',', more...);
}

void JsonText::append(std::integral auto number) {
  if constexpr (std::same_as<decltype(number), bool>) {
    text_ += number ? "true" : "false";
  } else {
    char digits[24];
    text_.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
  }
}

template <typename Value>
void JsonText::append(const std::optional<Value>& value) {
  if (value) return append(*value);
  append(nullptr);
}

}  // namespace bedlam
