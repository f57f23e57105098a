// Who signs, and when credentials are looked for again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/harness/upstream_machine.h"

namespace bedlam::harness {
namespace {

using testing::HasSubstr;

std::string signed_by(Signer& signer) {
  aws::HttpRequest request{"POST", "/model/m/invoke", {{"Host", "example.com"}}, "{}"};
  const auto done = signer.sign(request, "bedrock");
  if (!done) return done.error().message;
  const std::string header(request.headers.get("Authorization"));
  return header.substr(0, header.find('/'));
}

TEST(UpstreamSigner, LooksAgainBeforeTheEnd) {
  FakeEnvironment on = set_up_machine();
  on.variables["AWS_PROFILE"] = "proc";
  on.variables["AWS_REGION"] = "eu-west-1";
  Signer signer(on, "", "");
  const std::string by_process = "AWS4-HMAC-SHA256 Credential=PROC";
  EXPECT_EQ(signed_by(signer), by_process);
  on.time += std::chrono::minutes(44);  // sixteen before the end
  EXPECT_EQ(signed_by(signer), by_process);
  EXPECT_EQ(on.commands_run, 1);
  on.time += std::chrono::minutes(2);
  on.outputs["print-key"] = "broken";
  EXPECT_EQ(signed_by(signer), by_process);  // what is still good serves on
  EXPECT_EQ(on.commands_run, 2);
  EXPECT_EQ(signed_by(signer), by_process);  // and is not asked about at every signature
  EXPECT_EQ(on.commands_run, 2);
  on.time += std::chrono::minutes(20);
  EXPECT_THAT(signed_by(signer), HasSubstr("printed no JSON"));
  on.outputs["print-key"] =
      R"({"Version":1,"AccessKeyId":"NEWER","SecretAccessKey":"s","Expiration":"9999-12-31T23:59:59Z"})";
  on.time += std::chrono::minutes(2);
  EXPECT_EQ(signed_by(signer), "AWS4-HMAC-SHA256 Credential=NEWER");
  EXPECT_EQ(signer.source(), "custom-process");
}

TEST(UpstreamSigner, AnApiKeyGoesBeforeASignature) {
  FakeEnvironment on = set_up_machine();
  on.variables["AWS_BEARER_TOKEN_BEDROCK"] = "api-key";
  Signer signer(on, "", "");
  EXPECT_EQ(signed_by(signer), "Bearer api-key");
  EXPECT_EQ(signer.source(), "bearer token");
}

TEST(UpstreamSigner, WithoutCredentialsOrRegionItSaysWhatToDo) {
  FakeEnvironment on;
  on.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  Signer none(on, "", "us-east-1");
  EXPECT_THAT(signed_by(none), HasSubstr("no AWS credentials found"));
  on.variables.insert(env_key().begin(), env_key().end());
  Signer nowhere(on, "", "");
  EXPECT_EQ(signed_by(nowhere), "no Region: give --region, or set AWS_REGION");
  on.variables["AWS_PROFILE"] = "nope";
  Signer unknown(on, "", "us-east-1");
  EXPECT_THAT(signed_by(unknown), HasSubstr("there is no profile 'nope'"));
}

}  // namespace
}  // namespace bedlam::harness
