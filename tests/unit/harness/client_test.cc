// What the built-in client sends, and how it reads answers and the lack of them (facts:
// bedrock-runtime.md sections 1 and 2, sdk-retries.md sections 2 and 3).
#include <gtest/gtest.h>

#include "harness/client/request.h"
#include "harness/client/stream_reader.h"
#include "tests/unit/harness/fake_model.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;

TEST(Requests, EncodeModelIdsAsBotocoreDoes) {
  EXPECT_EQ(encode_segment("anthropic.claude-3-sonnet-20240229-v1:0"),
            "anthropic.claude-3-sonnet-20240229-v1%3A0");
  EXPECT_EQ(encode_segment("arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.x-v1:0"),
            "arn%3Aaws%3Abedrock%3Aus-east-1%3A111122223333%3Ainference-profile%2Fus.x-v1%3A0");
}

TEST(Requests, WriteJsonAsPythonDoes) {
  // json.dumps({"a": [1, "ü"], "b": {"c": None}}) of CPython 3.11
  EXPECT_EQ(python_json(*parse_json(R"({"a":[1,"ü"],"b":{"c":null}})")),
            R"({"a": [1, "\u00fc"], "b": {"c": null}})");
}

TEST(Requests, CarryTheCallAndItsAttempt) {
  ClientRig rig("legacy");
  rig.step.region = "eu-central-1";
  rig.step.operation = "InvokeModel";
  rig.step.max_tokens = 300;
  rig.model.replies = {error_reply(429, "ThrottlingException"),
                       StreamReply().then(rpc::Reset{}).done()};
  rig.call();
  ASSERT_GE(rig.model.requests.size(), 2U);
  const aws::HttpRequest& first = rig.model.requests[0];
  const aws::HttpRequest& second = rig.model.requests[1];
  EXPECT_EQ(first.target, "/model/anthropic.claude-3-haiku-20240307-v1%3A0/invoke");
  EXPECT_EQ(first.headers.get("content-type"), "application/json");
  EXPECT_EQ(first.headers.get("amz-sdk-request"), "attempt=1");
  EXPECT_EQ(second.headers.get("amz-sdk-request"), [&] {
    // After an HTTP answer the moment at which the read timeout of 60 s would fire comes first.
    std::string ttl = to_iso8601(rig.scheduler.wall(Instant{}) + 60s).substr(0, 19) + "Z";
    std::erase_if(ttl, [](char c) { return c == '-' || c == ':'; });
    return "ttl=" + ttl + "; attempt=2; max=5";
  }());
  EXPECT_FALSE(first.headers.get("amz-sdk-invocation-id").empty());
  EXPECT_EQ(first.headers.get("amz-sdk-invocation-id"),
            second.headers.get("amz-sdk-invocation-id"));
  EXPECT_EQ(rpc::caller_of(first, "x", "us-east-1").region, "eu-central-1");
  EXPECT_EQ(rpc::caller_of(second, "x", "us-east-1").attempt, 2);
  EXPECT_EQ(first.body,
            R"({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 300, )"
            R"("messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]})");
}

TEST(Requests, AfterATimeoutNameOnlyTheAttempt) {
  ClientRig rig("legacy");
  rig.step.client.read_timeout = 1s;
  rig.call();
  ASSERT_EQ(rig.model.requests.size(), 5U);
  EXPECT_EQ(rig.model.requests[1].headers.get("amz-sdk-request"), "attempt=2; max=5");
}

// @anthropic-ai/sdk 1.12, client.js, buildHeaders: the retries before this request, from 0, and no
// header of AWS's SDKs. Vercel's `ai` says nothing.
TEST(Requests, OfAnthropicsSdkCountRetries) {
  const auto told = [](std::string_view policy) {
    ClientRig rig(policy);
    rig.step.operation = "InvokeModel";
    rig.model.replies = {error_reply(500, "InternalServerException")};
    rig.call();
    std::vector<std::string> counts;
    for (const aws::HttpRequest& request : rig.model.requests) {
      EXPECT_FALSE(request.headers.find("amz-sdk-request"));
      EXPECT_FALSE(request.headers.find("amz-sdk-invocation-id"));
      counts.emplace_back(request.headers.get("X-Stainless-Retry-Count", "none"));
    }
    return counts;
  };
  EXPECT_EQ(told("anthropic-sdk"), (std::vector<std::string>{"0", "1", "2"}));
  EXPECT_EQ(told("ai-sdk"), (std::vector<std::string>{"none", "none", "none"}));
}

