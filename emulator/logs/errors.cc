#include "emulator/logs/errors.h"

#include <utility>

namespace bedlam::logs::errors {
namespace {

aws::Error error_of(std::string code, std::string message) {
  return {std::move(code), 400, std::move(message), Json::object()};
}

aws::Error invalid_parameter(std::string message) {
  return error_of("InvalidParameterException", std::move(message));
}

}  // namespace

aws::Error unknown_operation() {
  return error_of("UnknownOperationException", "");
}

aws::Error malformed_body() {
  return error_of("SerializationException", "");
}

aws::Error group_exists() {
  return error_of("ResourceAlreadyExistsException", "The specified log group already exists");
}

aws::Error group_missing() {
  return error_of("ResourceNotFoundException", "The specified log group does not exist.");
}

aws::Error stream_exists() {
  return error_of("ResourceAlreadyExistsException", "The specified log stream already exists");
}

aws::Error stream_missing() {
  return error_of("ResourceNotFoundException", "The specified log stream does not exist.");
}

aws::Error missing_parameter(std::string_view name) {
  return constraint_failed("null", name, "Member must not be null");
}

// Unverified text.
aws::Error wrong_type(std::string_view name, std::string_view wanted) {
  return error_of("SerializationException",
                  "'" + std::string(name) + "' must be a " + std::string(wanted));
}

aws::Error constraint_failed(std::string_view value, std::string_view name,
                             std::string_view constraint) {
  const std::string shown = value == "null" ? "null" : "'" + std::string(value) + "'";
  return invalid_parameter("1 validation error detected: Value " + shown + " at '" +
                           std::string(name) +
                           "' failed to satisfy constraint: " + std::string(constraint));
}

aws::Error invalid_token() {
  return invalid_parameter("The specified nextToken is invalid.");
}

aws::Error no_events() {
  return constraint_failed("[]", "logEvents", "Member must have length greater than or equal to 1");
}

aws::Error events_out_of_order() {
  return invalid_parameter(
      "Log events in a single PutLogEvents request must be in chronological "
      "order.");
}

// Ours: AWS has a language of JSON and space-delimited patterns.
aws::Error pattern_not_supported() {
  return invalid_parameter(
      "Bedlam filters log events by terms only: \"a phrase\", word, -word, "
      "?word");
}

rpc::Reply to_reply(const aws::Error& error, std::string request_id) {
  Json body = {{"__type", error.code}};
  if (!error.message.empty()) body["message"] = error.message;
  body.update(error.members);
  rpc::Reply reply = rpc::plain_reply(
      error.http_status,
      {{"x-amzn-RequestId", std::move(request_id)}, {"Content-Type", "application/x-amz-json-1.1"}},
      bedlam::to_text(body));
  reply.note.outcome = error.code;
  return reply;
}

}  // namespace bedlam::logs::errors
