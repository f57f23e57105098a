// SageMaker Runtime. Paths, headers and shapes: service model sagemaker-runtime 2017-05-13;
// sentences of ModelError: amazon-sagemaker-examples 833 and 1881.
#include "emulator/sagemaker/sagemaker_runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/aws/event_stream.h"

namespace bedlam::sagemaker {
namespace {

using namespace std::chrono_literals;

struct Received {
  int status = 0;
  aws::Headers headers;
  std::string body;
  Duration last{};
  std::vector<Duration> frames;
  Json json() const { return Json::parse(body); }
};

class Endpoints : public testing::Test {
 protected:
  Endpoints() {
    runtime.put_with([this](const rpc::StoredObject& object) {
      stored.push_back(object);
      return std::string();
    });
  }

  Received call(const std::string& operation, aws::Headers headers = {},
                const std::string& body = R"({"inputs":"Write a tagline"})",
                const std::string& endpoint = "llm-1") {
    rpc::Call request{"runtime.sagemaker", operation, endpoint, {}, std::move(headers), body};
    std::optional<rpc::Reply> reply;
    runtime.handle(request, [&](rpc::Reply given) { reply = std::move(given); });
    Received received;
    for (const rpc::Step& step : reply.value().steps) {
      received.last = step.due;
      if (const auto* head = std::get_if<rpc::Head>(&step.action)) {
        received.status = head->status;
        received.headers = head->headers;
      }
      const auto* bytes = std::get_if<rpc::Bytes>(&step.action);
      if (bytes == nullptr) continue;
      received.body += bytes->data;
      if (bytes->frame) received.frames.push_back(step.due);
    }
    return received;
  }
  void script(std::vector<script::Outcome> outcomes, script::When when = {}) {
    script::Endpoint endpoint;
    endpoint.behaviour = {"llm-*", {}, {{"test:1", std::move(when), std::move(outcomes)}}};
    endpoint.output = "s3://results/out/";
    endpoint.failure_output = "s3://results/failed";
    runtime.use({endpoint});
  }
  static script::Outcome says(const std::string& text,
                              std::optional<script::Latency> latency = {}) {
    return {script::Answer{text, ""}, std::move(latency), {}};
  }