TEST(Requests, OfConverseAreConverses) {
  ClientRig rig;
  rig.model.replies.push_back(converse_reply());
  rig.call();
  EXPECT_EQ(rig.model.requests[0].target,
            "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse");
  EXPECT_EQ(rig.model.requests[0].body,
            R"({"messages": [{"role": "user", "content": [{"text": "Hi"}]}], )"
            R"("inferenceConfig": {"maxTokens": 1024}})");
}

TEST(PlainAnswers, AreReadInTheOperationsForm) {
  ClientRig rig;
  rig.model.replies.push_back(converse_reply(608ms));
  const CallResult converse = rig.call();
  EXPECT_EQ(converse.outcome, "complete");
  EXPECT_EQ(converse.heard.text, "Hi, how can I help you");
  EXPECT_EQ(converse.heard.tokens, 10);
  EXPECT_EQ(converse.heard.stop_reason, "max_tokens");
  EXPECT_EQ(converse.took(), Duration(608ms));

  rig.step.operation = "InvokeModel";
  // Recorded (facts: model-families.md section 1).
  rig.model.replies = {rpc::plain_reply(
      200, {},
      R"({"id":"msg_bdrk_01QBSj9wkkgvNKMZZxMa6J77","type":"message","role":"assistant","model":"claude-2.0","content":[{"type":"text","text":"Okay, I just said \"This is a test"}],"stop_reason":"max_tokens","stop_sequence":null,"usage":{"input_tokens":14,"output_tokens":10}})")};
  const CallResult invoke = rig.call();
  EXPECT_EQ(invoke.outcome, "complete");
  EXPECT_EQ(invoke.heard.text, "Okay, I just said \"This is a test");
  EXPECT_EQ(invoke.heard.tokens, 10);
}

TEST(ReadTimeouts, RestartWithEveryByte) {
  ClientRig rig;
  rig.step.operation = "ConverseStream";
  rig.step.client.read_timeout = 1500ms;
  // A frame every 0.7 s: 2.8 s in all, longer than the timeout, and no error (measured).
  rig.model.replies = {
      StreamReply(700ms, 700ms).text("a").text("b").converse_end().then(rpc::End{}).done()};
  const CallResult result = rig.call();
  EXPECT_EQ(result.outcome, "complete");
  EXPECT_EQ(result.took(), Duration(3500ms));
}

TEST(ReadTimeouts, LeaveBytesThatAreDueAtTheSameInstantAlone) {
  ClientRig rig("none");
  rig.step.client.read_timeout = 2s;
  rig.model.replies = {converse_reply(2s)};
  EXPECT_EQ(rig.call().outcome, "complete");
  rig.model.replies = {converse_reply(2s + 1ns)};
  EXPECT_EQ(rig.call().outcome, "timed out");
}

TEST(ReadTimeouts, BeforeHeadersAreRetried) {
  ClientRig rig("legacy");
  const CallResult result = rig.call();  // the defaults: 60 s, five attempts
  EXPECT_EQ(result.outcome, "timed out");
  EXPECT_EQ(result.error.name, "ReadTimeoutError");
  EXPECT_EQ(result.attempts.size(), 5U);
  EXPECT_GE(result.took(), Duration(300s));
  EXPECT_LE(result.took(), Duration(315s));
}

struct PoliciesTimeout {
  const char* policy;
  Duration each;
  std::size_t attempts;
};

// Facts, sections 1.1 and 2; measured of the SDK for JavaScript: 3 × 300 s.
TEST(ReadTimeouts, AreThePolicys) {
  const std::vector<PoliciesTimeout> table{
      {"botocore-legacy", 60s, 5}, {"botocore-standard", 60s, 3}, {"javascript-v3", 300s, 3},
      {"java-v2", 30s, 4},         {"java-v2-standard", 30s, 3},  {"anthropic-sdk", 600s, 3}};
  for (const PoliciesTimeout& row : table) {
    ClientRig rig(row.policy);
    const CallResult result = rig.call();
    EXPECT_EQ(result.outcome, "timed out") << row.policy;
    ASSERT_EQ(result.attempts.size(), row.attempts) << row.policy;
    for (const Attempt& attempt : result.attempts) {
      EXPECT_EQ(attempt.ended - attempt.started, row.each) << row.policy;
    }
    rig.step.client.read_timeout = 7s;
    for (const Attempt& attempt : rig.call().attempts) {
      EXPECT_EQ(attempt.ended - attempt.started, Duration(7s)) << row.policy;
    }
  }
}

