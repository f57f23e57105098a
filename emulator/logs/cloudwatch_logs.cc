#include "emulator/logs/cloudwatch_logs.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "emulator/logs/errors.h"
#include "emulator/logs/operations.h"
#include "emulator/rpc/json_protocol.h"

namespace bedlam::logs {
namespace {

constexpr std::string_view kTarget = "Logs_20140328.";

rpc::Reply answer_reply(const Json& answer, std::string request_id) {
  rpc::Reply reply = rpc::plain_reply(
      200,
      {{"x-amzn-RequestId", std::move(request_id)}, {"Content-Type", "application/x-amz-json-1.1"}},
      bedlam::to_text(answer));
  reply.note.outcome = "answer";
  return reply;
}

}  // namespace

CloudWatchLogs::CloudWatchLogs(Scheduler& scheduler, std::string account, std::uint64_t seed)
    : scheduler_(scheduler), random_(Random(seed).derive("logs")), store_(std::move(account)) {}

std::optional<rpc::Call> CloudWatchLogs::recognise(const aws::HttpRequest& request) const {
  return rpc::json_call(request, kTarget, name());
}

void CloudWatchLogs::handle(const rpc::Call& call, rpc::ReplyTo reply_to) {
  std::string id = next_request_id();
  const auto all = operations();
  const auto operation = std::find_if(
      all.begin(), all.end(), [&](const Operation& other) { return other.name == call.operation; });
  if (operation == all.end()) {
    return reply_to(errors::to_reply(errors::unknown_operation(), std::move(id)));
  }
  const auto body = parse_json(call.body.empty() ? "{}" : call.body);
  if (!body || !body->is_object()) {
    return reply_to(errors::to_reply(errors::malformed_body(), std::move(id)));
  }
  const Answer answer = operation->answer(store_, {*body, call.caller.region, now()});
  reply_to(answer ? answer_reply(*answer, id) : errors::to_reply(answer.error(), id));
}

rpc::Reply CloudWatchLogs::refuse(const aws::Error& error) {
  aws::Error turned_away = error;
  turned_away.http_status = 400;
  return errors::to_reply(turned_away, next_request_id());
}

void CloudWatchLogs::write(std::string_view group_arn, const std::string& stream,
                           std::string message) {
  LogGroup* const group = store_.find_by_arn(group_arn);
  if (group == nullptr) return;
  group->stream(stream, now()).add({now(), now(), std::move(message)});
}

std::string CloudWatchLogs::next_request_id() {
  return random_.derive("request", ++requests_).uuid();
}

std::int64_t CloudWatchLogs::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(scheduler_.wall_now())
      .time_since_epoch()
      .count();
}

}  // namespace bedlam::logs
