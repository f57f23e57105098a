// PutItem, GetItem, UpdateItem, DeleteItem.
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "emulator/dynamodb/errors.h"
#include "emulator/dynamodb/expression.h"
#include "emulator/dynamodb/operation.h"

namespace bedlam::dynamodb {
namespace {

// Parameters from before there were expressions (API reference, "Legacy conditional parameters").
constexpr std::string_view kLegacy[] = {"Expected", "AttributeUpdates", "AttributesToGet",
                                        "ConditionalOperator"};

const std::string* text_of(const Json& body, std::string_view name) {
  const Json* value = find(body, name);
  return value != nullptr && value->is_string() ? &value->get_ref<const std::string&>() : nullptr;
}

// The camel case of a parameter in errors: "Item" is 'item'.
std::string member_name(std::string_view parameter) {
  std::string name(parameter);
  name[0] = static_cast<char>(name[0] - 'A' + 'a');
  return name;
}

// The parts of a request that all four have.
struct ItemRequest {
  Table* table = nullptr;
  Json attributes;  // Item or Key, checked
  Json values;      // ExpressionAttributeValues, checked
  std::string key;
  std::shared_ptr<const Json> there;  // the item before; nullptr where there is none

  const Json& item_before() const {
    static const Json kNone = Json::object();
    return there ? *there : kNone;
  }
};

Result<Json, aws::Error> attributes_at(const Json& body, std::string_view parameter) {
  const Json* given = find(body, parameter);
  if (given == nullptr || given->is_null()) return errors::missing(member_name(parameter));
  if (!given->is_object()) return errors::wrong_type(parameter, "map");
  Json attributes = *given;
  if (auto wrong = check_attributes(attributes)) return *wrong;
  return attributes;
}

// `parameter`: "Item", of which the key is a part, or "Key".
Result<ItemRequest, aws::Error> read_request(Tables& tables, const Json& body,
                                             std::string_view parameter) {
  ItemRequest request;
  const auto name = table_name(body);
  const Json* given = find(body, parameter);
  // Recorded: what is null is told before anything is looked at.
  if (given == nullptr || given->is_null()) return errors::missing(member_name(parameter));
  if (!name) return name.error();
  for (const std::string_view legacy : kLegacy) {
    if (find(body, legacy) != nullptr) return errors::not_supported(legacy);
  }
  Result<Json, aws::Error> attributes = attributes_at(body, parameter);
  if (!attributes) return attributes.error();
  request.attributes = std::move(*attributes);
  if (find(body, "ExpressionAttributeValues") != nullptr) {
    Result<Json, aws::Error> values = attributes_at(body, "ExpressionAttributeValues");
    if (!values) return values.error();
    request.values = std::move(*values);
  }
  request.table = tables.find(*name);
  if (request.table == nullptr) return errors::item_table_missing();
  const auto key = parameter == "Item" ? key_of(*request.table, request.attributes)
                                       : key_alone(*request.table, request.attributes);
  if (!key) return key.error();
  request.key = *key;
  const auto there = request.table->items.find(*key);
  if (there != request.table->items.end()) request.there = there->second;
  return request;
}

Placeholders placeholders_of(const Json& body, const ItemRequest& request) {
  return {find(body, "ExpressionAttributeNames"),
          request.values.is_object() ? &request.values : nullptr};
}

// Why the item may not be written.
std::optional<aws::Error> check_condition(const Json& body, const ItemRequest& request,
                                          Placeholders& placeholders) {
  const std::string* condition = text_of(body, "ConditionExpression");
  if (condition == nullptr) return std::nullopt;
  const auto held = holds(*condition, "ConditionExpression", request.item_before(), placeholders);
  if (!held) return held.error();
  if (*held) return std::nullopt;
  const std::string* shown = text_of(body, "ReturnValuesOnConditionCheckFailure");
  const bool with_item = shown != nullptr && *shown == "ALL_OLD" && request.there;
  return errors::conditional_check_failed(with_item ? request.there.get() : nullptr);
}

// A unit reads 4 KB consistently, or twice that, and writes 1 KB ("Capacity unit consumption").
void add_capacity(Json& answer, const Json& body, const Table& table, std::size_t bytes,
                  bool written) {
  const std::string* asked = text_of(body, "ReturnConsumedCapacity");
  if (asked == nullptr || *asked == "NONE") return;
  constexpr double kWriteBytes = 1'024;
  constexpr double kReadBytes = 4'096;
  double units =
      std::max(1.0, std::ceil(static_cast<double>(bytes) / (written ? kWriteBytes : kReadBytes)));
  const Json* consistent = find(body, "ConsistentRead");
  if (!written && (consistent == nullptr || *consistent != true)) units /= 2;
  answer["ConsumedCapacity"] = {{"TableName", table.name}, {"CapacityUnits", units}};
}

std::string returned(const Json& body) {
  const std::string* asked = text_of(body, "ReturnValues");
  return asked == nullptr ? "NONE" : *asked;
}

std::optional<aws::Error> only_old(const Json& body) {
  const std::string asked = returned(body);
  if (asked == "NONE" || asked == "ALL_OLD") return std::nullopt;
  return errors::validation("Return values set to invalid value");
}

Json part_of(const Json& item, const std::set<std::string>& attributes) {
  Json part = Json::object();
  for (const std::string& name : attributes) {
    if (const Json* value = find(item, name)) part[name] = *value;
  }
  return part;
}

std::optional<aws::Error> store(Tables& tables, ItemRequest& request, Json item) {
  if (size_of(item) > kMaxItemBytes) return errors::item_too_large();
  if (tables.put(*request.table, request.key, std::move(item))) return std::nullopt;
  return errors::validation("Bedlam keeps at most 512 MiB in all tables");
}

}  // namespace

Answer put_item(Tables& tables, const Request& request) {
  const Json& body = request.body;
  auto asked = read_request(tables, body, "Item");
  if (!asked) return asked.error();
  if (auto wrong = only_old(body)) return *wrong;
  Placeholders placeholders = placeholders_of(body, *asked);
  if (auto failed = check_condition(body, *asked, placeholders)) return *failed;
  if (auto unused = placeholders.unused()) return *unused;
  const std::size_t bytes = size_of(asked->attributes);
  if (auto full = store(tables, *asked, asked->attributes)) return *full;
  Json answer = Json::object();
  if (returned(body) == "ALL_OLD" && asked->there) answer["Attributes"] = *asked->there;
  add_capacity(answer, body, *asked->table, bytes, true);
  return answer;
}

Answer get_item(Tables& tables, const Request& request) {
  const Json& body = request.body;
  const auto asked = read_request(tables, body, "Key");
  if (!asked) return asked.error();
  Placeholders placeholders = placeholders_of(body, *asked);
  Json answer = Json::object();
  std::optional<Json> projected;
  if (const std::string* projection = text_of(body, "ProjectionExpression")) {
    auto part = project(*projection, asked->item_before(), placeholders);
    if (!part) return part.error();
    projected = std::move(*part);
  }
  if (auto unused = placeholders.unused()) return *unused;
  if (asked->there) answer["Item"] = projected ? *projected : *asked->there;
  add_capacity(answer, body, *asked->table, size_of(asked->item_before()), false);
  return answer;
}

Answer update_item(Tables& tables, const Request& request) {
  const Json& body = request.body;
  auto asked = read_request(tables, body, "Key");
  if (!asked) return asked.error();
  Placeholders placeholders = placeholders_of(body, *asked);
  if (auto failed = check_condition(body, *asked, placeholders)) return *failed;
  Updated updated{asked->item_before(), {}};
  if (const std::string* expression = text_of(body, "UpdateExpression")) {
    auto result = update(*expression, asked->item_before(), placeholders);
    if (!result) return result.error();
    updated = std::move(*result);
  }
  if (auto unused = placeholders.unused()) return *unused;
  for (const std::string& name : updated.attributes) {
    if (asked->table->is_key(name)) return errors::key_updated(name);
  }
  updated.item.update(asked->attributes);  // a new item has its key
  const Json now = updated.item;
  if (auto full = store(tables, *asked, std::move(updated.item))) return *full;
  Json answer = Json::object();
  const std::string values = returned(body);
  if (values == "ALL_NEW") answer["Attributes"] = now;
  if (values == "UPDATED_NEW") answer["Attributes"] = part_of(now, updated.attributes);
  if (values == "ALL_OLD" && asked->there) answer["Attributes"] = *asked->there;
  if (values == "UPDATED_OLD") {
    answer["Attributes"] = part_of(asked->item_before(), updated.attributes);
  }
  if (const auto empty = answer.find("Attributes"); empty != answer.end() && empty->empty()) {
    answer.erase(empty);
  }
  add_capacity(answer, body, *asked->table, size_of(now), true);
  return answer;
}

Answer delete_item(Tables& tables, const Request& request) {
  const Json& body = request.body;
  const auto asked = read_request(tables, body, "Key");
  if (!asked) return asked.error();
  if (auto wrong = only_old(body)) return *wrong;
  Placeholders placeholders = placeholders_of(body, *asked);
  if (auto failed = check_condition(body, *asked, placeholders)) return *failed;
  if (auto unused = placeholders.unused()) return *unused;
  tables.erase(*asked->table, asked->key);
  Json answer = Json::object();
  if (returned(body) == "ALL_OLD" && asked->there) answer["Attributes"] = *asked->there;
  add_capacity(answer, body, *asked->table, size_of(asked->item_before()), true);
  return answer;
}

}  // namespace bedlam::dynamodb
