// The Step Functions API without a socket: calls go in as text, answers come out as JSON.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "emulator/rpc/dispatcher.h"
#include "emulator/states/api/step_functions.h"

namespace bedlam::states {

inline constexpr std::string_view kPass =
    R"({"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"Arg1":"argument1"},"End":true}}})";
inline constexpr std::string_view kWaitMinute =
    R"({"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":60,"End":true}}})";
inline constexpr std::string_view kRole = "arn:aws:iam::111111111111:role/r";
inline constexpr std::string_view kArnPrefix = "arn:aws:states:eu-west-1:111111111111:";

struct Reply {
  int status = 0;  // 0: not answered yet
  aws::Headers headers;
  Json body;

  std::string error() const {
    const std::string type = body.value("__type", "");
    return type.substr(type.find('#') + 1) + ": " + body.value("message", "");
  }
};

// Log groups of any name but those with "missing" in it.
struct KeptLogs final : LogDestinations {
  bool exists(std::string_view log_group_arn) override {
    return log_group_arn.find("missing") == std::string_view::npos;
  }
  void write(std::string_view log_group_arn, const std::string& stream,
             std::string message) override {
    group = log_group_arn;
    streams.push_back(stream);
    events.push_back(Json::parse(message));
  }

  std::string group;  // of the last event
  std::vector<std::string> streams;
  std::vector<Json> events;
};

class ApiTest : public testing::Test {
 protected:
  // Its answer may come later, as time passes.
  std::shared_ptr<Reply> send(std::string operation, std::string body) {
    auto answer = std::make_shared<Reply>();
    aws::HttpRequest request{
        "POST", "/", {{"X-Amz-Target", "AWSStepFunctions." + operation}}, std::move(body)};
    std::optional<rpc::Call> call = rpc::call_of(service, std::move(request));
    EXPECT_TRUE(call.has_value());
    call->caller.region = "eu-west-1";
    service.handle(*call, [answer](rpc::Reply reply) {
      for (const rpc::Step& step : reply.steps) {
        if (const auto* head = std::get_if<rpc::Head>(&step.action)) {
          answer->status = head->status;
          answer->headers = head->headers;
        }
        if (const auto* bytes = std::get_if<rpc::Bytes>(&step.action)) {
          answer->body = Json::parse(bytes->data);
        }
      }
    });
    return answer;
  }
  Reply call(std::string operation, const Json& body) {
    return *send(std::move(operation), body.dump());
  }

  static Json creation(std::string_view name, std::string_view definition = kPass) {
    return {{"name", name}, {"definition", definition}, {"roleArn", kRole}};
  }
  std::string create(std::string_view name, std::string_view definition = kPass,
                     std::string_view type = "STANDARD") {
    Json body = creation(name, definition);
    body["type"] = type;
    return call("CreateStateMachine", body).body.at("stateMachineArn");
  }
  std::string start(const std::string& machine, const Json& more = Json::object()) {
    Json body = {{"stateMachineArn", machine}};
    body.update(more);
    return call("StartExecution", body).body.at("executionArn");
  }
  Json describe(const std::string& execution) {
    return call("DescribeExecution", {{"executionArn", execution}}).body;
  }

  static constexpr WallTime kEpoch{std::chrono::seconds(1'728'000'000)};
  Scheduler scheduler{kEpoch};
  rpc::Journal journal;
  rpc::Dispatcher dispatcher{scheduler, journal};
  KeptLogs logs;
  StepFunctions service{
      scheduler,
      dispatcher,
      {.account = "111111111111", .region = "us-east-1", .seed = 7, .logs = &logs}};
};

}  // namespace bedlam::states
