#include "emulator/dynamodb/dynamodb.h"

#include <zlib.h>

#include <chrono>
#include <utility>

#include "emulator/dynamodb/errors.h"
#include "emulator/dynamodb/operation.h"
#include "emulator/rpc/json_protocol.h"

namespace bedlam::dynamodb {
namespace {

constexpr std::string_view kTarget = "DynamoDB_20120810.";

// Of all services together "com.amazon.coral", of this one its own.
std::string wire_type(const std::string& code) {
  if (code == "ValidationException") return "com.amazon.coral.validate#" + code;
  const bool common = code == "UnknownOperationException" || code == "SerializationException" ||
                      code == "AccessDeniedException" || code == "UnrecognizedClientException";
  return (common ? "com.amazon.coral.service#" : "com.amazonaws.dynamodb.v20120810#") + code;
}

}  // namespace

DynamoDb::DynamoDb(Scheduler& scheduler, std::uint64_t seed, std::string account)
    : scheduler_(scheduler),
      random_(Random(seed).derive("dynamodb")),
      account_(std::move(account)) {}

std::optional<rpc::Call> DynamoDb::recognise(const aws::HttpRequest& request) const {
  return rpc::json_call(request, kTarget, name());
}

bool DynamoDb::takes(const rpc::Call& call) const {
  return call.service == name() && (!call.task || find_operation(call.operation) != nullptr);
}

Result<Json, aws::Error> DynamoDb::answer(const rpc::Call& call) {
  const Operation* operation = find_operation(call.operation);
  if (operation == nullptr) return errors::unknown_operation();
  const auto body = parse_json(call.body.empty() ? "{}" : call.body);
  if (!body || !body->is_object()) return errors::malformed_body();
  return operation->answer(tables_, {*body, call.caller.region, account_, scheduler_.wall_now()});
}

void DynamoDb::handle(const rpc::Call& call, rpc::ReplyTo reply_to) {
  const Result<Json, aws::Error> answered = answer(call);
  if (!answered) return reply_to(refuse(answered.error()));
  rpc::Reply told = reply(200, bedlam::to_text(*answered), call.operation == "GetItem");
  told.note.outcome = "answer";
  reply_to(std::move(told));
}

rpc::Reply DynamoDb::refuse(const aws::Error& error) {
  Json body{{"__type", wire_type(error.code)}};
  if (!error.message.empty()) body["message"] = error.message;
  body.update(error.members);
  rpc::Reply told = reply(400, bedlam::to_text(body), false);
  told.note.outcome = error.code;
  return told;
}

// Recorded: reads of items come from other servers, which write the id's name in small letters.
rpc::Reply DynamoDb::reply(int status, std::string body, bool read) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  constexpr std::size_t kIdLength = 52;
  std::string id = random_.derive("request", ++requests_).text(kAlphabet, kIdLength);
  const auto* bytes = reinterpret_cast<const Bytef*>(body.data());
  const std::string crc = std::to_string(::crc32_z(0, bytes, body.size()));
  aws::Headers headers{{"Server", "Server"}};
  if (read) headers.add("x-amzn-requestid", id);
  headers.add("Connection", "keep-alive");
  if (!read) headers.add("x-amzn-RequestId", id);
  headers.add("x-amz-crc32", crc);
  headers.add("Content-Length", std::to_string(body.size()));
  headers.add("Date", to_http_date(scheduler_.wall_now()));
  headers.add("Content-Type", "application/x-amz-json-1.0");
  rpc::Reply reply;
  reply.steps.push_back({Duration{}, rpc::Head{status, std::move(headers)}});
  reply.steps.push_back({Duration{}, rpc::Bytes{std::move(body), std::nullopt}});
  reply.steps.push_back({Duration{}, rpc::End{}});
  return reply;
}

}  // namespace bedlam::dynamodb
