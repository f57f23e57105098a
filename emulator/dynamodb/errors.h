// Every error of Amazon DynamoDB that this emulator answers (botocore model dynamodb/2012-08-10).
// Texts are AWS's where they are known: recorded, or widely quoted in public logs.
#pragma once

#include <string>
#include <string_view>

#include "emulator/aws/error.h"

namespace bedlam::dynamodb::errors {

aws::Error unknown_operation();
aws::Error malformed_body();
aws::Error wrong_type(std::string_view name, std::string_view wanted);
// Recorded: "Value null at 'item' failed to satisfy constraint: Member must not be null".
aws::Error missing(std::string_view name);
aws::Error invalid_table_name(std::string_view value);

aws::Error item_table_missing();                  // of an operation on items
aws::Error table_missing(std::string_view name);  // of an operation on tables
aws::Error table_exists(std::string_view name);
aws::Error too_many_tables();
aws::Error conditional_check_failed(const Json* item);  // the item where it is asked for
aws::Error item_too_large();

aws::Error validation(std::string message);
// "One or more parameter values were invalid: " and so on.
aws::Error invalid_values(std::string_view message);
aws::Error key_missing(std::string_view name);
aws::Error key_type(std::string_view name, std::string_view expected, std::string_view actual);
aws::Error key_mismatch();
aws::Error empty_key(std::string_view name);
aws::Error bad_attribute_value();
aws::Error bad_number(std::string_view text);
aws::Error key_updated(std::string_view name);
// `kind`: "ConditionExpression".
aws::Error expression(std::string_view kind, std::string_view message);
aws::Error unused(std::string_view parameter, std::string_view kind, std::string_view names);
aws::Error not_supported(std::string_view parameter);

}  // namespace bedlam::dynamodb::errors
