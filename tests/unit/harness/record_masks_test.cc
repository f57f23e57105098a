// Secrets that only show where frames, base64 and headers are read: none of them reaches a file.
#include <gmock/gmock.h>

#include "emulator/aws/event_stream.h"
#include "emulator/base/base64.h"
#include "tests/unit/harness/recording_text.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

PassedCall answered(const std::string& prompt, const std::string& type, const std::string& body) {
  PassedCall call;
  call.operation = type == "application/json" ? "Converse" : "InvokeModelWithResponseStream";
  call.resource = kHaiku;
  call.region = "us-east-1";
  call.request = {"POST",
                  "/model/x/converse",
                  {},
                  R"({"messages":[{"role":"user","content":[{"text":")" + prompt + R"("}]}]})"};
  call.status = 200;
  call.headers = {{"Content-Type", type}};
  call.body = {{100ms, body}};
  call.ended = 100ms;
  call.whole = true;
  return call;
}

PassedCall plain(const std::string& body, const std::string& prompt = "Hi") {
  return answered(prompt, "application/json", body);
}

PassedCall streamed(const std::vector<std::string>& frames) {
  std::string body;
  for (const std::string& frame : frames) body += frame;
  return answered("Hi", "application/vnd.amazon.eventstream", body);
}

std::string chunk_of(const std::string& json) {
  return aws::encode_event("chunk", R"({"bytes":")" + base64_encode(json) + "\"}");
}

// What reaches the disk, with what stands in base64 in the chunks of it.
std::string written(const std::vector<PassedCall>& calls, std::vector<std::string> secrets = {}) {
  const Recording recording =
      make_recording(calls, {Prompts::kKeep, std::move(secrets), "2026-11-23"});
  std::string all;
  for (const std::string& part : write_recording(recording, "recording").parts) all += part;
  for (const std::string& payload : frame_payloads(recording.models)) {
    all += "\n" + chunk_json(payload).value_or(payload);
  }
  return all;
}

TEST(RecordMasks, AccountsOfArnsThatAreCutOverFramesAreLearnt) {
  const std::string text = written({plain(R"({"output":"your number 555566667777"})"),
                                    streamed({chunk_of(R"({"completion":"see arn:aws:iam::5555"})"),
                                              chunk_of(R"({"completion":"66667777:role/adm"})")})});
  EXPECT_THAT(text, Not(HasSubstr("555566667777")));
  EXPECT_THAT(text, Not(HasSubstr("66667777")));
  EXPECT_THAT(text, HasSubstr("your number 123456789012"));
}

TEST(RecordMasks, AccountsOfArnsInsideOfBase64AreLearnt) {
  const std::string one = chunk_of(R"({"completion":"arn:aws:s3:us-east-1:555566667777:x"})");
  PassedCall document = plain("{}");
  document.request.body =
      R"({"messages":[{"role":"user","content":[{"document":{"source":{"bytes":")" +
      base64_encode("arn:aws:s3:us-east-1:444433332222:x") + R"("}}}]}]})";
  const std::string text =
      written({plain(R"({"a":"555566667777","b":"444433332222"})"), streamed({one}), document});
  EXPECT_THAT(text, Not(HasSubstr("555566667777")));
  EXPECT_THAT(text, Not(HasSubstr("444433332222")));
}

// Python's json.dumps writes a space behind colons and commas: such JSON does not come out
// byte for byte, and its words are masked over frames all the same.
TEST(RecordMasks, FramesWithSpacesAreMaskedAsOne) {
  const std::string untouched = R"({"type": "ping",  "completion": "all well"})";
  const std::string text =
      written({streamed({chunk_of(R"({"completion": "see arn:aws:iam::5555"})"),
                         aws::encode_event("more", R"({"completion": "66667777:role/a"})"),
                         chunk_of(R"({"completion": "dm"})"), chunk_of(R"({"completion": " ok"})"),
                         chunk_of(untouched)})});
  EXPECT_THAT(text, Not(HasSubstr("5555")));
  EXPECT_THAT(text, Not(HasSubstr("66667777")));
  EXPECT_THAT(text, Not(HasSubstr("role/a")));
  // What no mask touches stays byte for byte.
  EXPECT_THAT(text, HasSubstr("\n{\"completion\": \" ok\"}"));
  EXPECT_THAT(text, HasSubstr("\n" + untouched));
}

TEST(RecordMasks, NumbersThatAreAccountsAreMasked) {
  const std::string text = written(
      {plain(
           R"({"a":"arn:aws:iam::987654321098:role/x","b":[987654321098, 12],"c":"987654321098"})"),
       plain(R"({"accountId":  112233445566})"), plain(R"({"n":112233445566})", "Hu")});
  EXPECT_THAT(text, Not(HasSubstr("987654321098")));
  EXPECT_THAT(text, Not(HasSubstr("112233445566")));
  EXPECT_THAT(text, HasSubstr("b: [123456789012, 12]"));
}

// An answer as text, whose number no JSON value tells.
TEST(RecordMasks, RawTextIsMaskedBesideWhatWasWrittenAnew) {
  const std::string text =
      written({plain(R"({"a":"arn:aws:iam::987654321098:role/x","n":-987654321098})")});
  EXPECT_THAT(text, Not(HasSubstr("987654321098")));
}

TEST(RecordMasks, HeadersThatAreKeysAreSecrets) {
  PassedCall call = plain(R"({"a":"sk-ant-SECRET99 and deepdeepdeep and root-of-all-evil"})",
                          "COOKIEVALUE1234567890, 1-67891233-abcdef012345678912345678, "
                          "53995c3f42cd8ad8, quotedquotedquoted");
  call.request.headers = {
      {"Cookie", "sid=COOKIEVALUE1234567890; lang=en; q=\"quotedquotedquoted\""},
      {"X-Amzn-Trace-Id",
       "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1"},
      {"x-api-key", "sk-ant-SECRET99"},
      {"X-Acme-Secret", "deepdeepdeep"},
      {"SessionToken", "root-of-all-evil"}};
  const std::string text = written({call});
  for (const char* secret : {"COOKIEVALUE", "abcdef0123456789", "53995c3f42cd8ad8", "SECRET99",
                             "deepdeep", "root-of-all-evil", "quotedquoted"}) {
    EXPECT_THAT(text, Not(HasSubstr(secret)));
  }
}

TEST(RecordMasks, WordsOfSignaturesThatEverybodyKnowsStay) {
  const std::string prompt =
      "AWS4-HMAC-SHA256 signs x-amz-content-sha256: UNSIGNED-PAYLOAD, x-amz-security-token and "
      "amz-sdk-invocation-id";
  PassedCall call = plain(R"({"a":"b"})", prompt);
  call.request.headers = {
      {"Authorization",
       "AWS4-HMAC-SHA256 Credential=AKIDdummydummydummy/20261123/us-east-1/bedrock/aws4_request, "
       "SignedHeaders=amz-sdk-invocation-id;host;x-amz-content-sha256;x-amz-security-token, "
       "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6"},
      {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}};
  EXPECT_THAT(written({call}), HasSubstr("prompt: \"" + prompt + "\""));
}

TEST(RecordMasks, TheSignersOwnSecretsAreMasked) {
  EXPECT_THAT(written({plain(R"({"a":"my own secret key"})")}, {"my own secret key"}),
              HasSubstr("xxxxxxxxxxxxxxxxx"));
}

}  // namespace
}  // namespace bedlam::harness
