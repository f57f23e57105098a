// A stage for executions: a virtual clock, a dispatcher, and a Bedrock that answers what a test
// says.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "emulator/rpc/dispatcher.h"
#include "emulator/states/machine/execution.h"

namespace bedlam::states {

using namespace std::chrono_literals;

inline rpc::Reply answer(const std::string& body, Duration due = {}) {
  return rpc::plain_reply(
      200, {{"content-type", "application/json"}, {"x-amzn-RequestId", "request-1"}}, body, due);
}

inline rpc::Reply error(int status, const std::string& name, const std::string& message,
                        Duration due = {}) {
  return rpc::plain_reply(status, {{"x-amzn-ErrorType", name}, {"x-amzn-RequestId", "request-1"}},
                          to_text(Json{{"message", message}}), due);
}

inline rpc::Reply throttled(Duration due = {}) {
  return error(429, "ThrottlingException", "Too many requests, please wait before trying again.",
               due);
}

// Replies by model id, one a call; the last repeats. A model without any answers `{}` at once.
class FakeBedrock final : public rpc::Service {
 public:
  explicit FakeBedrock(Scheduler& scheduler) : scheduler_(scheduler) {}

  std::string_view name() const override { return "bedrock-runtime"; }
  std::optional<rpc::Call> recognise(const aws::HttpRequest& /*request*/) const override {
    return std::nullopt;
  }
  void handle(const rpc::Call& call, rpc::ReplyTo reply_to) override {
    calls.emplace_back(scheduler_.now().time_since_epoch(), call);
    std::deque<rpc::Reply>& script = replies[call.resource];
    if (script.empty()) return reply_to(answer("{}"));
    rpc::Reply reply = script.front();
    if (script.size() > 1) script.pop_front();
    reply_to(std::move(reply));
  }

  std::map<std::string, std::deque<rpc::Reply>> replies;
  std::vector<std::pair<Duration, rpc::Call>> calls;

  std::vector<Duration> call_times() const {
    std::vector<Duration> times;
    for (const auto& [at, call] : calls) times.push_back(at);
    return times;
  }

 private:
  Scheduler& scheduler_;
};

class Stage : public ::testing::Test {
 protected:
  Stage() { dispatcher.add(bedrock); }

  static std::shared_ptr<const Definition> define(const std::string& text,
                                                  const std::string& type = "STANDARD") {
    auto definition = Definition::parse(text, type);
    if (definition) return *definition;
    for (const Finding& finding : definition.error()) {
      ADD_FAILURE() << finding.code << ": " << finding.message << " at " << finding.location;
    }
    return nullptr;
  }

  // Starts it; nothing that takes time has happened yet.
  std::shared_ptr<Execution> start(const std::string& definition, const std::string& input = "{}",
                                   const std::string& type = "STANDARD", std::uint64_t seed = 1) {
    auto execution = std::make_shared<Execution>(
        define(definition, type),
        Execution::Identity{"arn:aws:states:us-east-1:123456789012:execution:advert:run-1", "run-1",
                            "arn:aws:iam::123456789012:role/states",
                            "arn:aws:states:us-east-1:123456789012:stateMachine:advert", "advert",
                            "us-east-1"},
        parse_json(input).value(), Execution::Surroundings{scheduler, dispatcher, Random(seed)},
        input);
    execution->start([this] { ++finished; });
    return execution;
  }

  // Starts it and lets time pass until nothing is left to do.
  std::shared_ptr<Execution> run(const std::string& definition, const std::string& input = "{}",
                                 const std::string& type = "STANDARD", std::uint64_t seed = 1) {
    auto execution = start(definition, input, type, seed);
    scheduler.run();
    EXPECT_EQ(finished, 1);
    finished = 0;
    return execution;
  }

  std::vector<Json> events(const Execution& execution) const {
    std::vector<Json> all;
    for (std::size_t i = 0; i < execution.history().size(); ++i) {
      all.push_back(execution.history().event(i, scheduler));
    }
    return all;
  }

  // "4 3 MapStateEntered": id, previousEventId, type. The form of the tables below.
  std::vector<std::string> chain(const Execution& execution) const {
    std::vector<std::string> lines;
    for (const Json& event : events(execution)) {
      lines.push_back(to_text(event["id"]) + " " + to_text(event["previousEventId"]) + " " +
                      event["type"].get<std::string>());
    }
    return lines;
  }

  // The details of the first event of a type.
  Json details(const Execution& execution, const std::string& type) const {
    for (const Json& event : events(execution)) {
      if (event["type"] != type) continue;
      for (const auto& member : event.items()) {
        if (member.key().find("EventDetails") != std::string::npos) return member.value();
      }
    }
    return nullptr;
  }

  static std::string output(const Execution& execution) {
    return execution.output() == nullptr ? "" : to_text(*execution.output());
  }

  static Duration took(const Execution& execution) {
    return execution.stopped().value() - execution.started();
  }

  Scheduler scheduler{WallTime{std::chrono::seconds(1'728'000'000)}};
  rpc::Journal journal;
  rpc::Dispatcher dispatcher{scheduler, journal};
  FakeBedrock bedrock{scheduler};
  int finished = 0;
};

// A Task that invokes `model`, with further members of the state behind it.
inline std::string task(const std::string& model, const std::string& members) {
  return R"({"Type": "Task", "Resource": "arn:aws:states:::bedrock:invokeModel",
             "Parameters": {"ModelId": ")" +
         model + R"(", "Body": {"prompt": "Hi"}}, )" + members + "}";
}

// A machine of that one state, named Ask.
inline std::string machine_of(const std::string& state) {
  return R"({"StartAt": "Ask", "States": {"Ask": )" + state + "}}";
}

}  // namespace bedlam::states
