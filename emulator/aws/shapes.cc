#include "emulator/aws/shapes.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <sstream>
#include <stdexcept>

#include "emulator/base/base64.h"
#include "emulator/base/utf8.h"

namespace bedlam::aws {
namespace {

// No pattern of a service model is on a longer text; one that long is refused by its length.
constexpr std::size_t kMaxMatchedBytes = 64 * 1024;

std::string number_text(double number) {
  const auto whole = static_cast<std::int64_t>(number);
  return static_cast<double>(whole) == number ? std::to_string(whole) : to_text(Json(number));
}

// As java.lang.String.hashCode, spread as java.util.HashMap does.
std::uint32_t java_hash(std::string_view text) {
  std::uint32_t hash = 0;
  for (const unsigned char c : text) hash = 31 * hash + c;
  return hash ^ hash >> 16U;
}

std::size_t java_capacity(std::size_t members) {
  std::size_t capacity = 16;
  while (4 * members > 3 * capacity) capacity *= 2;
  return capacity;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

// Java's words that ECMAScript does not have.
Regex compiled(std::string_view pattern) {
  std::string text(pattern);
  replace_all(text, "[\\p{Print}]", "[ -~]");
  replace_all(text, "\\p{ASCII}", "[\\x00-\\x7f]");
  replace_all(text, "\\A", "^");
  replace_all(text, "\\z", "$");
  replace_all(text, "0-9-_", "0-9\\-_");
  return Regex::compile(text).value();
}

std::string bracketed(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return "[" + text + "]";
}

// A list as Java prints it.
std::string list_text(const Json& list) {
  std::string text;
  for (const Json& item : list) {
    text +=
        (text.empty() ? "" : ", ") + (item.is_string() ? item.get<std::string>() : to_text(item));
  }
  return "[" + text + "]";
}

}  // namespace

std::string violation(const std::optional<std::string>& value, std::string_view at,
                      std::string_view must) {
  std::string text = "Value";
  if (value == "null") text += " null";
  if (value && value != "null") text += " '" + *value + "'";
  text += " at '" + std::string(at) + "' failed to satisfy constraint: ";
  if (!must.starts_with("Map ")) text += "Member must ";
  return text + std::string(must);
}

std::string Verdict::message() const {
  const bool one = violations.size() == 1;
  std::string text =
      std::to_string(violations.size()) + " validation error" + (one ? "" : "s") + " detected: ";
  for (const std::string& violation : violations) {
    text += (&violation == &violations.front() ? "" : "; ") + violation;
  }
  return text;
}

bool Shapes::Pattern::matches(const std::string& value) {
  std::call_once(compiled_, [this] { regex_ = compiled(text_); });
  return regex_->matches(value);
}

Shapes::Shapes(std::string_view table) {
  while (!table.empty()) {
    const std::size_t end = table.find('\n');
    const std::string_view line = table.substr(0, end);
    table.remove_prefix(end == std::string_view::npos ? table.size() : end + 1);
    if (line.starts_with(' ')) {
      lines_.back() += line;
    } else if (!line.empty()) {
      lines_.emplace_back(line);
    }
  }
  for (const std::string& line : lines_) read_line(line);
}

void Shapes::read_limits(Shape& shape, std::string_view word) const {
  const std::size_t dots = word.find("..");
  const std::string low(word.substr(0, dots)), high(word.substr(dots + 2));
  if (!low.empty()) shape.low = std::stod(low);
  if (!high.empty()) shape.high = std::stod(high);
}

void Shapes::read_line(const std::string& line) {
  static constexpr std::array<std::string_view, 12> kTypes{
      "structure", "union", "list", "map",     "string",    "enum",
      "integer",   "float", "blob", "boolean", "timestamp", "any"};
  Shape shape;
  std::string_view rest = line;
  if (const std::size_t pattern = rest.find(" ~"); pattern != std::string_view::npos) {
    shape.pattern = std::make_unique<Pattern>(rest.substr(pattern + 2));
    rest = rest.substr(0, pattern);
  }
  const auto word = [&rest] {
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    const std::string_view first = rest.substr(0, rest.find(' '));
    rest.remove_prefix(first.size());
    return first;
  };
  const std::string_view name = word();
  const auto type = std::find(kTypes.begin(), kTypes.end(), word());
  if (type == kTypes.end()) throw std::logic_error("no such type: " + line);
  shape.type = static_cast<Type>(type - kTypes.begin());
  if (shape.type == Type::kMap) shape.key = word();
  if (shape.type == Type::kList || shape.type == Type::kMap) shape.item = word();
  for (std::string_view next = word(); !next.empty(); next = word()) {
    if (next == "sensitive") {
      shape.sensitive = true;
    } else if (shape.type == Type::kStructure || shape.type == Type::kUnion) {
      const bool required = next.ends_with('!');
      if (required) next.remove_suffix(1);
      const std::size_t colon = next.find(':');
      shape.members.push_back(
          {next.substr(0, colon), next.substr(colon + 1), required, shape.members.size()});
    } else if (shape.type == Type::kEnum) {
      shape.words.push_back(next);
    } else {
      read_limits(shape, next);
    }
  }
  const std::size_t capacity = java_capacity(shape.members.size());
  std::stable_sort(shape.members.begin(), shape.members.end(),
                   [&](const Member& a, const Member& b) {
                     return java_hash(a.name) % capacity < java_hash(b.name) % capacity;
                   });
  shapes_.emplace(name, std::move(shape));
}

const Shapes::Shape& Shapes::find(std::string_view name) const {
  const auto found = shapes_.find(name);
  if (found == shapes_.end()) throw std::logic_error("no shape named " + std::string(name));
  return found->second;
}

// One walk through a value.
class Shapes::Check {
 public:
  Check(const Shapes& shapes, Verdict& to) : shapes_(shapes), to_(to) {}

