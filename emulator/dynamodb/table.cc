#include "emulator/dynamodb/table.h"

#include <algorithm>
#include <array>
#include <utility>

#include "emulator/base/base64.h"
#include "emulator/dynamodb/errors.h"
#include "emulator/dynamodb/number.h"

namespace bedlam::dynamodb {
namespace {

constexpr std::array<std::string_view, 10> kTypes{"S",  "N", "B", "SS",   "NS",
                                                  "BS", "M", "L", "BOOL", "NULL"};
// "DynamoDB supports nested attributes up to 32 levels deep" (developer guide, "Quotas").
constexpr int kMaxDepth = 32;

std::optional<aws::Error> check_value(Json& value, int depth);

std::optional<aws::Error> check_number(Json& value) {
  if (!value.is_string()) return errors::wrong_type("N", "string");
  const auto number = Number::parse(value.get_ref<const std::string&>());
  if (!number) return errors::bad_number(value.get_ref<const std::string&>());
  value = number->text();
  return std::nullopt;
}

std::optional<aws::Error> check_set(Json& elements, std::string_view kind) {
  const bool numbers = kind == "number";
  if (!elements.is_array()) return errors::wrong_type("a set", "list");
  if (elements.empty()) {
    return errors::invalid_values("An " + std::string(kind) + " set  may not be empty");
  }
  for (Json& element : elements) {
    if (!element.is_string()) return errors::wrong_type("an element of a set", "string");
    if (numbers) {
      if (auto wrong = check_number(element)) return wrong;
    }
  }
  for (std::size_t i = 0; i < elements.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (elements[i] == elements[j]) {
        return errors::invalid_values("Input collection " + bedlam::to_text(elements) +
                                      " contains duplicates.");
      }
    }
  }
  return std::nullopt;
}

std::optional<aws::Error> check_members(Json& attributes, int depth) {
  for (auto& [name, value] : attributes.items()) {
    if (auto wrong = check_value(value, depth)) return wrong;
  }
  return std::nullopt;
}

std::optional<aws::Error> check_value(Json& value, int depth) {
  const std::string type = type_of(value);
  if (type.empty()) return errors::bad_attribute_value();
  if (depth > kMaxDepth) {
    return errors::validation("Nesting Levels have exceeded supported limits");
  }
  Json& content = value[type];
  if (type == "N") return check_number(content);
  if (type == "SS") return check_set(content, "string");
  if (type == "NS") return check_set(content, "number");
  if (type == "BS") return check_set(content, "binary");
  if (type == "M") {
    if (!content.is_object()) return errors::wrong_type("M", "map");
    return check_members(content, depth + 1);
  }
  if (type == "L") {
    if (!content.is_array()) return errors::wrong_type("L", "list");
    for (Json& element : content) {
      if (auto wrong = check_value(element, depth + 1)) return wrong;
    }
    return std::nullopt;
  }
  const bool truth = type == "BOOL" || type == "NULL";
  if (truth != content.is_boolean() || (!truth && !content.is_string())) {
    return errors::wrong_type(type, truth ? "boolean" : "string");
  }
  if (type == "B" && !base64_decode(content.get_ref<const std::string&>())) {
    return errors::malformed_body();
  }
  return std::nullopt;
}

std::size_t size_of_value(const Json& value) {
  const std::string type = type_of(value);
  const Json& content = value.at(type);
  if (type == "S") return content.get_ref<const std::string&>().size();
  if (type == "N") return content.get_ref<const std::string&>().size() / 2 + 1;
  if (type == "B") return content.get_ref<const std::string&>().size() * 3 / 4;
  if (type == "BOOL" || type == "NULL") return 1;
  std::size_t bytes = 3;
  if (type == "M") return bytes + size_of(content);
  for (const Json& element : content) {
    bytes += element.is_string() ? element.get_ref<const std::string&>().size()
                                 : size_of_value(element) + 1;
  }
  return bytes;
}

// The text of one part of a key; the error where it is of another type or empty.
Result<std::string, aws::Error> part_of(const KeyPart& part, const Json& value) {
  const std::string type = type_of(value);
  if (type != part.type) return errors::key_type(part.name, part.type, type);
  const auto& text = value.at(type).get_ref<const std::string&>();
  if (text.empty()) return errors::empty_key(part.name);
  return text;
}

// Parts are told apart by their lengths.
Result<std::string, aws::Error> joined_key(const Table& table, const Json& item) {
  Result<std::string, aws::Error> hash = part_of(table.hash, item.at(table.hash.name));
  if (!hash || !table.range) return hash;
  Result<std::string, aws::Error> range = part_of(*table.range, item.at(table.range->name));
  if (!range) return range;
  return std::to_string(hash->size()) + ":" + *hash + *range;
}

}  // namespace

Table* Tables::find(std::string_view name) {
  const auto found = tables_.find(name);
  return found == tables_.end() ? nullptr : &found->second;
}

Table& Tables::add(Table table) {
  const std::string name = table.name;
  return tables_.insert_or_assign(name, std::move(table)).first->second;
}

void Tables::remove(std::string_view name) {
  const auto found = tables_.find(name);
  if (found == tables_.end()) return;
  bytes_ -= found->second.bytes;
  tables_.erase(found);
}

void Tables::clear() {
  tables_.clear();
  bytes_ = 0;
}

bool Tables::put(Table& table, const std::string& key, Json item) {
  const std::size_t size = size_of(item);
  if (bytes_ + size > kMaxStoredBytes) return false;
  erase(table, key);
  table.items[key] = std::make_shared<const Json>(std::move(item));
  table.bytes += size;
  bytes_ += size;
  return true;
}

void Tables::erase(Table& table, const std::string& key) {
  const auto found = table.items.find(key);
  if (found == table.items.end()) return;
  const std::size_t size = size_of(*found->second);
  table.bytes -= size;
  bytes_ -= size;
  table.items.erase(found);
}

std::string type_of(const Json& value) {
  if (!value.is_object() || value.size() != 1) return "";
  const std::string type = value.begin().key();
  return std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end() ? "" : type;
}

std::optional<aws::Error> check_attributes(Json& attributes) {
  return check_members(attributes, 1);
}

std::size_t size_of(const Json& attributes) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : attributes.items()) bytes += name.size() + size_of_value(value);
  return bytes;
}

Result<std::string, aws::Error> key_of(const Table& table, const Json& item) {
  if (!item.contains(table.hash.name)) return errors::key_missing(table.hash.name);
  if (table.range && !item.contains(table.range->name)) {
    return errors::key_missing(table.range->name);
  }
  return joined_key(table, item);
}

Result<std::string, aws::Error> key_alone(const Table& table, const Json& key) {
  const bool whole = key.contains(table.hash.name) &&
                     (!table.range || key.contains(table.range->name)) &&
                     key.size() == (table.range ? 2U : 1U);
  if (!whole) return errors::key_mismatch();
  Result<std::string, aws::Error> text = joined_key(table, key);
  if (!text && text.error().message.find("Type mismatch") != std::string::npos) {
    return errors::key_mismatch();
  }
  return text;
}

}  // namespace bedlam::dynamodb
