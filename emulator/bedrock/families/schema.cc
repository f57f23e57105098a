#include "emulator/bedrock/families/schema.h"

#include <algorithm>

#include "emulator/base/utf8.h"
#include "emulator/bedrock/errors.h"

namespace bedlam::bedrock {
namespace {

std::string everit_type(const Json& value) {
  if (value.is_string()) return "String";
  if (value.is_boolean()) return "Boolean";
  if (value.is_null()) return "Null";
  if (value.is_array()) return "JSONArray";
  if (value.is_object()) return "JSONObject";
  return value.is_number_integer() ? "Integer" : "BigDecimal";
}

bool has_type(const Json& value, JsonType type) {
  switch (type) {
    case JsonType::kAny:
      return true;
    case JsonType::kString:
      return value.is_string();
    case JsonType::kInteger:
      return value.is_number_integer();
    case JsonType::kNumber:
      return value.is_number();
    case JsonType::kBoolean:
      return value.is_boolean();
    case JsonType::kArray:
      return value.is_array();
    case JsonType::kObject:
      return value.is_object();
  }
  return false;
}

std::string_view type_word(JsonType type) {
  switch (type) {
    case JsonType::kString:
      return "String";
    case JsonType::kInteger:
      return "Integer";
    case JsonType::kNumber:
      return "Number";
    case JsonType::kBoolean:
      return "Boolean";
    case JsonType::kArray:
      return "JSONArray";
    case JsonType::kObject:
    case JsonType::kAny:
      return "JSONObject";
  }
  return "";
}

// Where a value stands: written only when there is something to say of it.
struct At {
  const At* above = nullptr;  // null: the whole body
  std::string_view name = {};
  std::size_t index = 0;  // where there is no name

  std::string text() const {
    if (above == nullptr) return "#";
    return above->text() + "/" + (name.empty() ? std::to_string(index) : std::string(name));
  }
};

class SchemaCheck {
 public:
  void object(const Json& value, const std::vector<Member>& members, const At& at,
              bool open = false) {
    std::vector<const Json*> given(members.size());  // by the members that name them
    std::vector<std::string_view> unknown;
    for (const auto& [key, of_key] : value.get_ref<const Json::object_t&>()) {
      const auto named = std::find_if(members.begin(), members.end(),
                                      [&name = key](const Member& m) { return m.name == name; });
      if (named == members.end()) {
        if (!open) unknown.push_back(key);
      } else {
        given[static_cast<std::size_t>(named - members.begin())] = &of_key;
      }
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (!members[i].required || given[i] != nullptr) continue;
      add(at, "required key [" + std::string(members[i].name) + "] not found");
    }
    for (const std::string_view key : unknown) {
      add(at, "extraneous key [" + std::string(key) + "] is not permitted");
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (given[i] != nullptr) one(*given[i], members[i], {&at, members[i].name});
    }
  }

  void one(const Json& value, const Member& member, const At& at) {
    if (!has_type(value, member.type)) {
      return add(at, "expected type: " + std::string(type_word(member.type)) +
                         ", found: " + everit_type(value));
    }
    if (value.is_number()) return number(value, member, at);
    if (value.is_string()) return text(value.get_ref<const std::string&>(), member, at);
    if (value.is_array()) return list(value, member, at);
    if (value.is_object() && !member.members.empty())
      object(value, member.members, at, member.open);
  }

  std::string found() && { return std::move(found_); }

 private:
  void add(const At& at, const std::string& sentence) { found_ += at.text() + ": " + sentence; }

  static std::string shown(double limit) {
    const bool whole = limit == static_cast<double>(static_cast<std::int64_t>(limit));
    return to_text(whole ? Json(static_cast<std::int64_t>(limit)) : Json(limit));
  }

  void number(const Json& value, const Member& member, const At& at) {
    if (value.get<double>() < member.from) {
      add(at, to_text(value) + " is not greater or equal to " + shown(member.from));
    }
    if (value.get<double>() > member.to) {
      add(at, to_text(value) + " is not less or equal to " + shown(member.to));
    }
    const auto& numbers = member.numbers;
    const bool listed =
        std::any_of(numbers.begin(), numbers.end(), [&](int allowed) { return value == allowed; });
    if (!numbers.empty() && !listed) add(at, to_text(value) + " is not a valid enum value");
  }

  void text(const std::string& value, const Member& member, const At& at) {
    const std::size_t length = characters_in(value);
    if (static_cast<double>(length) < member.from) {
      add(at, "expected minLength: " + shown(member.from) + ", actual: " + std::to_string(length));
    }
    if (static_cast<double>(length) > member.to) {
      add(at, "expected maxLength: " + shown(member.to) + ", actual: " + std::to_string(length));
    }
    const auto& words = member.words;
    if (!words.empty() && std::find(words.begin(), words.end(), value) == words.end()) {
      add(at, value + " is not a valid enum value");
    }
  }

  void list(const Json& value, const Member& member, const At& at) {
    if (static_cast<double>(value.size()) < member.from) {
      add(at, "expected minimum item count: " + shown(member.from) +
                  ", found: " + std::to_string(value.size()));
    }
    if (static_cast<double>(value.size()) > member.to) {
      add(at, "expected maximum item count: " + shown(member.to) +
                  ", found: " + std::to_string(value.size()));
    }
    if (member.items.empty()) return;
    for (std::size_t i = 0; i < value.size(); ++i) {
      one(value[i], member.items.front(), {&at, {}, i});
    }
  }

  std::string found_;
};

}  // namespace

std::string violations(const Json& body, const std::vector<Member>& schema) {
  SchemaCheck check;
  if (body.is_object()) {
    check.object(body, schema, {});
  } else {
    check.one(body, {"", JsonType::kObject}, {});
  }
  return std::move(check).found();
}

std::optional<aws::Error> refusal_of(const Json& body, const std::vector<Member>& schema) {
  const std::string found = violations(body, schema);
  if (found.empty()) return std::nullopt;
  return errors::malformed_input(found);
}

bool allows(const Member& member, const Json& value) {
  SchemaCheck check;
  check.one(value, member, {});
  return std::move(check).found().empty();
}

std::int64_t whole_number(const Json& number) {
  constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();
  return number.is_number_unsigned()
             ? static_cast<std::int64_t>(std::min(number.get<std::uint64_t>(), kLargest))
             : number.get<std::int64_t>();
}

int int_or(const Json& object, std::string_view name, int otherwise) {
  constexpr double kLargest = std::numeric_limits<int>::max();
  const Json* value = find(object, name);
  if (value == nullptr || !value->is_number()) return otherwise;
  return static_cast<int>(std::clamp(value->get<double>(), -kLargest, kLargest));
}

std::string text_or(const Json& object, std::string_view name, std::string otherwise) {
  const Json* value = find(object, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::move(otherwise);
}

std::vector<std::string> texts_of(const Json& object, std::string_view name) {
  std::vector<std::string> texts;
  const Json* list = find(object, name);
  if (list == nullptr || !list->is_array()) return texts;
  for (const Json& text : *list) {
    if (text.is_string()) texts.push_back(text.get<std::string>());
  }
  return texts;
}

}  // namespace bedlam::bedrock
