// Which credentials are found: each row of the first table was asked of botocore 1.43.11's own
// resolver, with the same files and variables (2026-11-23).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/upstream/credentials.h"
#include "tests/unit/harness/fake_environment.h"

namespace bedlam::harness {
namespace {

using testing::HasSubstr;

constexpr const char* kCredentialsFile = R"(
[default]
aws_access_key_id = FILEKEY
aws_secret_access_key = s
[work]
aws_access_key_id = WORKKEY
aws_secret_access_key = s#not a comment
aws_session_token = tok
)";

constexpr const char* kConfigFile = R"(
[default]
region = eu-west-1
[profile work]
aws_access_key_id=CONFWORK
aws_secret_access_key=s
s3 =
  aws_access_key_id = NESTED
[profile  "other one"]
aws_access_key_id=OTHER
aws_secret_access_key=s
region = ap-south-1
[profile proc]
credential_process = print-key
[profile both]
credential_process = print-key-for-ever
aws_access_key_id=BOTHCONF
aws_secret_access_key=s
[profile role]
role_arn = arn:aws:iam::111122223333:role/Models
source_profile = work
external_id = a b
[profile chain]
role_arn = arn:aws:iam::111122223333:role/Second
source_profile = role
[profile circle]
role_arn = arn:aws:iam::111122223333:role/Circle
source_profile = round
[profile round]
role_arn = arn:aws:iam::111122223333:role/Round
source_profile = circle
[profile keys]
role_arn = arn:aws:iam::111122223333:role/Models
credential_source = Environment
[profile mfa]
role_arn = arn:aws:iam::111122223333:role/Models
source_profile = work
mfa_serial = arn:aws:iam::111122223333:mfa/me
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Models
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
[profile login]
login_session = arn:aws:iam::111122223333:user/me
)";

FakeEnvironment set_up_machine() {
  FakeEnvironment on;
  on.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  on.files["/home/me/.aws/config"] = kConfigFile;
  on.files["/home/me/.aws/credentials"] = kCredentialsFile;
  on.outputs["print-key"] =
      R"({"Version":1,"AccessKeyId":"PROC","SecretAccessKey":"s","SessionToken":"t",)"
      R"("Expiration":"2026-11-22T19:00:00Z"})";
  on.outputs["print-key-for-ever"] = R"({"Version":1,"AccessKeyId":"PROC","SecretAccessKey":"s"})";
  return on;
}

// "env ENVKEY", or the error.
std::string found_on(const FakeEnvironment& machine, const std::string& profile = "") {
  const Profiles profiles = read_profiles(machine, profile);
  const auto found = find_credentials(
      {machine, profiles, profiles.chosen, profile.empty(), find_region(machine, profiles, "")});
  if (!found) return found.error().message;
  if (!*found) return "none";
  const aws::AccessKey& key = (*found)->key;
  const std::string token = key.session_token.empty() ? "" : " " + key.session_token;
  return std::string((*found)->provider) + " " + key.id + token;
}

using Variables = std::map<std::string, std::string>;
const Variables& env_key() {
  static const Variables variables{{"AWS_ACCESS_KEY_ID", "ENVKEY"}, {"AWS_SECRET_ACCESS_KEY", "s"}};
  return variables;
}

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
  EXPECT_EQ(on.asked[0].request.headers.find("Authorization"), nullptr);
  EXPECT_THAT(on.asked[0].request.body, HasSubstr("&WebIdentityToken=ey.J"));
}

// sha1("corp"): the name of botocore's cache file (utils.py, SSOTokenLoader).
constexpr const char* kSsoCache =
    "/home/me/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

TEST(UpstreamCredentials, SsoByItsCachedToken) {
  FakeEnvironment on = set_up_machine();
  EXPECT_THAT(found_on(on, "sso"), HasSubstr("run `aws sso login --profile sso`"));
  on.files[kSsoCache] = R"({"accessToken":"token-1","expiresAt":"2026-11-22T18:00:00Z"})";
  EXPECT_THAT(found_on(on, "sso"), HasSubstr("has run out; run `aws sso login --profile sso`"));
  on.files[kSsoCache] = R"({"accessToken":"token-1","expiresAt":"2026-11-22T18:30:00Z"})";
  on.answer("GET https://portal.sso.eu-west-1.amazonaws.com/federation/credentials", 200,
            R"({"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s",)"
            R"("sessionToken":"t","expiration":1795374000000}})");
  EXPECT_EQ(found_on(on, "sso"), "sso ASIASSO t");
  EXPECT_EQ(on.asked[0].url,
            "https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?role_name=Models"
            "&account_id=111122223333");
  EXPECT_EQ(on.asked[0].request.headers.get("x-amz-sso_bearer_token"), "token-1");
}

