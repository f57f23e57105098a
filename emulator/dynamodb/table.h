// Tables and their items, in memory. An item is what the API calls AttributeMap: {"id": {"S":
// "x"}}. Knows nothing of requests; operations_*.cc turn those into calls of it.
//
// Differs from AWS: a table is there at once, is the same in all Regions and takes any load; no
// indexes, streams, backups, tags and no deletion by time to live.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/aws/error.h"
#include "emulator/base/json.h"
#include "emulator/base/result.h"
#include "emulator/clock/instant.h"

namespace bedlam::dynamodb {

// "The maximum item size in DynamoDB is 400 KB" (developer guide, "Quotas").
inline constexpr std::size_t kMaxItemBytes = 400 * 1024;
// "2,500 tables" (the same page).
inline constexpr std::size_t kMaxTables = 2'500;
// Ours, so that a long-running server stays bounded: all items together.
inline constexpr std::size_t kMaxStoredBytes = std::size_t{512} * 1024 * 1024;

struct KeyPart {
  std::string name;
  std::string type;  // S, N or B
};

struct Table {
  std::string name;
  KeyPart hash;
  std::optional<KeyPart> range;
  Json described;  // what CreateTable was given, as DescribeTable repeats it
  WallTime created{};
  std::map<std::string, std::shared_ptr<const Json>> items;  // by key_of()
  std::size_t bytes = 0;

  bool is_key(std::string_view attribute) const {
    return attribute == hash.name || (range && attribute == range->name);
  }
};

class Tables {
 public:
  Table* find(std::string_view name);
  const std::map<std::string, Table, std::less<>>& all() const { return tables_; }
  Table& add(Table table);
  void remove(std::string_view name);
  void clear();
  // False: the store is full.
  bool put(Table& table, const std::string& key, Json item);
  void erase(Table& table, const std::string& key);

 private:
  std::map<std::string, Table, std::less<>> tables_;
  std::size_t bytes_ = 0;
};

// The type of an attribute value: "S", or "" where it is none.
std::string type_of(const Json& value);
// Why these are no attributes; nothing where they are. Numbers are rewritten in DynamoDB's form.
std::optional<aws::Error> check_attributes(Json& attributes);
// How many bytes an item counts ("DynamoDB Item sizes and formats").
std::size_t size_of(const Json& attributes);

// Where an item stands in its table: of an item, and of a key alone.
Result<std::string, aws::Error> key_of(const Table& table, const Json& item);
Result<std::string, aws::Error> key_alone(const Table& table, const Json& key);

}  // namespace bedlam::dynamodb
