#include "emulator/rpc/reply.h"

#include <utility>

namespace bedlam::rpc {

bool ends_reply(const Action& action) {
  return !std::holds_alternative<Head>(action) && !std::holds_alternative<Bytes>(action) &&
         !std::holds_alternative<Garbage>(action) && !std::holds_alternative<Endless>(action);
}

namespace {

class DelayedSteps final : public StepSource {
 public:
  DelayedSteps(std::shared_ptr<StepSource> steps, Duration by)
      : steps_(std::move(steps)), by_(by) {}

  std::optional<Step> next() override {
    std::optional<Step> step = steps_->next();
    if (step) step->due += by_;
    return step;
  }
  Duration last_due() const override { return steps_->last_due() + by_; }

 private:
  std::shared_ptr<StepSource> steps_;
  Duration by_;
};

}  // namespace

bool lasts_until_left(const Reply& reply) {
  if (reply.rest || reply.steps.empty()) return false;
  const Action& last = reply.steps.back().action;
  return std::holds_alternative<Stall>(last) || std::holds_alternative<Endless>(last);
}

Duration last_due(const Reply& reply) {
  if (reply.rest) return reply.rest->last_due();
  return reply.steps.empty() ? Duration{} : reply.steps.back().due;
}

void delay(Reply& reply, Duration by) {
  if (by <= Duration{}) return;
  for (Step& step : reply.steps) step.due += by;
  if (reply.rest) reply.rest = std::make_shared<DelayedSteps>(std::move(reply.rest), by);
}

void complete(Reply& reply) {
  const std::shared_ptr<StepSource> rest = std::exchange(reply.rest, nullptr);
  if (!rest) return;
  while (std::optional<Step> step = rest->next()) reply.steps.push_back(*std::move(step));
}

Reply plain_reply(int status, aws::Headers headers, std::string body, Duration due) {
  headers.add("Content-Length", std::to_string(body.size()));
  Reply reply;
  reply.steps.reserve(3);
  reply.steps.push_back({due, Head{status, std::move(headers)}});
  if (!body.empty()) reply.steps.push_back({due, Bytes{std::move(body), std::nullopt}});
  reply.steps.push_back({due, End{}});
  return reply;
}

Reply with_headers(Reply reply, const std::map<std::string, std::string>& headers) {
  for (Step& step : reply.steps) {
    auto* head = std::get_if<Head>(&step.action);
    if (head == nullptr) continue;
    for (const auto& [name, value] : headers) head->headers.add(name, value);
  }
  return reply;
}

Reply unknown_operation() {
  Reply reply = plain_reply(
      404,
      {{"Content-Type", "application/json"}, {"x-amzn-ErrorType", "UnknownOperationException"}},
      R"({"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"})");
  reply.note.outcome = "UnknownOperationException";
  return reply;
}

}  // namespace bedlam::rpc
