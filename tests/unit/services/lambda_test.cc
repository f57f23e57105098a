// Functions of a scenario, as their callers see them. Payloads were recorded from AWS Lambda.
#include "emulator/services/lambda.h"

#include <gmock/gmock.h>

namespace bedlam::services {
namespace {

using namespace std::chrono_literals;

struct Heard {
  int status = 0;
  aws::Headers headers;
  std::string body;
  Duration due{};
};

script::Function function(std::string name, script::Outcome outcome) {
  script::Function function;
  function.behaviour = {std::move(name), {}, {{"test:1", {}, {std::move(outcome)}}}};
  return function;
}

script::Outcome returns(script::Answer answer, std::optional<Duration> takes = {}) {
  script::Outcome outcome;
  outcome.result = std::move(answer);
  if (takes) outcome.latency = script::Latency{script::Constant{*takes}, {}, {}};
  return outcome;
}

template <typename Content>
script::Answer formed(Content content, script::Answer::Form form) {
  script::Answer answer;
  answer.content = std::move(content);
  answer.form = form;
  return answer;
}

class LambdaTest : public testing::Test {
 protected:
  Heard invoke(const std::string& name, const std::string& event,
               const aws::Headers& headers = {}) {
    rpc::Call call;
    call.service = "lambda";
    call.operation = "Invoke";
    call.resource = name;
    call.headers = headers;
    call.body = event;
    Heard heard;
    lambda.handle(call, [&heard](const rpc::Reply& reply) {
      for (const rpc::Step& step : reply.steps) {
        if (const auto* head = std::get_if<rpc::Head>(&step.action)) {
          heard.status = head->status;
          heard.headers = head->headers;
          heard.due = step.due;
        }
        if (const auto* bytes = std::get_if<rpc::Bytes>(&step.action)) heard.body += bytes->data;
      }
    });
    return heard;
  }

  Scheduler scheduler{WallTime{}};
  Lambda lambda{scheduler, 1, "123456789012"};
};

TEST_F(LambdaTest, PythonWritesJsonWithSpacesAndNodeWithout) {
  const script::Answer echo = formed(std::string("$"), script::Answer::Form::kEcho);
  script::Function node = function("node", returns(echo));
  node.runtime = "nodejs22.x";
  lambda.use({function("python", returns(echo)), node});
  // Recorded: {"body": "string body"} has a Content-Length of 23.
  EXPECT_EQ(invoke("python", R"({"body":"string body"})").headers.get("content-length"), "23");
  EXPECT_EQ(invoke("python", R"({"a":[1,null]})").body, R"({"a": [1, null]})");
  EXPECT_EQ(invoke("node", R"({"a":[1,null]})").body, R"({"a":[1,null]})");
}

TEST_F(LambdaTest, ParallelCallsMayArriveInAnyOrder) {
  const auto wide = [&] {
    script::Function slow =
        function("slow", returns(formed(std::string("$"), script::Answer::Form::kEcho)));
    slow.behaviour.latency = script::Latency{script::Uniform{100ms, 900ms}, {}, {}};
    lambda.reset();
    lambda.use({std::move(slow)});
  };
  wide();
  const Duration advert = invoke("slow", "1").due, tagline = invoke("slow", "2").due;
  EXPECT_NE(advert, tagline);
  EXPECT_NE(invoke("slow", "1").due, advert) << "each call draws anew";
  wide();
  invoke("not-there", "1");
  EXPECT_EQ(invoke("slow", "2").due, tagline);
  EXPECT_EQ(invoke("slow", "1").due, advert);
}

TEST_F(LambdaTest, TemplatesAndFormatsLookIntoTheEvent) {
  const Json form{{"id.$", "$.order.id"}, {"ok", true}};
  lambda.use(
      {function("template", returns(formed(script::Body{form}, script::Answer::Form::kTemplate))),
       function("format", returns(formed(std::string("input-event-{event} {$.order.id}"),
                                         script::Answer::Form::kFormat)))});
  const std::string event = R"({"order":{"id":7,"paid":true}})";
  EXPECT_EQ(invoke("template", event).body, R"({"id": 7, "ok": true})");
  EXPECT_EQ(invoke("format", event).body, R"("input-event-{'order': {'id': 7, 'paid': True}} 7")");
}

TEST_F(LambdaTest, AnExceptionIsAnAnswerWithFunctionError) {
  script::Outcome raises;
  raises.result = script::Error{"Exception", "Some exception was raised.", 0,
                                Json::array({"  File \"/var/task/handler.py\", line 2\n"})};
  lambda.use({function("broken", raises)});
  const Heard heard = invoke("arn:aws:lambda:us-east-1:123456789012:function:broken:live", "{}");
  EXPECT_EQ(heard.status, 200);
  EXPECT_EQ(heard.headers.get("x-amz-function-error"), "Unhandled");
  EXPECT_EQ(heard.headers.get("x-amz-executed-version"), "live");
  const Json payload = Json::parse(heard.body);
  EXPECT_EQ(payload["errorType"], "Exception");
  EXPECT_EQ(payload["errorMessage"], "Some exception was raised.");
  EXPECT_EQ(payload["requestId"], heard.headers.get("x-amzn-requestid"));
  EXPECT_EQ(payload["stackTrace"].size(), 1U);
}

// Recorded in November 2025.
TEST_F(LambdaTest, TheTimeLimitEndsIt) {
  script::Function slow =
      function("slow", returns({std::string("done"), ""}, Duration(std::chrono::seconds(20))));
  slow.timeout = 1s;
  lambda.use({slow});
  const Heard heard = invoke("slow", "{}");
  EXPECT_EQ(heard.due, 1s);
  EXPECT_EQ(Json::parse(heard.body)["errorType"], "Sandbox.Timedout");
  EXPECT_THAT(Json::parse(heard.body)["errorMessage"].get<std::string>(),
              testing::EndsWith(" Error: Task timed out after 1.00 seconds"));
}

TEST_F(LambdaTest, WhatLambdaRefuses) {
  script::Outcome throttled;
  throttled.result = script::Error{"TooManyRequestsException", ""};
  lambda.use({function("busy", throttled)});
  EXPECT_EQ(invoke("busy", "{}").status, 429);
  EXPECT_EQ(invoke("busy", "{}").headers.get("x-amzn-errortype"), "TooManyRequestsException");
  EXPECT_EQ(invoke("busy", "{").headers.get("x-amzn-errortype"), "InvalidRequestContentException");
  const Heard nobody = invoke("nobody", "{}");
  EXPECT_EQ(nobody.status, 404);
  EXPECT_EQ(Json::parse(nobody.body)["Message"],
            "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody:$LATEST");
}

TEST_F(LambdaTest, AnEventInvocationIsOnlyTaken) {
  lambda.use({function("f", returns({std::string("done"), ""}))});
  const Heard heard = invoke("f", "{}", {{"X-Amz-Invocation-Type", "Event"}});
  EXPECT_EQ(heard.status, 202);
  EXPECT_EQ(heard.body, "");
}

TEST_F(LambdaTest, SdksReachItByItsPath) {
  const auto call = lambda.recognise(
      {"POST", "/2015-03-31/functions/parser/invocations?Qualifier=live", {}, "{}"});
  ASSERT_TRUE(call.has_value());
  EXPECT_EQ(call->operation, "Invoke");
  EXPECT_EQ(call->resource, "parser:live");
  EXPECT_FALSE(lambda.recognise({"GET", "/2015-03-31/functions", {}, ""}).has_value());
}

}  // namespace
}  // namespace bedlam::services
