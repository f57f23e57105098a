// Asynchronous invocations. Shapes, patterns and words: service model bedrock-runtime 2023-09-30.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

constexpr const char* kReel = "amazon.nova-reel-v1:1";

class AsyncInvoke : public RuntimeTest {
 protected:
  AsyncInvoke() {
    runtime.put_with([this](const rpc::StoredObject& object) {
      stored.push_back(object);
      return std::string(refusal_of_s3);
    });
  }

  static std::string start_body(const std::string& more = "", const std::string& model = kReel) {
    return R"({"modelId":")" + model +
           R"(","modelInput":{"taskType":"TEXT_VIDEO","textToVideoParams":{"text":"A road"}},)"
           R"("outputDataConfig":{"s3OutputDataConfig":{"s3Uri":"s3://films/made"}})" +
           more + "}";
  }
  std::string start(const std::string& more = "") {
    return call("StartAsyncInvoke", start_body(more), "").json().value("invocationArn", "");
  }
  Json get(const std::string& arn) { return call("GetAsyncInvoke", "", arn).json(); }
  Json list(const std::string& query = "") { return ask_list(query).json(); }
  Delivered ask_list(const std::string& query) {
    aws::HttpRequest request;
    request.method = "GET";
    request.target = "/async-invoke" + query;
    return call(runtime.recognise(request).value());
  }
  static std::vector<std::string> arns(const Json& page) {
    std::vector<std::string> found;
    for (const Json& job : page["asyncInvokeSummaries"]) found.push_back(job["invocationArn"]);
    return found;
  }
  void advance(Duration by) { scheduler.advance_to(scheduler.now() + by); }

  std::vector<rpc::StoredObject> stored;
  std::string refusal_of_s3;
};

// A job is in flight until it ends.
TEST_F(AsyncInvoke, ARampCountsJobs) {
  script::Outcome film = answer(script::Body{Json{{"seconds", 6}}});
  film.latency = script::Latency{script::Ramp{60s, 90s, 2}, {}, {}};
  script({film});
  const std::string first = start(), second = start();
  advance(60s);
  EXPECT_EQ(get(first)["status"], "Completed");
  EXPECT_EQ(get(second)["status"], "InProgress");
  advance(30s);
  EXPECT_EQ(get(second)["status"], "Completed");
  const std::string third = start();
  advance(60s);
  EXPECT_EQ(get(third)["status"], "Completed");
}

