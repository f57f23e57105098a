// Credentials of IAM Identity Center: the token that `aws sso login` left, and its renewal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/harness/upstream_machine.h"

namespace bedlam::harness {
namespace {

using testing::HasSubstr;

// sha1("corp"): the name of botocore's cache file (utils.py, SSOTokenLoader).
constexpr const char* kSsoCache =
    "/home/me/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

TEST(UpstreamSso, ByItsCachedToken) {
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
TEST(UpstreamSso, ATokenIsRenewedBeforeItsEnd) {
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

TEST(UpstreamSso, ATokenThatCannotBeRenewedServesToItsEnd) {
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

}  // namespace
}  // namespace bedlam::harness