  void value(const Json& value, const Shape& shape, const std::string& at, bool hidden) {
    if (to_.wrong_type) return;
    hidden = hidden || shape.sensitive;
    switch (shape.type) {
      case Type::kStructure:
      case Type::kUnion:
        return structure(value, shape, at, hidden);
      case Type::kList:
        return list(value, shape, at, hidden);
      case Type::kMap:
        return map(value, shape, at, hidden);
      default:
        for (const std::string& must : scalar(value, shape, at)) {
          add(hidden ? std::optional<std::string>() : shown(value), at, must);
        }
    }
  }

 private:
  void add(const std::optional<std::string>& shown, const std::string& at,
           const std::string& must) {
    to_.violations.push_back(violation(shown, at, must));
  }

  static std::string shown(const Json& value) {
    return value.is_string() ? value.get<std::string>() : to_text(value);
  }

  void structure(const Json& value, const Shape& shape, const std::string& at, bool hidden) {
    if (!value.is_object()) {
      to_.wrong_type = at;
      return;
    }
    if (shape.type == Type::kUnion) {
      const auto set = members_set(value, shape);
      if (set != 1) return to_.wrong_unions.push_back(wrong_union(shape, at, set > 1));
    }
    for (const Member& member : shape.members) {
      const Json* found = bedlam::find(value, member.name);
      const bool absent = found == nullptr || found->is_null();
      if (absent && !member.required) continue;
      const std::string path = at + (at.empty() ? "" : ".") + std::string(member.name);
      if (absent) {
        add("null", path, "not be null");
      } else {
        this->value(*found, shapes_.find(member.shape), path, hidden);
      }
    }
  }

  Verdict::WrongUnion wrong_union(const Shape& shape, const std::string& at, bool several) const {
    const auto named = std::find_if(shapes_.shapes_.begin(), shapes_.shapes_.end(),
                                    [&](const auto& entry) { return &entry.second == &shape; });
    std::vector<std::string_view> members(shape.members.size());
    for (const Member& member : shape.members) members[member.place] = member.name;
    return {at, named->first, std::move(members), several};
  }

  static std::ptrdiff_t members_set(const Json& value, const Shape& shape) {
    return std::count_if(shape.members.begin(), shape.members.end(), [&](const Member& member) {
      const Json* found = bedlam::find(value, member.name);
      return found != nullptr && !found->is_null();
    });
  }

  void list(const Json& value, const Shape& shape, const std::string& at, bool hidden) {
    if (!value.is_array()) {
      to_.wrong_type = at;
      return;
    }
    const Shape& item = shapes_.find(shape.item);
    const bool scalars = !is_structured(item);
    const auto repeated = [&] {
      return hidden || !scalars ? std::nullopt : std::optional(list_text(value));
    };
    for (const std::string& must : size(value.size(), shape)) add(repeated(), at, must);
    std::vector<std::string> of_items;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::string path = at + "." + std::to_string(i + 1) + ".member";
      if (!scalars) {
        this->value(value[i], item, path, hidden);
        continue;
      }
      const std::vector<std::string> musts = scalar(value[i], item, path);
      if (of_items.empty()) of_items = musts;
    }
    if (!of_items.empty()) add(repeated(), at, "satisfy constraint: " + each_must(of_items));
  }