TEST_F(AsyncInvoke, CompletesAfterItsLatency) {
  script::Outcome film = answer(script::Body{Json{{"seconds", 6}}});
  film.latency = parts(90s, 0ms);
  script({film});
  const std::string arn = start(R"(,"clientRequestToken":"t-1")");
  EXPECT_THAT(arn, testing::MatchesRegex(
                       "arn:aws:bedrock:us-east-1:123456789012:async-invoke/[a-z0-9]{12}"));
  const std::string id = arn.substr(arn.rfind('/') + 1);
  Json job = get(arn);
  EXPECT_EQ(job["status"], "InProgress");
  EXPECT_EQ(job["modelArn"], "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-reel-v1:1");
  EXPECT_EQ(job["clientRequestToken"], "t-1");
  EXPECT_EQ(job["submitTime"], "2024-10-04T00:00:00.000Z");
  EXPECT_FALSE(job.contains("endTime"));
  EXPECT_EQ(job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"], "s3://films/made/" + id);
  EXPECT_TRUE(stored.empty());

  advance(89s);
  EXPECT_EQ(get(arn)["status"], "InProgress");
  advance(1s);
  job = get(arn);
  EXPECT_EQ(job["status"], "Completed");
  EXPECT_EQ(job["endTime"], "2024-10-04T00:01:30.000Z");
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_EQ(stored[0].bucket, "films");
  EXPECT_EQ(stored[0].key, "made/" + id + "/output.json");
  EXPECT_EQ(stored[0].body, R"({"seconds":6})");
}

TEST_F(AsyncInvoke, AModelsErrorFailsTheJob) {
  script::Outcome broken = error("ModelErrorException", "The film tore.");
  broken.latency = parts(10s, 0ms);
  script({error("ThrottlingException"), broken});
  EXPECT_EQ(call("StartAsyncInvoke", start_body(), "").status, 429);
  const std::string arn = start();
  advance(10s);
  EXPECT_EQ(get(arn)["status"], "Failed");
  EXPECT_EQ(get(arn)["failureMessage"], "The film tore.");
  EXPECT_TRUE(stored.empty());
}

TEST_F(AsyncInvoke, ABucketThatRefusesFailsTheJob) {
  refusal_of_s3 = "The specified bucket does not exist";
  const std::string arn = start();
  advance(1s);
  EXPECT_EQ(get(arn)["status"], "Failed");
  EXPECT_EQ(get(arn)["failureMessage"], refusal_of_s3);
  EXPECT_EQ(arns(list("?statusEquals=Failed")), std::vector{arn});
}

TEST_F(AsyncInvoke, ATokenStartsOneJob) {
  const std::string token = R"(,"clientRequestToken":"once")";
  const std::string arn = start(token);
  EXPECT_EQ(start(token), arn);
  EXPECT_EQ(arns(list()).size(), 1U);
  const Delivered other =
      call("StartAsyncInvoke", start_body(token + R"(,"tags":[{"key":"a","value":"b"}])"), "");
  EXPECT_EQ(other.status, 400);
  EXPECT_TRUE(other.header("x-amzn-ErrorType").starts_with("ConflictException:"));
  EXPECT_NE(start(), start()) << "without a token each is a job of its own";
}

// As clients write a token into a query.
std::string encoded(std::string text) {
  for (std::size_t at = text.find('='); at != std::string::npos; at = text.find('=', at)) {
    text.replace(at, 1, "%3D");
  }
  return text;
}

TEST_F(AsyncInvoke, ListsByPageStatusAndTime) {
  script::Outcome slow = answer("Done.");
  slow.latency = parts(1h, 0ms);
  script({answer("At once."), slow});
  const std::string first = start();
  advance(10s);
  const std::string second = start();
  advance(10s);
  const std::string third = start();
  advance(1s);
  EXPECT_THAT(arns(list()), testing::ElementsAre(third, second, first));
  EXPECT_THAT(arns(list("?sortOrder=Ascending")), testing::ElementsAre(first, second, third));
  EXPECT_THAT(arns(list("?statusEquals=Completed")), testing::ElementsAre(first));
  EXPECT_THAT(arns(list("?submitTimeAfter=2024-10-04T00%3A00%3A05Z"
                        "&submitTimeBefore=2024-10-04T00%3A00%3A15Z")),
              testing::ElementsAre(second));
  // Milliseconds, and an offset from UTC, on the border: after and before leave it out.
  EXPECT_THAT(arns(list("?submitTimeAfter=2024-10-04T00%3A00%3A10.000Z")),
              testing::ElementsAre(third));
  EXPECT_THAT(arns(list("?submitTimeBefore=2024-10-04T05%3A00%3A10%2B05%3A00")),
              testing::ElementsAre(first));
  EXPECT_THAT(arns(list("?submitTimeAfter=2024-10-03T23%3A00%3A09.999-01%3A00")),
              testing::ElementsAre(third, second));
  const Json page = list("?maxResults=2");
  EXPECT_THAT(arns(page), testing::ElementsAre(third, second));
  const Json rest =
      list("?maxResults=2&nextToken=" + encoded(page["nextToken"].get<std::string>()));
  EXPECT_THAT(arns(rest), testing::ElementsAre(first));
  EXPECT_FALSE(rest.contains("nextToken"));
}

TEST_F(AsyncInvoke, Refusals) {
  EXPECT_EQ(refusal("StartAsyncInvoke", R"({"modelId":"amazon.nova-reel-v1:0"})", ""),
            "2 validation errors detected: Value null at 'modelInput' failed to satisfy "
            "constraint: Member must not be null; Value null at 'outputDataConfig' failed to "
            "satisfy constraint: Member must not be null");
  EXPECT_EQ(refusal("StartAsyncInvoke", start_body("", "acme.film-v1"), ""),
            "The provided model identifier is invalid.");
  EXPECT_THAT(refusal("GetAsyncInvoke", "", "arn:aws:bedrock:us-east-1:1:async-invoke/x"),
              testing::HasSubstr("Member must satisfy regular expression pattern"));
  for (const std::string query : {"?submitTimeAfter=zz", "?submitTimeBefore=2024-10-04"}) {
    const Delivered refused = ask_list(query);
    EXPECT_EQ(refused.status, 400);
    EXPECT_TRUE(refused.header("x-amzn-ErrorType").starts_with("ValidationException:"));
    EXPECT_EQ(refused.json()["message"],
              "The provided " + query.substr(1, query.find('=') - 1) + " is invalid.");
  }
  EXPECT_EQ(ask_list("?maxResults=0").json()["message"],
            "1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: "
            "Member must have value greater than or equal to 1");
}

// The words are InvokeModel's (facts: bedrock-runtime.md).
TEST_F(AsyncInvoke, AModelThatOnlyProfilesReach) {
  EXPECT_EQ(
      refusal("StartAsyncInvoke", start_body("", "deepseek.r1-v1:0"), ""),
      "Invocation of model ID deepseek.r1-v1:0 with on-demand throughput isn\u2019t supported. "
      "Retry your request with the ID or ARN of an inference profile that contains this model.");
  EXPECT_EQ(call("StartAsyncInvoke", start_body("", "us.deepseek.r1-v1:0"), "").status, 200);
}

TEST_F(AsyncInvoke, RulesThatNameAQuestionAreAskedOfIt) {
  const auto rule = [](std::string operation, script::Outcome outcome) {
    script::Rule named{"jobs.yaml:" + operation, {}, {std::move(outcome), answer("")}};
    named.when.operation = std::move(operation);
    return named;
  };
  const script::Rule every{"jobs.yaml:9", {}, {error("ConflictException"), answer("Film")}};
  runtime.use(script::Script(
      {{"amazon.nova-reel-*", {}, {rule("GetAsyncInvoke", error("ThrottlingException"))}},
       {"*", {}, {rule("ListAsyncInvokes", error("InternalServerException")), every}}}));
  const Delivered conflict = call("StartAsyncInvoke", start_body(), "");
  EXPECT_EQ(conflict.status, 400);
  EXPECT_TRUE(conflict.header("x-amzn-ErrorType").starts_with("ConflictException:"));
  const std::string arn = start();
  ASSERT_NE(arn, "");
  advance(1s);
  EXPECT_EQ(call("GetAsyncInvoke", "", arn).status, 429);
  EXPECT_EQ(get(arn)["status"], "Completed");
  EXPECT_EQ(ask_list("").status, 500);
  EXPECT_THAT(arns(list()), testing::ElementsAre(arn));
}

TEST_F(AsyncInvoke, RulesWithoutAnOperationSeeNoQuestions) {
  const std::string arn = start();
  script({error("ThrottlingException"), answer("Film")});
  EXPECT_EQ(ask_list("").status, 200);
  EXPECT_EQ(call("GetAsyncInvoke", "", arn).status, 200);
  EXPECT_EQ(call("StartAsyncInvoke", start_body(), "").status, 429);
}

TEST_F(AsyncInvoke, PathsAndQueries) {
  aws::HttpRequest request;
  request.method = "GET";
  request.target =
      "/async-invoke?maxResults=2&submitTimeAfter=2024-10-04T00%3A00%3A05Z&nextToken=MQ%3D%3D";
  std::optional<rpc::Call> found = runtime.recognise(request);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->operation, "ListAsyncInvokes");
  EXPECT_EQ(found->parameters.get("maxResults"), "2");
  EXPECT_EQ(found->parameters.get("submitTimeAfter"), "2024-10-04T00:00:05Z");
  EXPECT_EQ(found->parameters.get("nextToken"), "MQ==");
  EXPECT_EQ(found->body, "");
  request.target =
      "/async-invoke/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aasync-invoke%2Fabcdef123456";
  found = runtime.recognise(request);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->operation + " " + found->resource,
            "GetAsyncInvoke arn:aws:bedrock:us-east-1:123456789012:async-invoke/abcdef123456");
}

}  // namespace
}  // namespace bedlam::bedrock::test
