// Values as JSON text ($string) and as Json (results).
#include <cmath>

#include "emulator/states/language/jsonata/evaluator.h"
#include "emulator/states/language/jsonata/number_text.h"

namespace bedlam::states::jsonata {
namespace {

constexpr double kLargestInteger = 9.2e18;  // below 2^63

void append_quoted(std::string& out, std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte >= 0x20) {
      const bool surrogate =
          byte == 0xED && i + 2 < text.size() && static_cast<unsigned char>(text[i + 1]) >= 0xA0;
      if (!surrogate) {
        out += c;
        continue;
      }
      const auto second = static_cast<unsigned char>(text[i + 1]);
      const auto third = static_cast<unsigned char>(text[i + 2]);
      out += "\\ud";
      out += kHex[(second >> 2U) & 15U];
      out += kHex[((second & 3U) << 2U) | ((third >> 4U) & 3U)];
      out += kHex[third & 15U];
      i += 2;
    } else {
      static constexpr std::string_view kNamed = "\b\t\n\f\r", kLetters = "btnfr";
      const std::size_t named = kNamed.find(c);
      out += '\\';
      if (named != kNamed.npos) {
        out += kLetters[named];
      } else {
        out += "u00";
        out += kHex[byte >> 4U];
        out += kHex[byte & 15U];
      }
    }
  }
  out += '"';
}

class Writer {
 public:
  Writer(Evaluator& evaluator, bool pretty) : evaluator_(evaluator), pretty_(pretty) {}

  bool write(Value value) {
    switch (value.tag()) {
      case Tag::kBoolean:
        out += value.boolean() ? "true" : "false";
        return true;
      case Tag::kNumber:
        return number(value);
      case Tag::kString:
        append_quoted(out, value.text());
        return true;
      case Tag::kFunction:
        out += "\"\"";
        return true;
      case Tag::kArray:
        return array(value.array());
      case Tag::kObject:
        return object(value.object());
      case Tag::kTuple:
        return write(value.tuple().context);
      default:
        out += "null";
        return true;
    }
  }

  std::string out;

 private:
  bool number(Value value) {
    const auto kind = evaluator_.numeric(value);
    if (kind == Evaluator::Numeric::kFailed) return false;
    const double n = value.number();
    out += kind == Evaluator::Numeric::kNo ? "null"
           : n == std::trunc(n)            ? number_text(n)
                                           : number_text(rounded_to_15_digits(n));
    return true;
  }

  void new_line() {
    if (!pretty_) return;
    out += '\n';
    out.append(indent_, ' ');
  }

  bool array(Array& array) {
    if (!evaluator_.descend() || !evaluator_.spend(array.size)) return false;
    out += '[';
    indent_ += 2;
    for (std::uint32_t i = 0; i < array.size; ++i) {
      if (i > 0) out += ',';
      new_line();
      if (!write(array.at(evaluator_.arena(), i))) return false;
    }
    indent_ -= 2;
    if (array.size > 0) new_line();
    out += ']';
    evaluator_.ascend();
    return evaluator_.has_room(out.size());
  }

  bool object(Object& object) {
    if (!evaluator_.descend() || !evaluator_.spend(object.size)) return false;
    out += '{';
    indent_ += 2;
    bool first = true;
    const Member* members = object.all(evaluator_.arena());
    for (std::uint32_t i = 0; i < object.size; ++i) {
      if (members[i].value.is_undefined()) continue;
      if (!std::exchange(first, false)) out += ',';
      new_line();
      append_quoted(out, members[i].name->view());
      out += pretty_ ? ": " : ":";
      if (!write(members[i].value)) return false;
    }
    indent_ -= 2;
    if (!first) new_line();
    out += '}';
    evaluator_.ascend();
    return evaluator_.has_room(out.size());
  }

  Evaluator& evaluator_;
  bool pretty_;
  std::size_t indent_ = 0;
};

// Half of a surrogate pair cannot stand in Json: U+FFFD stands there instead.
std::string valid_utf8(std::string_view text) {
  std::string result(text);
  for (std::size_t i = 0; i + 2 < result.size(); ++i) {
    if (result[i] == '\xED' && static_cast<unsigned char>(result[i + 1]) >= 0xA0) {
      result.replace(i, 3, "\xEF\xBF\xBD");
    }
  }
  return result;
}

Json number_json(double number) {
  if (!std::isfinite(number)) return nullptr;
  if (number == std::trunc(number) && std::fabs(number) < kLargestInteger) {
    return static_cast<std::int64_t>(number);
  }
  return number;
}

bool write_json(Evaluator& evaluator, Value value, Json& json);