  void map(const Json& value, const Shape& shape, const std::string& at, bool hidden) {
    if (!value.is_object()) {
      to_.wrong_type = at;
      return;
    }
    const auto repeated = [&] { return hidden ? std::nullopt : std::optional(to_text(value)); };
    for (const std::string& must : size(value.size(), shape)) add(repeated(), at, must);
    const Shape& key_shape = shapes_.find(shape.key);
    const Shape& item = shapes_.find(shape.item);
    std::vector<std::string> of_keys, of_values;
    for (const auto& [key, element] : value.items()) {
      const std::string path = at + "." + key + ".member";
      if (of_keys.empty()) of_keys = scalar(Json(key), key_shape, path);
      if (is_structured(item)) {
        this->value(element, item, path, hidden);
      } else if (of_values.empty()) {
        of_values = scalar(element, item, path);
      }
    }
    if (!of_keys.empty())
      add(repeated(), at, "Map keys must satisfy constraint: " + each_must(of_keys));
    if (!of_values.empty()) {
      add(repeated(), at, "Map value must satisfy constraint: " + each_must(of_values));
    }
  }

  static bool is_structured(const Shape& shape) { return shape.type <= Type::kMap; }

  static std::string each_must(const std::vector<std::string>& musts) {
    std::string text;
    for (const std::string& must : musts)
      text += (text.empty() ? "" : ", ") + ("Member must " + must);
    return "[" + text + "]";
  }

  static std::vector<std::string> size(std::size_t found, const Shape& shape) {
    std::vector<std::string> musts;
    range(static_cast<double>(found), shape, "length", musts);
    return musts;
  }

  static void range(double found, const Shape& shape, const std::string& what,
                    std::vector<std::string>& musts) {
    if (shape.low && found < *shape.low) {
      musts.push_back("have " + what + " greater than or equal to " + number_text(*shape.low));
    }
    if (shape.high && found > *shape.high) {
      musts.push_back("have " + what + " less than or equal to " + number_text(*shape.high));
    }
  }

  // What the value must be and is not.
  std::vector<std::string> scalar(const Json& value, const Shape& shape, const std::string& at) {
    std::vector<std::string> musts;
    if (!has_type(value, shape.type)) {
      to_.wrong_type = at;
      return musts;
    }
    if (value.is_string()) {
      text(value.get_ref<const std::string&>(), shape, at, musts);
    } else if (value.is_number()) {
      range(value.get<double>(), shape, "value", musts);
    }
    return musts;
  }

  void text(const std::string& text, const Shape& shape, const std::string& at,
            std::vector<std::string>& musts) {
    if (shape.type == Type::kBlob) {
      const std::optional<std::size_t> bytes = base64_size(text);
      if (!bytes) {
        to_.wrong_type = at;
      } else {
        range(static_cast<double>(*bytes), shape, "length", musts);
      }
      return;
    }
    const auto& words = shape.words;
    if (shape.type == Type::kEnum && std::find(words.begin(), words.end(), text) == words.end()) {
      musts.push_back("satisfy enum value set: " + bracketed(words));
    }
    if (shape.pattern && text.size() <= kMaxMatchedBytes && !shape.pattern->matches(text)) {
      musts.push_back("satisfy regular expression pattern: " + std::string(shape.pattern->text()));
    }
    if (!shape.low && !shape.high) return;  // prompts, whose characters are many
    range(static_cast<double>(characters_in(text)), shape, "length", musts);
  }

  static bool has_type(const Json& value, Type type) {
    switch (type) {
      case Type::kString:
      case Type::kEnum:
      case Type::kBlob:
        return value.is_string();
      case Type::kInteger:
        return value.is_number_integer();
      case Type::kFloat:
        return value.is_number();
      case Type::kBoolean:
        return value.is_boolean();
      case Type::kTimestamp:
        return value.is_string() || value.is_number();
      default:
        return true;
    }
  }

  const Shapes& shapes_;
  Verdict& to_;
};

Verdict Shapes::check(const Json& value, std::string_view shape) const {
  Verdict verdict;
  Check(*this, verdict).value(value, find(shape), "", false);
  return verdict;
}

}  // namespace bedlam::aws
