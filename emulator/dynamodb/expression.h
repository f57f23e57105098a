// The expressions of item operations (developer guide, "Expressions in DynamoDB"): conditions,
// updates and projections, with the names and values that stand for their placeholders. They are
// read and evaluated in one pass.
//
// Differs from AWS: reserved words are taken as names, and of paths that overlap the later wins.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "emulator/aws/error.h"
#include "emulator/base/json.h"
#include "emulator/base/result.h"

namespace bedlam::dynamodb {

// "The maximum length of any expression string is 4 KB" (developer guide, "Quotas").
inline constexpr std::size_t kMaxExpressionBytes = 4 * 1024;

// ExpressionAttributeNames and ExpressionAttributeValues of a request, and which of them its
// expressions have used.
class Placeholders {
 public:
  // Borrows the request. The values are attribute values, checked.
  Placeholders(const Json* names, const Json* values) : names_(names), values_(values) {}

  const std::string* name(const std::string& placeholder);
  const Json* value(const std::string& placeholder);
  // The error where one was not used.
  std::optional<aws::Error> unused() const;

 private:
  const Json* names_;
  const Json* values_;
  std::set<std::string> used_;
};

// A document path: names and indices.
using PathStep = std::variant<std::string, std::size_t>;
using DocumentPath = std::vector<PathStep>;
// The value there, nullptr where there is none.
const Json* value_at(const Json& item, const DocumentPath& path);

// `kind` names the parameter in errors: "ConditionExpression".
Result<bool, aws::Error> holds(const std::string& expression, std::string_view kind,
                               const Json& item, Placeholders& placeholders);

struct Updated {
  Json item;
  std::set<std::string> attributes;  // the top-level ones that the expression names
};
Result<Updated, aws::Error> update(const std::string& expression, const Json& item,
                                   Placeholders& placeholders);

// The part of the item that a ProjectionExpression names.
Result<Json, aws::Error> project(const std::string& expression, const Json& item,
                                 Placeholders& placeholders);

}  // namespace bedlam::dynamodb
