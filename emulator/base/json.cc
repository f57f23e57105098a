#include "emulator/base/json.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "emulator/base/json_reader.h"

namespace bedlam {
namespace {

// Finds the line and column of a byte offset, both from 1.
void locate(std::string_view text, std::size_t offset, JsonError& error) {
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  error.line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_start = before.rfind('\n');
  error.column = line_start == std::string_view::npos ? offset + 1 : offset - line_start;
}

// The library's texts read "[json.exception.…] parse error at line 1, column 2: <what>", or without
// the middle part.
std::string without_prefix(std::string_view text) {
  if (text.starts_with('[')) text.remove_prefix(std::min(text.find("] "), text.size() - 2) + 2);
  const std::size_t colon = text.find(": ");
  if (text.starts_with("parse error") && colon != std::string_view::npos)
    text.remove_prefix(colon + 2);
  return std::string(text);
}

// Where the bracket stands that nests too deep, outside of strings; counts without parsing.
std::optional<std::size_t> too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxJsonDepth) return i;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return std::nullopt;
}

using Object = Json::object_t;  // a vector of pairs

// Builds the value from the parser's events. The library's own builder looks up every name among
// those before it, so that an object of 60,000 members, 1 MB, takes seconds; it also loses the
// position of a number that is too large.
class Builder : public nlohmann::json_sax<Json> {
 public:
  explicit Builder(std::string_view text) : text_(text) {}

  Json take_value() { return std::move(root_); }
  const JsonError& error() const { return error_; }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return false; }  // JSON text has none
  bool start_object(std::size_t /*size*/) override { return open(Json::object()); }
  bool start_array(std::size_t /*size*/) override { return open(Json::array()); }

  bool key(string_t& name) override {
    make_room(object());
    object().emplace_back(std::move(name), nullptr);
    return true;
  }
  bool end_object() override {
    drop_repeated_names(object());
    open_.pop_back();
    return true;
  }
  bool end_array() override {
    open_.pop_back();
    return true;
  }
  bool parse_error(std::size_t bytes_read, const std::string& /*token*/,
                   const Json::exception& failure) override {
    error_.message = without_prefix(failure.what());
    locate(text_, bytes_read > 0 ? bytes_read - 1 : 0, error_);
    return false;
  }

 private:
  Object& object() { return open_.back()->get_ref<Object&>(); }

  // A container's elements do not move while one of them is open, so `open_` may point at them.
  Json& place(Json value) {
    if (open_.empty()) return root_ = std::move(value);
    if (open_.back()->is_array()) {
      return open_.back()->get_ref<Json::array_t&>().emplace_back(std::move(value));
    }
    return object().back().second = std::move(value);
  }

  bool add(Json value) {
    place(std::move(value));
    return true;
  }

  bool open(Json container) {
    open_.push_back(&place(std::move(container)));
    return true;
  }

  std::string_view text_;
  Json root_;
  std::vector<Json*> open_;
  JsonError error_;
};

// The library's own comparison takes 18446744073709551615 for -1.
bool same_integer(const Json& a, const Json& b) {
  const auto negative = [](const Json& n) {
    return !n.is_number_unsigned() && n.get<std::int64_t>() < 0;
  };
  return negative(a) == negative(b) && a.get<std::uint64_t>() == b.get<std::uint64_t>();
}

bool same_object(const Json& a, const Json& b) {
  if (a.size() != b.size()) return false;
  return std::all_of(a.items().begin(), a.items().end(), [&](const auto& member) {
    const Json* other = find(b, member.key());
    return other != nullptr && same_value(member.value(), *other);
  });
}

}  // namespace

Result<Json, JsonError> parse_json(std::string_view text) {
  if (std::optional<Json> value = read_json(text)) return *std::move(value);
  if (const auto bracket = too_deep(text)) {
    JsonError error{"nesting is deeper than " + std::to_string(kMaxJsonDepth) + " levels"};
    locate(text, *bracket, error);
    return error;
  }
  Builder builder(text);
  if (!Json::sax_parse(text, &builder)) return builder.error();
  return builder.take_value();
}

bool same_value(const Json& a, const Json& b) {
  if (a.is_object() && b.is_object()) return same_object(a, b);
  if (a.is_array() && b.is_array()) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_value);
  }
  if (a.is_number_integer() && b.is_number_integer()) return same_integer(a, b);
  return a == b;
}

const Json* find(const Json& object, std::string_view name) {
  const auto* members = object.get_ptr<const Object*>();
  if (members == nullptr) return nullptr;
  for (const auto& [member, value] : *members) {
    if (member == name) return &value;
  }
  return nullptr;
}

std::string_view text_in(const Json& object, std::string_view name) {
  const Json* member = find(object, name);
  if (member == nullptr || !member->is_string()) return {};
  return member->get_ref<const std::string&>();
}

std::string text_member(const Json& object, std::string_view name) {
  return std::string(text_in(object, name));
}

void release(Json& value) noexcept {
  if (auto* object = value.get_ptr<Json::object_t*>()) {
    for (auto& [name, member] : *object) release(member);
    object->clear();
  } else if (auto* array = value.get_ptr<Json::array_t*>()) {
    for (Json& element : *array) release(element);
    array->clear();
  }
}

}  // namespace bedlam