// Of the file, with the members that botocore's SSOTokenProvider asks for.
std::string cached_sso_token(const std::string& expires, const std::string& registered) {
  return R"({"startUrl":"https://corp.awsapps.com/start","region":"eu-west-1","accessToken":"old",)"
         R"("expiresAt":")" +
         expires + R"(","clientId":"client","clientSecret":"hush","registrationExpiresAt":")" +
         registered + R"(","refreshToken":"refresh-1"})";
}

FakeEnvironment with_sso_token(const std::string& expires,
                               const std::string& registered = "2027-01-01T00:00:00Z") {
  FakeEnvironment on = set_up_machine();
  on.files[kSsoCache] = cached_sso_token(expires, registered);
  on.answer("GET https://portal.sso.eu-west-1.amazonaws.com/federation/credentials", 200,
            R"({"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s",)"
            R"("sessionToken":"t","expiration":1795374000000}})");
  return on;
}

constexpr const char* kCreateToken = "POST https://oidc.eu-west-1.amazonaws.com/token";
constexpr const char* kCreatedToken =
    R"({"accessToken":"new","tokenType":"Bearer","expiresIn":28800,"refreshToken":"refresh-2"})";

// CreateToken of the service model sso-oidc, 2019-06-10; the file is what botocore writes.
TEST(UpstreamCredentials, AnSsoTokenIsRenewedBeforeItsEnd) {
  for (const char* expires : {"2026-11-22T18:14:59Z", "2026-11-22T17:00:00Z"}) {
    FakeEnvironment on = with_sso_token(expires);
    on.answer(kCreateToken, 200, kCreatedToken);
    EXPECT_EQ(found_on(on, "sso"), "sso ASIASSO t") << expires;
    ASSERT_EQ(on.asked.size(), 2U);
    EXPECT_EQ(*parse_json(on.asked[0].request.body), Json({{"grantType", "refresh_token"},
                                                           {"clientId", "client"},
                                                           {"clientSecret", "hush"},
                                                           {"refreshToken", "refresh-1"}}));
    EXPECT_EQ(on.asked[1].request.headers.get("x-amz-sso_bearer_token"), "new");
    EXPECT_EQ(*parse_json(on.files[kSsoCache]),
              Json({{"startUrl", "https://corp.awsapps.com/start"},
                    {"region", "eu-west-1"},
                    {"accessToken", "new"},
                    {"expiresAt", "2026-11-23T02:00:00Z"},
                    {"clientId", "client"},
                    {"clientSecret", "hush"},
                    {"registrationExpiresAt", "2027-01-01T00:00:00Z"},
                    {"refreshToken", "refresh-2"}}));
  }
}

TEST(UpstreamCredentials, AnSsoTokenThatCannotBeRenewedServesToItsEnd) {
  FakeEnvironment good = with_sso_token("2026-11-22T18:10:00Z");
  good.answer(kCreateToken, 400, R"({"error":"invalid_grant"})");
  EXPECT_EQ(found_on(good, "sso"), "sso ASIASSO t");
  EXPECT_EQ(good.asked[1].request.headers.get("x-amz-sso_bearer_token"), "old");
  FakeEnvironment over = with_sso_token("2026-11-22T18:00:00Z");
  over.answer(kCreateToken, 400, R"({"error":"invalid_grant"})");
  EXPECT_THAT(found_on(over, "sso"),
              HasSubstr("has run out, and renewing it failed: CreateToken was answered with status "
                        "400; run `aws sso login --profile sso`"));
  over.answer(kCreateToken, 200, R"({"expiresIn":28800})");
  EXPECT_THAT(found_on(over, "sso"), HasSubstr("there is no token in CreateToken's answer"));
  over.answer(kCreateToken, 200, kCreatedToken);
  over.read_only = true;
  EXPECT_THAT(found_on(over, "sso"), HasSubstr("the new one cannot be written to /home/me/.aws"));
  // The client's registration is over too: nobody is asked.
  FakeEnvironment unregistered = with_sso_token("2026-11-22T18:00:00Z", "2026-11-22T18:00:00Z");
  EXPECT_THAT(found_on(unregistered, "sso"), HasSubstr("has run out; run `aws sso login"));
  EXPECT_TRUE(unregistered.asked.empty());
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
