// An operation of DynamoDB as its function sees it: tables in operations_table.cc, items in
// operations_item.cc.
#pragma once

#include <string>
#include <string_view>

#include "emulator/aws/error.h"
#include "emulator/base/json.h"
#include "emulator/base/result.h"
#include "emulator/dynamodb/table.h"

namespace bedlam::dynamodb {

struct Request {
  const Json& body;
  const std::string& region;
  const std::string& account;
  WallTime now;
};
using Answer = Result<Json, aws::Error>;

struct Operation {
  std::string_view name;
  Answer (*answer)(Tables&, const Request&);
};
// nullptr: there is none of that name.
const Operation* find_operation(std::string_view name);

// The name under TableName, or why it cannot be one.
Result<std::string, aws::Error> table_name(const Json& body);

Answer create_table(Tables&, const Request&);
Answer describe_table(Tables&, const Request&);
Answer delete_table(Tables&, const Request&);
Answer list_tables(Tables&, const Request&);

Answer put_item(Tables&, const Request&);
Answer get_item(Tables&, const Request&);
Answer update_item(Tables&, const Request&);
Answer delete_item(Tables&, const Request&);

}  // namespace bedlam::dynamodb
