// SigV4 against AWS's own vectors: the signing test suite of awslabs/aws-c-auth
// (tests/aws-signing-test-suite/v4, the cases that normalize paths), whose keys are those of AWS's
// documentation.
#include "emulator/aws/sigv4.h"

#include <gtest/gtest.h>

#include "emulator/aws/authentication.h"

namespace bedlam::aws {
namespace {

constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr std::string_view kSuiteTime = "20150830T123600Z";

struct SuiteCase {
  std::string name;
  std::string method, target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string signed_headers, signature;
  std::string body{};
  std::string session_token{};
};

std::vector<SuiteCase> suite() {
  return {
      {"get-header-key-duplicate",
       "GET",
       "/",
       {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}},
       "host;my-header1;x-amz-date",
       "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
      {"get-header-value-order",
       "GET",
       "/",
       {{"My-Header1", "value4"},
        {"My-Header1", "value1"},
        {"My-Header1", "value3"},
        {"My-Header1", "value2"}},
       "host;my-header1;x-amz-date",
       "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
      {"get-header-value-trim",
       "GET",
       "/",
       {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
       "host;my-header1;my-header2;x-amz-date",
       "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
      {"get-relative-normalized",
       "GET",
       "/example/..",
       {},
       "host;x-amz-date",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-slashes-normalized",
       "GET",
       "//example//",
       {},
       "host;x-amz-date",
       "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
      {"get-space-normalized",
       "GET",
       "/example space/",
       {},
       "host;x-amz-date",
       "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
      {"get-unreserved",
       "GET",
       "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
       {},
       "host;x-amz-date",
       "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
      {"get-utf8",
       "GET",
       "/\xe1\x88\xb4",
       {},
       "host;x-amz-date",
       "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
      {"get-vanilla-empty-query-key",
       "GET",
       "/?Param1=value1",
       {},
       "host;x-amz-date",
       "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
      {"get-vanilla-query-order-encoded",
       "GET",
       "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
       {},
       "host;x-amz-date",
       "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"},
      {"get-vanilla-query-order-key-case",
       "GET",
       "/?Param2=value2&Param1=value1",
       {},
       "host;x-amz-date",
       "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
      {"get-vanilla-with-session-token",
       "GET",
       "/",
       {},
       "host;x-amz-date;x-amz-security-token",
       "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
       "",
       "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"},
      {"post-x-www-form-urlencoded",
       "POST",
       "/",
       {{"Content-Type", "application/x-www-form-urlencoded"},
        {"Content-Length", "13"},
        {"x-amz-content-sha256",
         "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"}},
       "content-length;content-type;host;x-amz-content-sha256;x-amz-date",
       "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
       "Param1=value1"},
  };
}

HttpRequest request_of(const SuiteCase& vector) {
  HttpRequest request{
      vector.method, vector.target, {{"Host", "example.amazonaws.com"}}, vector.body};
  for (const auto& [name, value] : vector.headers) request.headers.add(name, value);
  request.headers.add("Authorization",
                      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/"
                      "aws4_request, SignedHeaders=" +
                          vector.signed_headers + ", Signature=" + vector.signature);
  request.headers.add("X-Amz-Date", std::string(kSuiteTime));
  if (!vector.session_token.empty()) {
    request.headers.add("X-Amz-Security-Token", vector.session_token);
  }
  return request;
}

Occasion suite_occasion() {
  return {"service", *parse_utc(kSuiteTime), true};
}

Credentials suite_credentials(const std::string& session_token) {
  return {{{"AKIDEXAMPLE", std::string(kSecret), session_token, std::nullopt}}, {}};
}

TEST(SigV4, AcceptsTheSigningTestSuite) {
  for (const SuiteCase& vector : suite()) {
    const auto refusal =
        authenticate(request_of(vector), suite_credentials(vector.session_token), suite_occasion());
    EXPECT_FALSE(refusal) << vector.name << ": " << (refusal ? refusal->explanation : "");
  }
}

TEST(SigV4, AByteChangedAnywhereIsNoticed) {
  for (const SuiteCase& vector : suite()) {
    SuiteCase other = vector;
    other.method = "PUT";
    EXPECT_TRUE(
        authenticate(request_of(other), suite_credentials(vector.session_token), suite_occasion()))
        << vector.name;
    other = vector;
    other.body += "x";
    EXPECT_TRUE(
        authenticate(request_of(other), suite_credentials(vector.session_token), suite_occasion()))
        << vector.name;
  }
}

// The suite's get-vanilla-query-order-key-case, signed in the query.
TEST(SigV4, AcceptsAPresignedQuery) {
  HttpRequest request{
      "GET",
      "/?Param2=value2&Param1=value1&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
      "AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z"
      "&X-Amz-SignedHeaders=host&X-Amz-Expires=3600&X-Amz-Signature="
      "86012e2c9ad4d77369f5d81c11f75158aae4f895a085212cc6d3f923d300bed5",
      {{"Host", "example.amazonaws.com"}},
      ""};
  EXPECT_FALSE(authenticate(request, suite_credentials(""), suite_occasion()));
  Occasion late = suite_occasion();
  late.now += std::chrono::seconds(3601);
  const auto refusal = authenticate(request, suite_credentials(""), late);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->error.message,
            "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z "
            "(20150830T133601Z - 60 min.)");
}

// What the clients send (facts: measured): one encodes the colon of a model's id, one does not.
TEST(SigV4, PathsAreEncodedOnceMore) {
  EXPECT_EQ(canonical_uri("/model/anthropic.claude-v2%3A1/invoke"),
            "/model/anthropic.claude-v2%253A1/invoke");
  EXPECT_EQ(canonical_uri("/model/anthropic.claude-v2:1/invoke"),
            "/model/anthropic.claude-v2%3A1/invoke");
  EXPECT_EQ(canonical_uri(""), "/");
}

TEST(SigV4, QueriesAreSortedByNameThenValue) {
  EXPECT_EQ(canonical_query("a-b=1&a=2&a=1&b"), "a=1&a=2&a-b=1&b=");
  EXPECT_EQ(canonical_query(""), "");
}

}  // namespace
}  // namespace bedlam::aws
