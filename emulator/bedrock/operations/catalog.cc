// The operations of the service model, and which of them a request calls.
#include <algorithm>
#include <array>

#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/operations/replies.h"

namespace bedlam::bedrock {
namespace {

constexpr std::array<Operation, 10> kOperations{{
    {"POST", "model/{}/invoke", "InvokeModel", true, false, false},
    {"POST", "model/{}/invoke-with-response-stream", "InvokeModelWithResponseStream", true, false,
     true},
    {"POST", "model/{}/converse", "Converse", true, true, false},
    {"POST", "model/{}/converse-stream", "ConverseStream", true, true, true},
    {"POST", "model/{}/invoke-with-bidirectional-stream", "InvokeModelWithBidirectionalStream"},
    {"POST", "model/{}/count-tokens", "CountTokens", true},
    {"POST", "guardrail/{}/version/{}/apply", "ApplyGuardrail", true},
    {"POST", "async-invoke", "StartAsyncInvoke", true},
    {"GET", "async-invoke/{}", "GetAsyncInvoke", true},
    {"GET", "async-invoke", "ListAsyncInvokes", true},
}};

// What stands at the pattern's `{}`, where the path ends with it. A base URL may carry a path of
// its own, which clients keep before ours: /prefix/model/ID/invoke.
std::optional<std::vector<std::string>> matched(std::string_view pattern,
                                                const std::vector<std::string>& path) {
  const std::vector<std::string> wanted = aws::path_segments("/" + std::string(pattern));
  if (path.size() < wanted.size()) return std::nullopt;
  std::vector<std::string> found;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string& segment = path[path.size() - wanted.size() + i];
    const bool open = wanted[i] == "{}";
    if (open ? segment.empty() : segment != wanted[i]) return std::nullopt;
    if (open) found.push_back(segment);
  }
  return found;
}

}  // namespace

std::optional<Route> find_route(std::string_view method, const std::vector<std::string>& path) {
  for (const Operation& operation : kOperations) {
    if (operation.method != method) continue;
    if (auto parameters = matched(operation.path, path)) {
      return Route{&operation, *std::move(parameters)};
    }
  }
  return std::nullopt;
}

const Operation* operation_named(std::string_view name) {
  const auto* operation =
      std::find_if(kOperations.begin(), kOperations.end(),
                   [&](const Operation& candidate) { return candidate.name == name; });
  return operation == kOperations.end() ? nullptr : operation;
}

rpc::Reply failure_reply(const script::Error& failure, const script::Latency& latency,
                         const Random& random) {
  Random draws = random.derive("latency");
  aws::Error error = errors::named(failure.name, failure.message);
  if (failure.original_status != 0) error.members["originalStatusCode"] = failure.original_status;
  return error_reply(error, script::token_times(latency, 1, draws).back());
}

void follow_choice(const script::Choice& choice, rpc::Reply& reply) {
  reply.note.rule = choice.rule;
  reply.note.mismatch = choice.mismatch;
  if (choice.outcome != nullptr && choice.outcome->fault) {
    fault::apply(*choice.outcome->fault, reply, errors::default_message);
  }
}

rpc::Reply error_reply(const aws::Error& error, Duration due) {
  Json body = Json::object();
  if (!error.message.empty()) body["message"] = error.message;
  for (const auto& [name, value] : error.members.items()) body[name] = value;
  rpc::Reply reply = rpc::plain_reply(error.http_status,
                                      {{"Content-Type", std::string(kJson)},
                                       {"x-amzn-ErrorType", errors::error_type_header(error)}},
                                      to_text(body), due);
  reply.note.outcome = error.code;
  return reply;
}

}  // namespace bedlam::bedrock
