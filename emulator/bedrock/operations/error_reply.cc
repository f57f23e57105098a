// The plans of errors: AWS's own, those of the script, and of quotas.
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/operations/replies.h"

namespace bedlam::bedrock {

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

rpc::Reply failure_reply(const script::Error& failure, const script::Latency& latency,
                         const Random& random) {
  aws::Error error = errors::named(failure.name, failure.message);
  if (failure.original_status != 0) error.members["originalStatusCode"] = failure.original_status;
  if (!failure.original_message.empty()) {
    error.members["originalMessage"] = failure.original_message;
  }
  if (!failure.resource_name.empty()) error.members["resourceName"] = failure.resource_name;
  return rpc::with_headers(error_reply(error, script::answer_time(latency, random)),
                           failure.headers);
}

aws::Error throttling_error(quota::Limit refused_by) {
  switch (refused_by) {
    case quota::Limit::kTokens:
      return errors::too_many_tokens();
    case quota::Limit::kDailyTokens:
      return errors::too_many_tokens_per_day();
    case quota::Limit::kConcurrent:
      return errors::too_many_connections();
    case quota::Limit::kRequests:
      break;
  }
  return errors::too_many_requests();
}

rpc::Reply throttled_reply(const quota::Decision& decision) {
  rpc::Reply reply = error_reply(throttling_error(*decision.refused_by));
  reply.note.input_tokens = decision.journal["input_tokens"];
  reply.note.quota = decision.journal;
  return reply;
}

}  // namespace bedlam::bedrock
