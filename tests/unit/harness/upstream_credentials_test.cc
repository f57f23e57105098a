// Which credentials are found: each row of the first table was asked of botocore 1.43.11's own
// resolver, with the same files and variables (2026-11-23).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/harness/upstream_machine.h"

namespace bedlam::harness {
namespace {

using testing::HasSubstr;

TEST(UpstreamCredentials, TheOrderIsBotocores) {
  struct ChainCase {
    Variables variables;
    std::string profile, expected;
  };
  const Variables with_profile{
      {"AWS_ACCESS_KEY_ID", "ENVKEY"}, {"AWS_SECRET_ACCESS_KEY", "s"}, {"AWS_PROFILE", "work"}};
  for (const ChainCase& row : std::vector<ChainCase>{
           {env_key(), "", "env ENVKEY"},
           {with_profile, "", "env ENVKEY"},
           {env_key(), "work", "shared-credentials-file WORKKEY tok"},
           {{}, "", "shared-credentials-file FILEKEY"},
           {{{"AWS_PROFILE", "work"}}, "", "shared-credentials-file WORKKEY tok"},
           {{{"AWS_DEFAULT_PROFILE", "proc"}, {"AWS_PROFILE", "work"}},
            "",
            "custom-process PROC t"},
           {{{"AWS_PROFILE", "other one"}}, "", "config-file OTHER"},
           {{{"AWS_PROFILE", "both"}}, "", "custom-process PROC"},
           {{{"AWS_ACCESS_KEY_ID", ""}, {"AWS_SECRET_ACCESS_KEY", ""}},
            "",
            "shared-credentials-file FILEKEY"}}) {
    FakeEnvironment on = set_up_machine();
    on.variables.insert(row.variables.begin(), row.variables.end());
    EXPECT_EQ(found_on(on, row.profile), row.expected);
  }
  FakeEnvironment empty;
  empty.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  EXPECT_EQ(found_on(empty), "none");
}

TEST(UpstreamCredentials, FilesElsewhere) {
  FakeEnvironment on = set_up_machine();
  on.variables["AWS_SHARED_CREDENTIALS_FILE"] = "~/keys";
  on.files["/home/me/keys"] = "[default]\naws_access_key_id=ELSEWHERE\naws_secret_access_key=s\n";
  EXPECT_EQ(found_on(on), "shared-credentials-file ELSEWHERE");
}

TEST(UpstreamCredentials, TheRegion) {
  FakeEnvironment on = set_up_machine();
  EXPECT_EQ(find_region(on, read_profiles(on, ""), ""), "eu-west-1");
  EXPECT_EQ(find_region(on, read_profiles(on, "other one"), ""), "ap-south-1");
  on.variables["AWS_DEFAULT_REGION"] = "us-west-2";
  EXPECT_EQ(find_region(on, read_profiles(on, ""), ""), "us-west-2");
  EXPECT_EQ(find_region(on, read_profiles(on, ""), "sa-east-1"), "sa-east-1");
}

constexpr const char* kStsAnswer =
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>"
    "<SecretAccessKey>s</SecretAccessKey><SessionToken>a&amp;b</SessionToken>"
    "<Expiration>2026-11-22T19:00:00Z</Expiration></Credentials></AssumeRoleResult>"
    "</AssumeRoleResponse>";
constexpr const char* kStsOfEuWest1 = "POST https://sts.eu-west-1.amazonaws.com/";

TEST(UpstreamCredentials, ARoleOfASourceProfile) {
  FakeEnvironment on = set_up_machine();
  on.variables["AWS_REGION"] = "eu-west-1";
  on.answer(kStsOfEuWest1, 200, kStsAnswer);
  EXPECT_EQ(found_on(on, "role"), "assume-role ASIAROLE a&b");
  ASSERT_EQ(on.asked.size(), 1U);
  const aws::HttpRequest& request = on.asked[0].request;
  EXPECT_EQ(request.body,
            "Version=2011-06-15&Action=AssumeRole"
            "&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2FModels"
            "&RoleSessionName=bedlam-1795370400&ExternalId=a%20b");
  EXPECT_THAT(std::string(request.headers.get("Authorization")),
              HasSubstr("Credential=WORKKEY/20261122/eu-west-1/sts/aws4_request"));
  EXPECT_EQ(request.headers.get("X-Amz-Security-Token"), "tok");
}

// Also where the profile is asked for by name, which lets the environment's own keys rest.
TEST(UpstreamCredentials, ARoleOfTheEnvironmentsKeys) {
  FakeEnvironment on = set_up_machine();
  on.variables["AWS_REGION"] = "eu-west-1";
  on.answer(kStsOfEuWest1, 200, kStsAnswer);
  EXPECT_THAT(found_on(on, "keys"), HasSubstr("credential_source Environment has no credentials"));
  on.variables["AWS_ACCESS_KEY_ID"] = "ENVKEY";
  on.variables["AWS_SECRET_ACCESS_KEY"] = "s";
  EXPECT_EQ(found_on(on, "keys"), "assume-role ASIAROLE a&b");
  EXPECT_THAT(std::string(on.asked.at(0).request.headers.get("Authorization")),
              HasSubstr("Credential=ENVKEY/"));
}

TEST(UpstreamCredentials, ARoleOfARole) {
  FakeEnvironment on = set_up_machine();
  on.variables["AWS_REGION"] = "eu-west-1";
  on.answer(kStsOfEuWest1, 200, kStsAnswer);
  EXPECT_EQ(found_on(on, "chain"), "assume-role ASIAROLE a&b");
  ASSERT_EQ(on.asked.size(), 2U);
  EXPECT_THAT(std::string(on.asked[1].request.headers.get("Authorization")),
              HasSubstr("Credential=ASIAROLE/"));
  EXPECT_THAT(found_on(on, "circle"), HasSubstr("source_profile leads back to 'circle'"));
}

TEST(UpstreamCredentials, WhatStsRefusesIsSaid) {
  FakeEnvironment on = set_up_machine();
  on.variables["AWS_REGION"] = "eu-west-1";
  on.answer(kStsOfEuWest1, 403,
            "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User is not authorized"
            "</Message></Error></ErrorResponse>");
  EXPECT_EQ(found_on(on, "role"), "STS refused the role: AccessDenied: User is not authorized");
  EXPECT_THAT(found_on(on, "mfa"), HasSubstr("aws configure export-credentials --profile mfa"));
}

TEST(UpstreamCredentials, AWebIdentityToken) {
  FakeEnvironment on = set_up_machine();
  on.variables.insert({{"AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token"},
                       {"AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/Pod"},
                       {"AWS_ROLE_SESSION_NAME", "pod"},
                       {"AWS_REGION", "eu-west-1"}});
  EXPECT_EQ(found_on(on), "/var/run/token: the web identity token cannot be read");
  on.files["/var/run/token"] = "ey.J";
  on.answer(kStsOfEuWest1, 200, kStsAnswer);
  EXPECT_EQ(found_on(on), "assume-role-with-web-identity ASIAROLE a&b");
  EXPECT_FALSE(on.asked[0].request.headers.find("Authorization"));
  EXPECT_THAT(on.asked[0].request.body, HasSubstr("&WebIdentityToken=ey.J"));
}

constexpr const char* kMetadataKey =
    R"({"Code":"Success","AccessKeyId":"ASIAMETA","SecretAccessKey":"s","Token":"t",)"
    R"("Expiration":"2026-11-23T00:00:00Z"})";

TEST(UpstreamCredentials, AContainers) {
  FakeEnvironment on;
  on.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/1?a=b";
  on.answer("GET http://169.254.170.2/v2/credentials/1", 200, kMetadataKey);
  EXPECT_EQ(found_on(on), "container-role ASIAMETA t");
  EXPECT_EQ(on.asked[0].request.target, "/v2/credentials/1?a=b");

  FakeEnvironment pod;
  pod.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
  pod.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/var/token";
  pod.files["/var/token"] = "pod-token";
  pod.answer("GET http://169.254.170.23/v1/credentials", 200, kMetadataKey);
  EXPECT_EQ(found_on(pod), "container-role ASIAMETA t");
  EXPECT_EQ(pod.asked[0].request.headers.get("Authorization"), "pod-token");
  pod.files["/var/token"] = "pod-token\r\nX-Evil: 1";
  EXPECT_THAT(found_on(pod), HasSubstr("more than one line"));
  pod.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://example.com/credentials";
  EXPECT_THAT(found_on(pod), HasSubstr("example.com is neither https"));
}

constexpr const char* kMetadataRoot = "http://169.254.169.254/latest/";

FakeEnvironment instance() {
  FakeEnvironment on;
  const std::string roles =
      std::string("GET ") + kMetadataRoot + "meta-data/iam/security-credentials/";
  on.answer(std::string("PUT ") + kMetadataRoot + "api/token", 200, "imds-token");
  on.answer(roles, 200, "my-role\n");
  on.answer(roles + "my-role", 200, kMetadataKey);
  return on;
}

TEST(UpstreamCredentials, AnInstancesRole) {
  FakeEnvironment on = instance();
  EXPECT_EQ(found_on(on), "iam-role ASIAMETA t");
  ASSERT_EQ(on.asked.size(), 3U);
  EXPECT_EQ(on.asked[0].request.headers.get("x-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_EQ(on.asked[2].request.headers.get("x-aws-ec2-metadata-token"), "imds-token");
  on.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  EXPECT_EQ(found_on(on), "none");
  on.variables.erase("AWS_EC2_METADATA_DISABLED");
  on.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1338/imds/";
  on.answer("PUT http://127.0.0.1:1338/imds/latest/api/token", 200, "");
  EXPECT_EQ(found_on(on), "none");  // the service there has no role
  EXPECT_EQ(on.asked.back().url,
            "http://127.0.0.1:1338/imds/latest/meta-data/iam/security-credentials/");
}

TEST(UpstreamCredentials, AnInstanceWithoutTokens) {
  FakeEnvironment on = instance();
  on.answer(std::string("PUT ") + kMetadataRoot + "api/token", 404, "");
  EXPECT_EQ(found_on(on), "iam-role ASIAMETA t");
  on.variables["AWS_EC2_METADATA_V1_DISABLED"] = "true";
  EXPECT_EQ(found_on(on), "none");
}

TEST(UpstreamCredentials, MistakesNameThePlaceAndNoSecret) {
  FakeEnvironment on = set_up_machine();
  on.variables["AWS_ACCESS_KEY_ID"] = "HALF";
  EXPECT_EQ(found_on(on), "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not");
  on.outputs["print-key"] = R"({"Version":2,"AccessKeyId":"PROC","SecretAccessKey":"hidden"})";
  EXPECT_EQ(found_on(on, "proc"),
            "profile 'proc' of /home/me/.aws/config: credential_process printed no JSON with "
            "\"Version\": 1");
  on.outputs["print-key"] = R"({"Version":1,"SecretAccessKey":"hidden"})";
  EXPECT_EQ(
      found_on(on, "proc"),
      "profile 'proc' of /home/me/.aws/config: credential_process: there is no AccessKeyId in "
      "the answer");
  on.outputs.clear();
  EXPECT_THAT(found_on(on, "proc"), HasSubstr("credential_process ended with status 127"));
  EXPECT_THAT(found_on(on, "login"), HasSubstr("aws configure export-credentials --profile login"));
}

TEST(UpstreamCredentials, Expirations) {
  const auto at = [](const char* text) {
    const auto time = parse_expiration(text);
    return time ? time->time_since_epoch().count() : -1;
  };
  EXPECT_EQ(at("2026-11-22T18:00:00Z"), 1'795'370'400);
  EXPECT_EQ(at("2026-11-22T18:00:00.123456Z"), 1'795'370'400);
  EXPECT_EQ(at("2026-11-22T20:00:00+02:00"), 1'795'370'400);
  EXPECT_EQ(at("2026-11-22T12:30:00.5-05:30"), 1'795'370'400);
  EXPECT_EQ(at("2026-11-22T18:00:00UTC"), 1'795'370'400);
  EXPECT_EQ(at("tomorrow"), -1);
  EXPECT_EQ(at("2026-11-22T18:00:00+2"), -1);
}

}  // namespace
}  // namespace bedlam::harness
