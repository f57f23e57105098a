// CreateTable, DescribeTable, DeleteTable, ListTables; and the list of all operations.
#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "emulator/dynamodb/errors.h"
#include "emulator/dynamodb/operation.h"

namespace bedlam::dynamodb {
namespace {

constexpr std::array<Operation, 8> kOperations{{{"CreateTable", create_table},
                                                {"DescribeTable", describe_table},
                                                {"DeleteTable", delete_table},
                                                {"ListTables", list_tables},
                                                {"PutItem", put_item},
                                                {"GetItem", get_item},
                                                {"UpdateItem", update_item},
                                                {"DeleteItem", delete_item}}};

// API reference, ListTables: Limit, 1 to 100.
constexpr std::size_t kMaxListed = 100;

const std::string* text_at(const Json& object, std::string_view name) {
  const Json* value = find(object, name);
  return value != nullptr && value->is_string() ? &value->get_ref<const std::string&>() : nullptr;
}

std::string type_of_attribute(const Json* definitions, const std::string& name) {
  if (definitions == nullptr || !definitions->is_array()) return "";
  for (const Json& definition : *definitions) {
    const std::string* defined = text_at(definition, "AttributeName");
    const std::string* type = text_at(definition, "AttributeType");
    if (defined != nullptr && *defined == name && type != nullptr) return *type;
  }
  return "";
}

std::optional<aws::Error> read_keys(const Json& body, Table& table) {
  const Json* schema = find(body, "KeySchema");
  if (schema == nullptr || !schema->is_array() || schema->empty()) {
    return errors::missing("keySchema");
  }
  for (const Json& element : *schema) {
    const std::string* name = text_at(element, "AttributeName");
    const std::string* role = text_at(element, "KeyType");
    if (name == nullptr || role == nullptr || (*role != "HASH" && *role != "RANGE")) {
      return errors::invalid_values("Invalid KeySchema");
    }
    KeyPart part{*name, type_of_attribute(find(body, "AttributeDefinitions"), *name)};
    if (part.type != "S" && part.type != "N" && part.type != "B") {
      return errors::invalid_values(
          "Some index key attributes are not defined in AttributeDefinitions. Keys: [" + *name +
          "], AttributeDefinitions: []");
    }
    if (*role == "HASH") {
      table.hash = std::move(part);
    } else {
      table.range = std::move(part);
    }
  }
  if (table.hash.name.empty()) {
    return errors::validation(
        "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  return std::nullopt;
}

Json description(const Table& table, const Request& request, std::string_view status) {
  Json described = table.described;
  described["TableStatus"] = status;
  described["CreationDateTime"] = to_epoch_seconds(table.created);
  described["TableSizeBytes"] = table.bytes;
  described["ItemCount"] = table.items.size();
  described["TableArn"] =
      "arn:aws:dynamodb:" + request.region + ":" + request.account + ":table/" + table.name;
  return described;
}

Json throughput_of(const Json& body) {
  Json throughput{
      {"NumberOfDecreasesToday", 0}, {"ReadCapacityUnits", 0}, {"WriteCapacityUnits", 0}};
  const Json* given = find(body, "ProvisionedThroughput");
  for (const char* name : {"ReadCapacityUnits", "WriteCapacityUnits"}) {
    const Json* units = given == nullptr ? nullptr : find(*given, name);
    if (units != nullptr && units->is_number()) throughput[name] = *units;
  }
  return throughput;
}

}  // namespace

const Operation* find_operation(std::string_view name) {
  const auto* found = std::find_if(kOperations.begin(), kOperations.end(),
                                   [&](const Operation& o) { return o.name == name; });
  return found == kOperations.end() ? nullptr : found;
}

Result<std::string, aws::Error> table_name(const Json& body) {
  const Json* value = find(body, "TableName");
  if (value == nullptr || value->is_null()) return errors::missing("tableName");
  if (!value->is_string()) return errors::wrong_type("TableName", "string");
  std::string name = value->get<std::string>();
  // Items may be reached by the table's ARN too.
  constexpr std::string_view kTable = ":table/";
  if (const std::size_t at = name.find(kTable); name.starts_with("arn:") && at != name.npos) {
    name.erase(0, at + kTable.size());
  }
  const bool valid = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-';
  });
  if (name.empty() || !valid) return errors::invalid_table_name(name);
  return name;
}

Answer create_table(Tables& tables, const Request& request) {
  constexpr std::size_t kShortest = 3;
  constexpr std::size_t kLongest = 255;
  const auto name = table_name(request.body);
  if (!name) return name.error();
  if (name->size() < kShortest || name->size() > kLongest) {
    return errors::validation(
        "TableName must be at least 3 characters long and at most 255 characters long");
  }
  if (tables.find(*name) != nullptr) return errors::table_exists(*name);
  if (tables.all().size() >= kMaxTables) return errors::too_many_tables();
  Table table;
  table.name = *name;
  table.created = request.now;
  if (auto wrong = read_keys(request.body, table)) return *wrong;
  table.described = {{"AttributeDefinitions", request.body.at("AttributeDefinitions")},
                     {"TableName", *name},
                     {"KeySchema", request.body.at("KeySchema")},
                     {"ProvisionedThroughput", throughput_of(request.body)}};
  if (const Json* mode = find(request.body, "BillingMode")) {
    table.described["BillingModeSummary"] = {{"BillingMode", *mode}};
  }
  return Json{{"TableDescription", description(tables.add(std::move(table)), request, "ACTIVE")}};
}

Answer describe_table(Tables& tables, const Request& request) {
  const auto name = table_name(request.body);
  if (!name) return name.error();
  const Table* table = tables.find(*name);
  if (table == nullptr) return errors::table_missing(*name);
  return Json{{"Table", description(*table, request, "ACTIVE")}};
}

Answer delete_table(Tables& tables, const Request& request) {
  const auto name = table_name(request.body);
  if (!name) return name.error();
  const Table* table = tables.find(*name);
  if (table == nullptr) return errors::table_missing(*name);
  Json described = description(*table, request, "DELETING");
  tables.remove(*name);
  return Json{{"TableDescription", std::move(described)}};
}

Answer list_tables(Tables& tables, const Request& request) {
  const std::string* after = text_at(request.body, "ExclusiveStartTableName");
  const Json* limit = find(request.body, "Limit");
  std::size_t most = kMaxListed;
  if (limit != nullptr && limit->is_number_unsigned() && *limit > 0) {
    most = std::min(kMaxListed, limit->get<std::size_t>());
  }
  Json answer{{"TableNames", Json::array()}};
  for (const auto& [name, table] : tables.all()) {
    if (after != nullptr && name <= *after) continue;
    if (answer["TableNames"].size() == most) {
      answer["LastEvaluatedTableName"] = answer["TableNames"].back();
      break;
    }
    answer["TableNames"].push_back(name);
  }
  return answer;
}

}  // namespace bedlam::dynamodb