TEST(ReadTimeouts, ThatThereAreNoneOfLeaveACallToItsDeadline) {
  for (const char* policy : {"go-v2", "ai-sdk", "javascript-v3-http1"}) {
    ClientRig rig(policy);
    rig.step.deadline = 24h;
    const CallResult result = rig.call();
    EXPECT_EQ(result.outcome, "timed out") << policy;
    EXPECT_EQ(result.error.name, "DeadlineExceeded") << policy;
    EXPECT_EQ(result.attempts.size(), 1U) << policy;
    EXPECT_EQ(result.took(), Duration(24h)) << policy;
  }
}

// After an answer with an error it names no ttl: it does not know when it would give up.
TEST(ReadTimeouts, ThatThereAreNoneOfAreNotSaid) {
  ClientRig rig("go-v2");
  rig.model.replies = {error_reply(429, "ThrottlingException"), converse_reply()};
  EXPECT_EQ(rig.call().outcome, "complete");
  EXPECT_EQ(rig.model.requests.at(1).headers.get("amz-sdk-request"), "attempt=2; max=3");
}

// Facts, table 3.1: the Anthropic SDK hangs past its own timeout once the headers are there.
TEST(ReadTimeouts, OfAnthropicsSdkEndWithTheHeaders) {
  for (const auto& [policy, took] : {std::pair("anthropic-sdk", 3600s), {"legacy", 61s}}) {
    ClientRig rig(policy);
    rig.step.operation = "ConverseStream";
    rig.step.deadline = 1h;
    rig.model.replies = {StreamReply(1s).text("a").then(rpc::Stall{}).done()};
    const CallResult result = rig.call();
    EXPECT_EQ(result.outcome, "partial") << policy;
    EXPECT_EQ(result.took(), Duration(took)) << policy;
  }
}

// The design's example: 900 ms + 119 × 25 ms + 90 s.
TEST(ReadTimeouts, AfterAStallLeaveWhatArrived) {
  ClientRig rig("standard");
  rig.step.operation = "ConverseStream";
  rig.step.client.read_timeout = 90s;
  rig.step.deadline = 120s;
  StreamReply stream(900ms, 25ms);
  for (int i = 0; i < 120; ++i) stream.text("t ");
  rig.model.replies = {stream.then(rpc::Stall{}).done()};
  const CallResult result = rig.call();
  EXPECT_EQ(result.outcome, "partial");
  EXPECT_FALSE(result.heard.tokens.has_value()) << "the usage had not come";
  EXPECT_EQ(result.attempts.size(), 1U) << "what comes after the first byte is never retried";
  EXPECT_EQ(result.took(), Duration(93875ms));
  EXPECT_EQ(result.error.name, "ReadTimeoutError");
}

TEST(Deadlines, EndTheWholeCall) {
  ClientRig rig("legacy");
  rig.step.client.read_timeout = 2s;
  rig.step.deadline = 3s;
  const CallResult result = rig.call();
  EXPECT_EQ(result.outcome, "timed out");
  EXPECT_EQ(result.took(), Duration(3s));
  EXPECT_EQ(result.error.name, "DeadlineExceeded");
  rig.scheduler.run();
  EXPECT_EQ(rig.scheduler.now(), Instant(3s)) << "nothing of the call is left";
}

struct BrokenBody {
  const char* name;
  const char* operation;
  rpc::Action fault;
  const char* outcome;
  std::size_t attempts;
};

// The test's name; GoogleTest would print the bytes, whose pointers differ with each build.
void PrintTo(const BrokenBody& body, std::ostream* out) {
  *out << body.name;
}

class HalfABody : public testing::TestWithParam<BrokenBody> {};

// Converse reads its body inside the attempt, InvokeModel hands out a stream (table 3.2).
TEST_P(HalfABody, IsRetriedWhereTheSdkReadsIt) {
  ClientRig rig("standard");
  rig.step.operation = GetParam().operation;
  rig.step.client.read_timeout = 2s;
  rpc::Reply reply;
  reply.steps = {{0s, rpc::Head{200, {{"Content-Length", "500"}}}},
                 {0s, rpc::Bytes{R"({"output":)", std::nullopt}},
                 {0s, GetParam().fault}};
  rig.model.replies = {reply};
  const CallResult result = rig.call();
  EXPECT_EQ(result.outcome, GetParam().outcome);
  EXPECT_EQ(result.attempts.size(), GetParam().attempts);
}
INSTANTIATE_TEST_SUITE_P(
    Faults, HalfABody,
    testing::Values(
        BrokenBody{"ConverseStall", "Converse", rpc::Stall{}, "timed out", 3},
        BrokenBody{"ConverseReset", "Converse", rpc::Reset{}, "ConnectionClosedError", 3},
        BrokenBody{"ConverseHalfClose", "Converse", rpc::HalfClose{}, "ConnectionClosedError", 3},
        BrokenBody{"ConverseEnd", "Converse", rpc::End{}, "ConnectionClosedError", 3},
        BrokenBody{"InvokeModelStall", "InvokeModel", rpc::Stall{}, "timed out", 1},
        BrokenBody{"InvokeModelClose", "InvokeModel", rpc::Close{}, "ResponseStreamingError", 1}));

