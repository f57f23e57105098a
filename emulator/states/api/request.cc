#include "emulator/states/api/request.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "emulator/base/utf8.h"
#include "emulator/states/api/errors.h"

namespace bedlam::states {
namespace {

// Failed constraints, and the first wrong JSON type, which ends the check.
struct Check {
  std::vector<std::string> failures;
  std::optional<aws::Error> wrong_type;
};

std::string joined(std::span<const std::string_view> values) {
  std::string text;
  for (const std::string_view value : values) {
    text += (text.empty() ? "" : ", ") + std::string(value);
  }
  return "[" + text + "]";
}

// What a constraint failure repeats of the value: "Value 'x' at", "Value at", "Value null at".
std::string shown(const Member& member, const std::string& value) {
  return member.sensitive ? "Value at '" : "Value '" + value + "' at '";
}

void fail(Check& check, const std::string& value, const std::string& path,
          const std::string& constraint) {
  check.failures.push_back(value + path + "' failed to satisfy constraint: Member must " +
                           constraint);
}

void check_range(Check& check, const Member& member, const std::string& path,
                 const std::string& value, std::int64_t measure, const std::string& what) {
  if (member.min && measure < *member.min) {
    fail(check, shown(member, value), path,
         "have " + what + " greater than or equal to " + std::to_string(*member.min));
  }
  if (member.max && measure > *member.max) {
    fail(check, shown(member, value), path,
         "have " + what + " less than or equal to " + std::to_string(*member.max));
  }
}

void check_text(Check& check, const Member& member, const std::string& path,
                const std::string& value) {
  check_range(check, member, path, value, static_cast<std::int64_t>(characters_in(value)),
              "length");
  const bool listed =
      std::find(member.values.begin(), member.values.end(), value) != member.values.end();
  if (!member.values.empty() && !listed) {
    fail(check, shown(member, value), path, "satisfy enum value set: " + joined(member.values));
  }
  const bool ascii =
      std::all_of(value.begin(), value.end(), [](unsigned char c) { return c < 0x80; });
  if (member.ascii && !ascii) {
    fail(check, shown(member, value), path, "satisfy regular expression pattern: \\p{ASCII}*");
  }
  if (member.meets_pattern != nullptr && !member.meets_pattern(value)) {
    fail(check, shown(member, value), path,
         "satisfy regular expression pattern: " + std::string(member.pattern));
  }
}

// A list as Java writes it: "[Item(name=value, weight=50)]".
std::string as_java(const Json& list, const Member& member) {
  const auto plain = [](const Json& value) {
    return value.is_string() ? value.get<std::string>() : to_text(value);
  };
  std::string text;
  for (const Json& item : list) {
    if (!text.empty()) text += ", ";
    if (!item.is_object()) {
      text += plain(item);
      continue;
    }
    std::string members;
    for (const Member& inner : member.members) {
      const Json* const value = find(item, inner.name);
      members += (members.empty() ? "" : ", ") + std::string(inner.name) + "=" +
                 (value == nullptr ? "null" : plain(*value));
    }
    text += std::string(member.item_name) + "(" + members + ")";
  }
  return "[" + text + "]";
}

void check_count(Check& check, const Member& member, const std::string& path, const Json& list) {
  if (!member.min_items && !member.max_items) return;
  const std::string value = shown(member, as_java(list, member));
  if (member.min_items && list.size() < *member.min_items) {
    fail(check, value, path,
         "have length greater than or equal to " + std::to_string(*member.min_items));
  }
  if (member.max_items && list.size() > *member.max_items) {
    fail(check, value, path,
         "have length less than or equal to " + std::to_string(*member.max_items));
  }
}

bool has_kind(const Json& value, Member::Kind kind) {
  switch (kind) {
    case Member::Kind::kText:
      return value.is_string();
    case Member::Kind::kInteger:
      return value.is_number_integer();
    case Member::Kind::kNumber:
      return value.is_number();
    case Member::Kind::kBoolean:
      return value.is_boolean();
    case Member::Kind::kStructure:
      return value.is_object();
    default:
      return value.is_array();
  }
}

// The words of AWS's JSON reader, by what the value is and what it should have been.
aws::Error wrong_type(const Json& value, Member::Kind kind) {
  if (kind == Member::Kind::kStructure) {
    return errors::malformed_body("Unexpected field type");
  }
  if (kind == Member::Kind::kTexts || kind == Member::Kind::kStructures) {
    return errors::malformed_body("Expected list or null");
  }
  if (value.is_object()) {
    return errors::malformed_body("Start of structure or map found where not expected.");
  }
  if (value.is_array()) {
    return errors::malformed_body("Start of list found where not expected");
  }
  const std::string_view found = value.is_string()         ? "STRING_VALUE"
                                 : value.is_boolean()      ? (value ? "TRUE_VALUE" : "FALSE_VALUE")
                                 : value.is_number_float() ? "DECIMAL_VALUE"
                                                           : "NUMBER_VALUE";
  const std::string_view wanted = kind == Member::Kind::kText      ? "String"
                                  : kind == Member::Kind::kInteger ? "Integer"
                                  : kind == Member::Kind::kNumber  ? "Float"
                                                                   : "Boolean";
  return errors::malformed_body(std::string(found) + " cannot be converted to " +
                                std::string(wanted));
}

void check_structure(Check& check, Shape shape, const std::string& prefix, Json& value);

void check_value(Check& check, const Member& member, const std::string& path, Json& value) {
  if (!has_kind(value, member.kind)) {
    if (!check.wrong_type) check.wrong_type = wrong_type(value, member.kind);
    return;
  }
  switch (member.kind) {
    case Member::Kind::kText:
      return check_text(check, member, path, value.get_ref<const std::string&>());
    case Member::Kind::kInteger: {
      const auto number = value.get<std::int64_t>();
      return check_range(check, member, path, std::to_string(number), number, "value");
    }
    case Member::Kind::kNumber:  // rounded away from what is allowed
      return check_range(check, member, path, to_text(value),
                         static_cast<std::int64_t>(value < 0.0 ? std::floor(value.get<double>())
                                                               : std::ceil(value.get<double>())),
                         "value");
    case Member::Kind::kBoolean:
      return;
    case Member::Kind::kStructure:
      return check_structure(check, member.members, path + ".", value);
    case Member::Kind::kTexts:
    case Member::Kind::kStructures:
      break;
  }
  check_count(check, member, path, value);
  Member item = member;
  item.kind = member.kind == Member::Kind::kTexts ? Member::Kind::kText : Member::Kind::kStructure;
  for (std::size_t i = 0; i < value.size(); ++i) {
    check_value(check, item, path + "." + std::to_string(i + 1) + ".member", value[i]);
  }
}

void check_structure(Check& check, Shape shape, const std::string& prefix, Json& value) {
  for (const Member& member : shape) {
    const std::string path = prefix + std::string(member.name);
    const auto found = value.find(member.name);
    const bool absent = found == value.end() || found->is_null();
    if (absent) {
      if (member.required) fail(check, "Value null at '", path, "not be null");
      if (found != value.end()) value.erase(found);
    } else {
      check_value(check, member, path, *found);
    }
  }
}

}  // namespace

Result<Json, aws::Error> parse_request(std::string_view body, Shape shape) {
  Json request = Json::object();
  if (!body.empty()) {
    Result<Json, JsonError> parsed = parse_json(body);
    if (!parsed) return errors::malformed_body("");
    request = std::move(*parsed);
  }
  if (!request.is_object()) return errors::malformed_body("Unexpected field type");
  Check check;
  check_structure(check, shape, "", request);
  if (check.wrong_type) return *check.wrong_type;
  if (!check.failures.empty()) return errors::constraints_failed(check.failures);
  return request;
}

const std::string* find_text(const Json& request, std::string_view name) {
  const Json* member = find(request, name);
  return member == nullptr ? nullptr : &member->get_ref<const std::string&>();
}

std::string_view text_or(const Json& request, std::string_view name, std::string_view otherwise) {
  const std::string* text = find_text(request, name);
  return text == nullptr ? otherwise : std::string_view(*text);
}

std::int64_t number_or(const Json& request, std::string_view name, std::int64_t otherwise) {
  const Json* member = find(request, name);
  return member == nullptr ? otherwise : member->get<std::int64_t>();
}

bool flag_or(const Json& request, std::string_view name, bool otherwise) {
  const Json* member = find(request, name);
  return member == nullptr ? otherwise : member->get<bool>();
}

}  // namespace bedlam::states