bool write_array(Evaluator& evaluator, Array& array, Json& json) {
  if (array.source != nullptr) {
    json = *array.source;
    return true;
  }
  if (!evaluator.descend() || !evaluator.spend(array.size / 4)) return false;
  json = Json::array();
  auto& items = json.get_ref<Json::array_t&>();
  items.reserve(array.size);
  for (std::uint32_t i = 0; i < array.size; ++i) {
    if (!write_json(evaluator, array.at(evaluator.arena(), i), items.emplace_back())) return false;
  }
  evaluator.ascend();
  return true;
}

bool write_object(Evaluator& evaluator, Object& object, Json& json) {
  if (object.source != nullptr) {
    json = *object.source;
    return true;
  }
  if (!evaluator.descend() || !evaluator.spend(object.size / 4)) return false;
  json = Json::object();
  auto& members = json.get_ref<Json::object_t&>();
  const Member* all = object.all(evaluator.arena());
  members.reserve(object.size);
  for (std::uint32_t i = 0; i < object.size; ++i) {
    if (all[i].value.is_undefined()) continue;
    // The names are different already: no search for each.
    members.push_back({valid_utf8(all[i].name->view()), Json()});
    if (!write_json(evaluator, all[i].value, members.back().second)) return false;
  }
  evaluator.ascend();
  return true;
}

bool write_json(Evaluator& evaluator, Value value, Json& json) {
  switch (value.tag()) {
    case Tag::kBoolean:
      json = value.boolean();
      return true;
    case Tag::kNumber:
      json = number_json(value.number());
      return true;
    case Tag::kString:
      json = valid_utf8(value.text());
      return true;
    case Tag::kFunction:
      json = "";
      return true;
    case Tag::kArray:
      return write_array(evaluator, value.array(), json);
    case Tag::kObject:
      return write_object(evaluator, value.object(), json);
    case Tag::kTuple:
      return write_json(evaluator, value.tuple().context, json);
    default:
      json = nullptr;
      return true;
  }
}

}  // namespace

Value string_of(Evaluator& evaluator, Value value, bool pretty) {
  if (value.is_undefined() || value.is_string()) return value;
  if (value.is_function()) return evaluator.text("");
  if (value.is_number()) {
    const double n = value.number();
    if (!std::isfinite(n)) return evaluator.fail("D3001", value);
    return evaluator.text(number_text(n == std::trunc(n) ? n : rounded_to_15_digits(n)));
  }
  if (value.is_array() && value.array().outer_wrapper) {
    value = value.array().at(evaluator.arena(), 0);
  }
  Writer writer(evaluator, pretty);
  if (!writer.write(value)) return Value::failure();
  return evaluator.text(writer.out);
}

// As through JSON text and back: functions become "", fractions lose their 16th digit.
Value clone(Evaluator& evaluator, Value value) {
  Arena& arena = evaluator.arena();
  if (value.is_number()) {
    const double n = value.number();
    const auto kind = evaluator.numeric(value);
    if (kind == Evaluator::Numeric::kFailed) return Value::failure();
    if (kind == Evaluator::Numeric::kNo) return Value::null();
    return Value(n == std::trunc(n) ? n + 0.0 : rounded_to_15_digits(n));
  }
  if (value.is_function()) return evaluator.text("");
  if (!value.is_array() && !value.is_object()) return value;
  if (!evaluator.descend()) return Value::failure();
  Value result;
  if (value.is_array()) {
    if (!evaluator.spend(value.array().size)) return Value::failure();
    Array* copy = make_array(arena);
    for (std::uint32_t i = 0; i < value.array().size; ++i) {
      const Value item = clone(evaluator, value.array().at(arena, i));
      if (item.failed()) return item;
      copy->push(arena, item.is_undefined() ? Value::null() : item);
    }
    result = Value(copy);
  } else {
    Object& object = value.object();
    if (!evaluator.spend(object.size)) return Value::failure();
    Object* copy = arena.make<Object>();
    const Member* members = object.all(arena);
    for (std::uint32_t i = 0; i < object.size; ++i) {
      const Value item = clone(evaluator, members[i].value);
      if (item.failed()) return item;
      if (item.is_defined()) copy->set(arena, members[i].name, item);
    }
    result = Value(copy);
  }
  evaluator.ascend();
  return result;
}

std::optional<Json> to_json(Evaluator& evaluator, Value value) {
  Json json;
  if (value.is_array() && value.array().outer_wrapper) {
    value = value.array().at(evaluator.arena(), 0);
  }
  if (!write_json(evaluator, value, json)) return std::nullopt;
  return json;
}

}  // namespace bedlam::states::jsonata