TEST(Connections, ClosedBeforeHeadersAreRetried) {
  for (const rpc::Action& fault :
       {rpc::Action(rpc::Reset{}), rpc::Action(rpc::Close{}), rpc::Action(rpc::HalfClose{}),
        rpc::Action(rpc::Garbage{"\x16\x03\x01"})}) {
    ClientRig rig("standard");
    rpc::Reply broken;
    broken.steps = {{10ms, fault}};
    rig.model.replies = {broken, converse_reply()};
    const CallResult result = rig.call();
    EXPECT_EQ(result.outcome, "complete");
    EXPECT_EQ(result.attempts.size(), 2U);
  }
}

// As botocore 1.43.11 writes them; seen in its `before-send` event.
TEST(Requests, OfOtherOperations) {
  const auto written = [](std::string_view operation, const scenario::CallStep& call) {
    const aws::HttpRequest request = make_request(
        call, *find_operation(operation), {"00000000-0000-4000-8000-000000000000", 1, 1, {}}, {});
    std::string text = request.method + " " + std::string(request.headers.get("host")) +
                       request.target + " " + request.body;
    for (const auto& [name, value] : request.headers) {
      if (name.starts_with("X-Amzn")) text.append("\n").append(name).append(": ").append(value);
    }
    return text;
  };
  scenario::CallStep count;
  count.model = "anthropic.claude-3-haiku-20240307-v1:0";
  count.prompt = "Hi";
  EXPECT_EQ(
      written("CountTokens", count),
      "POST bedrock-runtime.us-east-1.amazonaws.com"
      "/model/anthropic.claude-3-haiku-20240307-v1%3A0/count-tokens "
      R"({"input": {"converse": {"messages": [{"role": "user", "content": [{"text": "Hi"}]}]}}})");
  scenario::CallStep apply;
  apply.prompt = "Hi";
  apply.parameters = {{"guardrailIdentifier", "gr1"}, {"guardrailVersion", "DRAFT"}};
  EXPECT_EQ(written("ApplyGuardrail", apply),
            "POST bedrock-runtime.us-east-1.amazonaws.com/guardrail/gr1/version/DRAFT/apply "
            R"({"source": "INPUT", "content": [{"text": {"text": "Hi"}}]})");
  scenario::CallStep get;
  get.parameters["invocationArn"] =
      "arn:aws:bedrock:us-east-1:123456789012:async-invoke/abcdef123456";
  EXPECT_EQ(written("GetAsyncInvoke", get),
            "GET bedrock-runtime.us-east-1.amazonaws.com/async-invoke/"
            "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aasync-invoke%2Fabcdef123456 ");
  scenario::CallStep list;
  list.parameters = {{"statusEquals", "Completed"}, {"maxResults", "5"}};
  EXPECT_EQ(written("ListAsyncInvokes", list),
            "GET bedrock-runtime.us-east-1.amazonaws.com"
            "/async-invoke?statusEquals=Completed&maxResults=5 ");
  scenario::CallStep start;
  start.body = Json{{"modelId", "amazon.nova-reel-v1:1"}};
  EXPECT_EQ(written("StartAsyncInvoke", start),
            "POST bedrock-runtime.us-east-1.amazonaws.com/async-invoke "
            R"({"modelId": "amazon.nova-reel-v1:1", )"
            R"("clientRequestToken": "00000000-0000-4000-8000-000000000000"})");
  scenario::CallStep later;
  later.parameters = {
      {"EndpointName", "llm"}, {"InputLocation", "s3://in/put"}, {"InferenceId", "mine"}};
  EXPECT_EQ(written("InvokeEndpointAsync", later),
            "POST runtime.sagemaker.us-east-1.amazonaws.com/endpoints/llm/async-invocations "
            "\nX-Amzn-SageMaker-Inference-Id: mine\nX-Amzn-SageMaker-InputLocation: s3://in/put");
}

}  // namespace
}  // namespace bedlam::harness