  Scheduler scheduler{WallTime{std::chrono::seconds(1'728'000'000)}};
  SageMakerRuntime runtime{scheduler, 7, "123456789012"};
  std::vector<rpc::StoredObject> stored;
};

TEST_F(Endpoints, AnswersWhatTheContainerSays) {
  script({says(R"([{"generated_text":"Room for everyone."}])")});
  const Received answer = call("InvokeEndpoint", {{"X-Amzn-SageMaker-Target-Variant", "blue"},
                                                  {"X-Amzn-SageMaker-Custom-Attributes", "trace=1"},
                                                  {"X-Amzn-SageMaker-Session-Id", "NEW_SESSION"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"([{"generated_text":"Room for everyone."}])");
  EXPECT_EQ(answer.headers.get("Content-Type"), "application/json");
  EXPECT_EQ(answer.headers.get("x-Amzn-Invoked-Production-Variant"), "blue");
  EXPECT_EQ(answer.headers.get("X-Amzn-SageMaker-Custom-Attributes"), "trace=1");
  EXPECT_THAT(std::string(answer.headers.get("X-Amzn-SageMaker-New-Session-Id")),
              testing::MatchesRegex("[a-f0-9-]{36}; Expires=2024-10-04T00:20:00Z"));
  EXPECT_EQ(call("InvokeEndpoint", {{"Accept", "text/csv"}}).headers.get("Content-Type"),
            "text/csv");
}

TEST_F(Endpoints, ParallelCallsMayArriveInAnyOrder) {
  const auto takes = [&](const std::string& body) { return call("InvokeEndpoint", {}, body).last; };
  const auto wide = [&] {
    runtime.reset();
    script({says("Yes.", script::Latency{script::Uniform{100ms, 900ms}, {}, {}})});
  };
  wide();
  const Duration advert = takes("advert"), tagline = takes("tagline"), again = takes("advert");
  EXPECT_NE(advert, tagline);
  EXPECT_NE(advert, again) << "each call draws anew";
  wide();
  EXPECT_EQ(takes("tagline"), tagline);
  call("InvokeEndpointWithResponseStream", {}, "advert");
  call("InvokeEndpoint", {}, "advert", "llm-2");
  EXPECT_EQ(takes("advert"), advert);
  EXPECT_EQ(takes("advert"), again);
}

// An asynchronous call has no body: its input is what stands in S3.
TEST_F(Endpoints, AsynchronousCallsDrawByTheirInput) {
  const auto inference = [&](const std::string& input) {
    return call("InvokeEndpointAsync", {{"X-Amzn-SageMaker-InputLocation", input}}, "")
        .json()["InferenceId"];
  };
  const Json advert = inference("s3://in/advert"), tagline = inference("s3://in/tagline");
  runtime.reset();
  EXPECT_EQ(inference("s3://in/tagline"), tagline);
  EXPECT_EQ(inference("s3://in/advert"), advert);
}

TEST_F(Endpoints, ARampCountsTheCallsOfAnEndpointInFlight) {
  script({says("Yes.", script::Latency{script::Ramp{1s, 4s, 4}, {}, {}})});
  const auto takes = [&](const std::string& endpoint = "llm-1") {
    return call("InvokeEndpoint", {}, "{}", endpoint).last;
  };
  EXPECT_EQ(takes(), 1s);
  EXPECT_EQ(takes(), 2s);
  EXPECT_EQ(takes("llm-2"), 1s) << "another endpoint";
  call("InvokeEndpointAsync", {{"X-Amzn-SageMaker-InputLocation", "s3://in/advert"}}, "");
  EXPECT_EQ(takes(), 4s) << "beside two others and a job of 3 s";
  scheduler.advance_to(Instant(3s));  // only that one is left
  EXPECT_EQ(takes(), 2s);
  runtime.reset();
  script({says("Yes.", script::Latency{script::Ramp{1s, 4s, 4}, {}, {}})});
  EXPECT_EQ(takes(), 1s);
}

TEST_F(Endpoints, RulesSeeThePrompt) {
  script::When when;
  when.prompt = "*tagline*";
  script({says("Yes.")}, when);
  EXPECT_EQ(call("InvokeEndpoint").body, "Yes.");
  EXPECT_EQ(
      call("InvokeEndpoint", {}, R"({"messages":[{"role":"user","content":"A tagline"}]})").body,
      "Yes.");
  EXPECT_NE(call("InvokeEndpoint", {}, R"({"inputs":"Something"})").body, "Yes.");
}

TEST_F(Endpoints, StreamsPayloadParts) {
  script({says("Room for everyone.",
               script::Latency{{}, script::Constant{1s}, script::Constant{100ms}})});
  const Received answer = call("InvokeEndpointWithResponseStream");
  EXPECT_EQ(answer.headers.get("X-Amzn-SageMaker-Content-Type"), "text/plain; charset=utf-8");
  EXPECT_THAT(answer.frames, testing::ElementsAre(1s, 1100ms, 1200ms));
  aws::EventStreamDecoder decoder;
  decoder.feed(answer.body);
  std::string text;
  for (auto message = decoder.next(); message.ok() && message->has_value();
       message = decoder.next()) {
    EXPECT_EQ((*message)->text(":event-type"), "PayloadPart");
    EXPECT_EQ((*message)->text(":content-type"), "application/octet-stream");
    text += (*message)->payload;
  }
  EXPECT_EQ(text, "Room for everyone.");
}

// The union of the service model: PayloadPart, ModelStreamError (Message, ErrorCode) and
// InternalStreamFailure (Message).
TEST_F(Endpoints, ExceptionsOfTheStreamAreNamedAsItsUnionNamesThem) {
  const std::string cut = "An error occurred while streaming the response body.";
  const std::string failed =
      "The stream processing failed because of an unknown error, exception or failure. Try your "
      "request again.";
  const std::vector<std::tuple<Json, std::string, Json>> faults{
      {"ModelStreamError", "ModelStreamError", {{"Message", cut}}},
      {"modelStreamError", "ModelStreamError", {{"Message", cut}}},
      {"InternalStreamFailure", "InternalStreamFailure", {{"Message", failed}}},
      {Json{{"name", "ModelStreamError"}, {"message", "m"}, {"ErrorCode", "StreamBroken"}},
       "ModelStreamError",
       {{"Message", "m"}, {"ErrorCode", "StreamBroken"}}},
      {"modelTimeoutException", "modelTimeoutException", {{"Message", ""}}}};
  for (const auto& [argument, type, payload] : faults) {
    script::Outcome outcome = says("One two three");
    outcome.fault =
        fault::Fault{{fault::AfterTokens{2}, {}}, fault::find_kind("exception"), argument};
    script({outcome});
    aws::EventStreamDecoder decoder;
    decoder.feed(call("InvokeEndpointWithResponseStream").body);
    aws::EventStreamMessage last;
    for (auto message = decoder.next(); message.ok() && message->has_value();
         message = decoder.next()) {
      last = **message;
    }
    EXPECT_EQ(last.text(":message-type"), "exception");
    EXPECT_EQ(last.text(":exception-type"), type);
    EXPECT_EQ(Json::parse(last.payload), payload);
  }
}

TEST_F(Endpoints, ModelErrors) {
  script({{script::Error{"ModelError", "unable to evaluate payload provided", 400}, {}, {}},
          {script::Error{"ModelError", "", 0}, {}, {}},
          {script::Error{"ModelNotReadyException", "", 0}, {}, {}}});
  const Received client = call("InvokeEndpoint");
  EXPECT_EQ(client.status, 424);
  EXPECT_EQ(client.headers.get("x-amzn-ErrorType"), "ModelError");
  EXPECT_EQ(client.json()["OriginalStatusCode"], 400);
  EXPECT_EQ(client.json()["OriginalMessage"], "unable to evaluate payload provided");
  EXPECT_EQ(client.json()["Message"],
            "Received client error (400) from primary with message \"unable to evaluate payload "
            "provided\". See https://us-east-1.console.aws.amazon.com/cloudwatch/home?region="
            "us-east-1#logEventViewer:group=/aws/sagemaker/Endpoints/llm-1 in account "
            "123456789012 for more information.");
  EXPECT_THAT(std::string(call("InvokeEndpoint").json()["Message"]),
              testing::StartsWith("Received server error (500) from primary with message \"\""));
  EXPECT_EQ(call("InvokeEndpoint").status, 429);
}

TEST_F(Endpoints, AContainerHasSixtySeconds) {
  script({says("Late.", script::Latency{script::Constant{61s}, {}, {}})});
  const Received late = call("InvokeEndpoint");
  EXPECT_EQ(late.status, 424);
  EXPECT_EQ(late.last, 60s);
  EXPECT_THAT(std::string(late.json()["Message"]), testing::HasSubstr("Your invocation timed out"));
}

TEST_F(Endpoints, AsynchronousResults) {
  script({says("Done.", script::Latency{script::Constant{30s}, {}, {}}),
          {script::Error{"ModelError", "no", 500}, {}, {}}});
  EXPECT_EQ(call("InvokeEndpointAsync").json()["Message"],
            "1 validation error detected: Value null at 'inputLocation' failed to satisfy "
            "constraint: Member must not be null");
  const aws::Headers input{{"X-Amzn-SageMaker-InputLocation", "s3://in/put.json"},
                           {"X-Amzn-SageMaker-Inference-Id", "mine"}};
  const Received started = call("InvokeEndpointAsync", input, "");
  EXPECT_EQ(started.status, 202);
  EXPECT_EQ(started.json(), Json::parse(R"({"InferenceId":"mine"})"));
  const std::string output(started.headers.get("X-Amzn-SageMaker-OutputLocation"));
  EXPECT_THAT(output, testing::MatchesRegex("s3://results/out/[a-f0-9-]{36}\\.out"));
  scheduler.advance_to(scheduler.now() + 29s);
  EXPECT_TRUE(stored.empty());
  scheduler.advance_to(scheduler.now() + 1s);
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_EQ("s3://" + stored[0].bucket + "/" + stored[0].key, output);
  EXPECT_EQ(stored[0].body, "Done.");
  const Received failing = call("InvokeEndpointAsync", input, "");
  scheduler.run();
  EXPECT_EQ("s3://" + stored.back().bucket + "/" + stored.back().key,
            failing.headers.get("X-Amzn-SageMaker-FailureLocation"));
}

// On AWS the input is read when its turn comes, so the call itself succeeds.
TEST_F(Endpoints, AsynchronousInputs) {
  runtime.get_with([](const rpc::S3Location& from, const std::string& region, const std::string&) {
    EXPECT_EQ(region, "us-east-1");
    if (from.bucket != "in") return rpc::FetchedObject{"", "The specified bucket does not exist"};
    return rpc::FetchedObject{R"({"inputs":"Hi from )" + from.key + "\"}", ""};
  });
  script({says("Done.")});
  const auto run = [&](const std::string& from) {
    const Received started =
        call("InvokeEndpointAsync", {{"X-Amzn-SageMaker-InputLocation", from}}, "");
    EXPECT_EQ(started.status, 202);
    scheduler.run();
    const rpc::StoredObject& object = stored.back();
    const bool failed = "s3://" + object.bucket + "/" + object.key ==
                        started.headers.get("X-Amzn-SageMaker-FailureLocation");
    return (failed ? "failed: " : "") + object.body;
  };
  EXPECT_EQ(run("s3://other/a.json"),
            "failed: Unable to read the input from s3://other/a.json: The specified bucket does "
            "not exist");
  EXPECT_EQ(run("https://other.s3.us-east-1.amazonaws.com/in/a.json").find("failed: "), 0U);
  EXPECT_EQ(run("s3://in/a.json"), "Done.") << "no answer of the script was spent on the others";
  EXPECT_EQ(run("https://s3.us-east-1.amazonaws.com/in/a.json").find("failed: "),
            std::string::npos);
  EXPECT_EQ(run("https://in.s3.amazonaws.com/a.json").find("failed: "), std::string::npos);
}

TEST_F(Endpoints, AnOutputThatCannotBeLeftIsAFailure) {
  script({says("Done.")});
  std::vector<std::string> tried;
  runtime.put_with([&](const rpc::StoredObject& object) {
    tried.push_back(object.bucket + " " + object.origin + ": " + object.body);
    return object.bucket == "results" ? std::string("The specified bucket does not exist") : "";
  });
  call("InvokeEndpointAsync",
       {{"X-Amzn-SageMaker-InputLocation", "s3://in/put.json"},
        {"X-Amzn-SageMaker-Inference-Id", "mine"},
        {"X-Amzn-SageMaker-S3OutputPathExtension", "today/first"},
        {"X-Amzn-SageMaker-Filename", "one.json"}},
       "");
  scheduler.run();
  const std::string of = " result of InvokeEndpointAsync of llm-1, mine: ";
  EXPECT_THAT(tried,
              testing::ElementsAre(
                  "results" + of + "Done.",
                  testing::StartsWith("results" + of +
                                      "Unable to write the output to s3://results/out/today/"
                                      "first/one.json: The specified bucket does not exist")));
}

TEST_F(Endpoints, Refusals) {
  EXPECT_EQ(call("InvokeEndpoint", {}, "{}", "other").status, 200) << "without endpoints";
  script({says("Yes.")});
  EXPECT_EQ(call("InvokeEndpoint", {}, "{}", "other").json()["Message"],
            "Endpoint other of account 123456789012 not found.");
  EXPECT_EQ(call("InvokeEndpoint", {}, "{}", "not_an_endpoint").json()["Message"],
            "1 validation error detected: Value 'not_an_endpoint' at 'endpointName' failed to "
            "satisfy constraint: Member must satisfy regular expression pattern: "
            "^[a-zA-Z0-9](-*[a-zA-Z0-9])*");
  EXPECT_EQ(call("InvokeEndpoint", {}, std::string(6'291'457, ' ')).json()["Message"],
            "1 validation error detected: Value at 'body' failed to satisfy constraint: Member "
            "must have length less than or equal to 6291456");
  EXPECT_EQ(call("InvokeEndpointAsync", {{"X-Amzn-SageMaker-InputLocation", "s3://a/b"},
                                         {"X-Amzn-SageMaker-RequestTTLSeconds", "5"}})
                .json()["Message"],
            "1 validation error detected: Value '5' at 'requestTTLSeconds' failed to satisfy "
            "constraint: Member must have value greater than or equal to 60");
}

TEST_F(Endpoints, Paths) {
  const auto recognised = [&](const std::string& method, const std::string& target) {
    aws::HttpRequest request;
    request.method = method;
    request.target = target;
    const std::optional<rpc::Call> found = runtime.recognise(request);
    return found ? found->operation + " " + found->resource : "none";
  };
  EXPECT_EQ(recognised("POST", "/endpoints/llm-1/invocations"), "InvokeEndpoint llm-1");
  EXPECT_EQ(recognised("POST", "/pfx/endpoints/llm-1/invocations-response-stream"),
            "InvokeEndpointWithResponseStream llm-1");
  EXPECT_EQ(recognised("POST", "/endpoints/llm-1/async-invocations"), "InvokeEndpointAsync llm-1");
  EXPECT_EQ(recognised("GET", "/endpoints/llm-1/invocations"), "none");
}

}  // namespace
}  // namespace bedlam::sagemaker
