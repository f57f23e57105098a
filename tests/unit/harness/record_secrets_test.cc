// No secret is in a recording, wherever it stood in a call.
#include <gmock/gmock.h>

#include "emulator/aws/event_stream.h"
#include "emulator/base/base64.h"
#include "tests/unit/harness/recording_text.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kAccount = "987654321098";
constexpr const char* kKeyId = "AKIAIOSFODNN7EXAMPLE";  // of AWS's documentation
constexpr const char* kToken = "IQoJb3JpZ2luX2VjEExampleSessionToken//////////";

// A call that has a secret at every place where one could be.
PassedCall leaking() {
  PassedCall call;
  call.operation = "ConverseStream";
  call.region = "us-east-1";
  call.resource = std::string("arn:aws:bedrock:us-east-1:") + kAccount +
                  ":application-inference-profile/abc123def456";
  call.request.method = "POST";
  call.request.target = "/model/x/converse-stream?X-Amz-Signature=5d672d79c15b13162d9279b0855cfba6";
  call.request.headers = {
      {"Authorization", std::string("AWS4-HMAC-SHA256 Credential=") + kKeyId +
                            "/20261123/us-east-1/bedrock/aws4_request, SignedHeaders=host, "
                            "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6"},
      {"X-Amz-Security-Token", kToken},
      {"amz-sdk-invocation-id", "11111111-2222-3333-4444-555555555555"},
      {"Cookie", "session=0123456789abcdef"}};
  call.sent_headers = {{"Authorization", "Bearer bedrock-api-key-c2VjcmV0LXNlY3JldC1zZWNyZXQ="}};
  call.request.body =
      std::string(R"({"messages":[{"role":"user","content":[{"text":"I am )") +
      "arn:aws:sts::987654321098:assumed-role/Admin/jane@example.com, key "
      "AKIAIOSFODNN7EXAMPLE, "
      "account 987654321098, and 19876543210987" +
      R"("},{"image":{"source":{"s3Location":{"uri":"s3://b","bucketOwner":"555566667777"}}}}]}],)" +
      R"("system":[{"text":"token )" + kToken + R"("}]})";
  call.status = 200;
  call.headers = {{"Content-Type", "application/vnd.amazon.eventstream"},
                  {"x-amzn-RequestId", "99999999-8888-7777-6666-555555555555"},
                  {"X-Amzn-Bedrock-Trace-Arn", "arn:aws:bedrock:us-east-1:987654321098:x/y"},
                  {"Set-Cookie", "AWSALB=0123456789abcdef0123456789abcdef"}};
  // A secret in pieces, as a model says it.
  std::string stream;
  for (const char* piece : {"arn:aws:iam::98765", "43210", "98:role/Ad", "min, 99999999-8888-",
                            "7777-6666-555555555555 AKIAIOSF", "ODNN7EXAMPLE 5555", "66667777"}) {
    Json event{{"contentBlockIndex", 0}, {"delta", {{"text", piece}}}, {"p", "abc"}};
    stream += aws::encode_event("contentBlockDelta", to_text(event));
  }
  stream += aws::encode_event(
      "chunk",
      R"({"bytes": ")" + base64_encode(std::string("{ \"text\": \"") + kAccount + "\" }") + "\"}");
  stream += aws::encode_exception(
      "validationException",
      R"({"message":"User: arn:aws:sts::987654321098:assumed-role/Admin/jane@example.com is not"})");
  call.body = {{300ms, stream}};
  call.ended = 300ms;
  call.whole = true;
  return call;
}

std::vector<std::string> leaks_in(const std::string& text) {
  std::vector<std::string> leaks;
  for (const char* secret :
       {kAccount, kKeyId, kToken, "5d672d79c15b13162d9279b0855cfba6", "bedrock-api-key-c2Vjc",
        "jane@example", "Admin", "0123456789abcdef", "99999999-8888-7777", "555566667777",
        "11111111-2222-3333", "98765", "AKIAIOSF", "secret-of-the-chain", "66667777"}) {
    if (text.find(secret) != std::string::npos) leaks.emplace_back(secret);
  }
  return leaks;
}

