// A Bedrock Runtime whose replies a test writes by hand, and a client in front of it: the harness's
// client is judged without the emulator's own answers.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "emulator/aws/event_stream.h"
#include "emulator/base/base64.h"
#include "emulator/rpc/dispatcher.h"
#include "emulator/rpc/service.h"
#include "harness/client/client.h"
#include "harness/retry/catalog.h"

namespace bedlam::harness {

class FakeModel final : public rpc::Service {
 public:
  std::string_view name() const override { return "bedrock-runtime"; }
  std::optional<rpc::Call> recognise(const aws::HttpRequest& request) const override {
    requests.push_back(request);
    rpc::Call call;
    call.service = name();
    call.operation = "Converse";
    call.headers = request.headers;
    call.body = request.body;
    return call;
  }
  // The next reply; the last one repeats. None at all: no answer ever.
  void handle(const rpc::Call& /*call*/, rpc::ReplyTo reply_to) override {
    if (replies.empty()) return;
    rpc::Reply reply = replies.front();
    if (replies.size() > 1) replies.pop_front();
    reply_to(std::move(reply));
  }

  std::deque<rpc::Reply> replies;
  mutable std::vector<aws::HttpRequest> requests;
};

// An error as Bedrock answers it (facts: bedrock-runtime.md section 3).
inline rpc::Reply error_reply(int status, const std::string& name, Duration due = {}) {
  return rpc::plain_reply(
      status,
      {{"Content-Type", "application/json"},
       {"x-amzn-ErrorType", name + ":http://internal.amazon.com/coral/com.amazon.bedrock/"}},
      R"({"message":"said the model"})", due);
}

// Recorded (facts: bedrock-runtime.md section 1.4).
inline rpc::Reply converse_reply(Duration due = {}) {
  return rpc::plain_reply(
      200, {{"Content-Type", "application/json"}},
      R"({"metrics":{"latencyMs":608},"output":{"message":{"content":[{"text":"Hi, how can I help you"}],"role":"assistant"}},"stopReason":"max_tokens","usage":{"inputTokens":8,"outputTokens":10,"totalTokens":18}})",
      due);
}

// A stream in the making: each frame `every` after the one before.
class StreamReply {
 public:
  explicit StreamReply(Duration first = {}, Duration every = {}) : due_(first), every_(every) {
    reply_.steps.push_back(
        {due_, rpc::Head{200, {{"Content-Type", "application/vnd.amazon.eventstream"}}}});
  }
  StreamReply& bytes(std::string data) {
    reply_.steps.push_back({due_, rpc::Bytes{std::move(data), std::nullopt}});
    due_ += every_;
    return *this;
  }
  StreamReply& event(std::string_view type, std::string_view json) {
    return bytes(aws::encode_event(type, json));
  }
  StreamReply& chunk(const std::string& json) {
    return event("chunk", R"({"bytes":")" + base64_encode(json) + R"(","p":"abc"})");
  }
  StreamReply& text(const std::string& text) {
    return event("contentBlockDelta",
                 R"({"contentBlockIndex":0,"delta":{"text":")" + text + R"("},"p":"abc"})");
  }
  StreamReply& converse_end() {
    return event("messageStop", R"({"p":"a","stopReason":"end_turn"})")
        .event(
            "metadata",
            R"({"metrics":{"latencyMs":605},"p":"abcd","usage":{"inputTokens":8,"outputTokens":10,"totalTokens":18}})");
  }
  StreamReply& then(rpc::Action action, Duration after = {}) {
    reply_.steps.push_back({due_ + after, std::move(action)});
    return *this;
  }
  rpc::Reply done() { return reply_; }

 private:
  rpc::Reply reply_;
  Duration due_, every_;
};

// A virtual clock, a fake model and one client.
struct ClientRig {
  explicit ClientRig(std::string_view mode = "standard", std::uint64_t seed = 1)
      : client(scheduler, dispatcher, *find_retry_policy(mode), Random(seed)) {
    step.operation = "Converse";
    step.model = "anthropic.claude-3-haiku-20240307-v1:0";
    step.prompt = "Hi";
    step.client.retries = mode;
    dispatcher.add(model);
  }

  CallResult call() {
    std::optional<CallResult> result;
    client.call(step, [&](CallResult given) { result = std::move(given); });
    scheduler.run([&] { return result.has_value(); });
    return result.value();
  }

  Scheduler scheduler{WallTime(std::chrono::seconds(1'728'000'000))};
  rpc::Journal journal;
  rpc::Dispatcher dispatcher{scheduler, journal};
  FakeModel model;
  Client client;
  scenario::CallStep step;
};

}  // namespace bedlam::harness
