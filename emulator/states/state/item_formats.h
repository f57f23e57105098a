// What an ItemReader makes of an object's bytes (developer guide, "ItemReader (Map)", "How Step
// Functions parses input CSV files"). Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/base/result.h"
#include "emulator/states/state/map.h"

namespace bedlam::states {

// One item; `key` where an object is iterated over.
struct ReadItem {
  std::optional<std::string> key;
  Json value;
};
// The error is the cause of States.ItemReaderFailed.
using ReadItems = Result<std::vector<ReadItem>, std::string>;

// By the reader's input type; not of a manifest. At most `limit` items.
ReadItems read_items(const ItemReader& reader, const std::string& body, std::size_t limit);

// Rows of CSV, each with its fields; rows without any character are left out.
std::vector<std::vector<std::string>> csv_rows(std::string_view text, char delimiter,
                                               std::size_t limit);
// The rows as objects: members in the order of Java's HashMap, as AWS writes them (recorded).
Json csv_item(const std::vector<std::string>& headers, const std::vector<std::string>& row);

// What gzip has packed; the text itself where it is not gzip. nullopt: broken, or larger than the
// limit below.
inline constexpr std::size_t kMaxUnpackedBytes = std::size_t{256} * 1024 * 1024;  // ours
std::optional<std::string> unpacked(const std::string& body);

}  // namespace bedlam::states