TEST(RecordSecrets, ReachNoFile) {
  PassedCall failing = leaking();
  failing.operation = "Converse";
  failing.status = 403;
  failing.headers = {
      {"Content-Type", "application/json"},
      {"x-amzn-ErrorType",
       "AccessDeniedException:http://internal.amazon.com/coral/com.amazon.bedrock/"}};
  failing.body = {
      {20ms, R"({"message":"User: arn:aws:sts::987654321098:assumed-role/Admin/jane@example.com )"
             R"(is not authorized to perform: bedrock:InvokeModel secret-of-the-chain"})"}};
  PassedCall raw = failing;
  raw.operation = "InvokeModel";
  raw.status = 418;
  raw.headers = {{"Content-Type", "text/plain; account=987654321098"},
                 {"X-Amzn-Bedrock-Note", "arn:aws:s3:::b 987654321098"}};
  raw.body = {{20ms, std::string("987654321098, ") + kToken}};
  PassedCall plain = raw;
  plain.operation = "Converse";
  plain.status = 200;
  plain.headers = {{"Content-Type", "application/json"}};
  plain.body = {{20ms, R"({"output":{"987654321098":"\u0041KIAIOSFODNN7EXAMPLE"}})"}};
  for (const Prompts prompts : {Prompts::kKeep, Prompts::kHash, Prompts::kDrop}) {
    const RecordingText text =
        recorded({leaking(), failing, raw, plain}, prompts, {"secret-of-the-chain"});
    EXPECT_THAT(leaks_in(all_text(text)), testing::IsEmpty()) << all_text(text);
    // Nor inside of base64.
    std::string decoded;
    for (const std::string& payload : frame_payloads(scenario_of(text.parts.front()).models)) {
      decoded += chunk_json(payload).value_or("");
      const auto tree = parse_json(payload);
      const Json* delta = tree.ok() ? find(*tree, "delta") : nullptr;
      if (delta != nullptr) decoded += (*delta)["text"].get<std::string>();
    }
    EXPECT_THAT(leaks_in(decoded), testing::IsEmpty()) << decoded;
    EXPECT_THAT(decoded, HasSubstr("123456789012"));
  }
}

TEST(RecordSecrets, TheRuleStillMatchesTheCall) {
  const RecordingText text = recorded({leaking()});
  app::Emulator replay({});
  ASSERT_TRUE(replay.load(scenario_of(text.parts.front())).ok());
  PassedCall call = leaking();
  call.request.target = "/model/" + encode_segment(call.resource) + "/converse-stream";
  const PassedCall again = asked_again(call, replay);
  EXPECT_EQ(again.ended, 300ms);
  EXPECT_TRUE(again.whole);
}

TEST(RecordSecrets, AreFoundInsideOfBase64) {
  Secrets secrets;
  secrets.learn_accounts("arn:aws:s3:us-east-1:987654321098:x");
  const std::string prompt = "{\"prompt\":\"987654321098\"}";
  const Json body{{"input", {{"invokeModel", {{"body", base64_encode(prompt)}}}}},
                  {"document", {{"bytes", base64_encode("owner 987654321098")}}},
                  {"image", {{"bytes", base64_encode("\x89PNG")}}}};
  const Json masked = secrets.masked(body);
  EXPECT_EQ(base64_decode(masked["input"]["invokeModel"]["body"].get<std::string>()),
            "{\"prompt\":\"123456789012\"}");
  EXPECT_EQ(base64_decode(masked["document"]["bytes"].get<std::string>()), "owner 123456789012");
  EXPECT_EQ(masked["image"], body["image"]);
}

TEST(RecordSecrets, MasksKeepLengthsAndPatternsMatch) {
  Secrets secrets;
  secrets.add("session-token-1");
  secrets.learn_accounts("arn:aws:s3:us-east-1:987654321098:x");
  EXPECT_EQ(secrets.masked(std::string_view("a session-token-1 b")), "a xxxxxxxxxxxxxxx b");
  EXPECT_EQ(secrets.masked(std::string_view("987654321098 1987654321098")),
            "123456789012 1123456789012");
  EXPECT_EQ(secrets.pattern("from 987654321098 on"), "from * on");
  EXPECT_EQ(secrets.pattern("/a/"), "/a/*");
  EXPECT_EQ(secrets.pattern("plain"), "plain");
  EXPECT_EQ(secrets.masked(std::string_view("s3://arn:aws")), "s3://arn:aws");
}

}  // namespace
}  // namespace bedlam::harness
