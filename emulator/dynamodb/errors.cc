#include "emulator/dynamodb/errors.h"

#include <utility>

namespace bedlam::dynamodb::errors {
namespace {

aws::Error error_of(std::string code, std::string message) {
  return {std::move(code), 400, std::move(message), Json::object()};
}

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

}  // namespace

aws::Error unknown_operation() {
  return error_of("UnknownOperationException", "");
}
aws::Error malformed_body() {
  return error_of("SerializationException", "");
}
// Unverified text.
aws::Error wrong_type(std::string_view name, std::string_view wanted) {
  return error_of("SerializationException", quoted(name) + " must be a " + std::string(wanted));
}
aws::Error missing(std::string_view name) {
  return validation("1 validation error detected: Value null at " + quoted(name) +
                    " failed to satisfy constraint: Member must not be null");
}
aws::Error invalid_table_name(std::string_view value) {
  return validation("1 validation error detected: Value " + quoted(value) +
                    " at 'tableName' failed to satisfy constraint: Member must satisfy regular "
                    "expression pattern: [a-zA-Z0-9_.-]+");
}

aws::Error item_table_missing() {
  return error_of("ResourceNotFoundException", "Requested resource not found");
}
aws::Error table_missing(std::string_view name) {
  return error_of("ResourceNotFoundException",
                  "Requested resource not found: Table: " + std::string(name) + " not found");
}
aws::Error table_exists(std::string_view name) {
  return error_of("ResourceInUseException", "Table already exists: " + std::string(name));
}
aws::Error too_many_tables() {
  return error_of("LimitExceededException",
                  "Subscriber limit exceeded: There is a limit of 2500 tables per subscriber");
}
aws::Error conditional_check_failed(const Json* item) {
  aws::Error error = error_of("ConditionalCheckFailedException", "The conditional request failed");
  if (item != nullptr) error.members["Item"] = *item;
  return error;
}
aws::Error item_too_large() {
  return validation("Item size has exceeded the maximum allowed size");
}

aws::Error validation(std::string message) {
  return error_of("ValidationException", std::move(message));
}
aws::Error invalid_values(std::string_view message) {
  return validation("One or more parameter values were invalid: " + std::string(message));
}
aws::Error key_missing(std::string_view name) {
  return invalid_values("Missing the key " + std::string(name) + " in the item");
}
aws::Error key_type(std::string_view name, std::string_view expected, std::string_view actual) {
  return invalid_values("Type mismatch for key " + std::string(name) +
                        " expected: " + std::string(expected) + " actual: " + std::string(actual));
}
aws::Error key_mismatch() {
  return validation("The provided key element does not match the schema");
}
aws::Error empty_key(std::string_view name) {
  return validation(
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
      "contain an empty string value. Key: " +
      std::string(name));
}
aws::Error bad_attribute_value() {
  return validation(
      "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
}
aws::Error bad_number(std::string_view text) {
  return validation("The parameter cannot be converted to a numeric value: " + std::string(text));
}
aws::Error key_updated(std::string_view name) {
  return invalid_values("Cannot update attribute " + std::string(name) +
                        ". This attribute is part of the key");
}
aws::Error expression(std::string_view kind, std::string_view message) {
  return validation("Invalid " + std::string(kind) + ": " + std::string(message));
}
aws::Error unused(std::string_view parameter, std::string_view kind, std::string_view names) {
  return validation("Value provided in " + std::string(parameter) + " unused in expressions: " +
                    std::string(kind) + ": {" + std::string(names) + "}");
}
// Ours.
aws::Error not_supported(std::string_view parameter) {
  return validation("Bedlam does not take " + std::string(parameter) +
                    ": write an expression instead");
}

}  // namespace bedlam::dynamodb::errors
