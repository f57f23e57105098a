// Requests that leave, signed: against botocore's SigV4Auth (1.43.11, run on 2026-11-23 with the
// time held) and AWS's signing test suite.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/aws/authentication.h"
#include "harness/upstream/endpoint.h"
#include "harness/upstream/signing.h"

namespace bedlam::harness {
namespace {

using testing::EndsWith;

// 2026-11-22T18:00:00Z.
constexpr WallTime kSigningTime{std::chrono::seconds(1'795'370'400)};

aws::AccessKey documented_key(const std::string& token = "") {
  return {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token, std::nullopt};
}

TEST(UpstreamSigning, AModelIdInThePathAsBotocoreSignsIt) {
  aws::HttpRequest request{"POST",
                           "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse",
                           {{"Host", "bedrock-runtime.us-east-1.amazonaws.com"},
                            {"Content-Type", "application/json"},
                            {"User-Agent", "not signed"},
                            {"Accept-Encoding", "identity"}},
                           R"({"messages": []})"};
  sign(request, documented_key(), {"us-east-1"}, kSigningTime);
  EXPECT_EQ(request.headers.get("X-Amz-Date"), "20261122T180000Z");
  EXPECT_EQ(request.headers.get("Authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/bedrock/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date, "
            "Signature=533e487c4b876dca35b7eb64e6ab434e97d62deed6ac997c2f62888d57cacd3d");
}

TEST(UpstreamSigning, ASessionTokenAndAServicesHeader) {
  aws::HttpRequest request{
      "POST",
      "/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A111122223333%3Ainference-profile%2Feu.x-v1%3A0/"
      "invoke",
      {{"Host", "bedrock-runtime.eu-central-1.amazonaws.com"},
       {"Content-Type", "application/json"},
       {"X-Amzn-Bedrock-Trace", "ENABLED"}},
      "{}"};
  sign(request, documented_key("SESSION+TOKEN/=="), {"eu-central-1"}, kSigningTime);
  EXPECT_EQ(request.headers.get("X-Amz-Security-Token"), "SESSION+TOKEN/==");
  EXPECT_THAT(std::string(request.headers.get("Authorization")),
              EndsWith("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;"
                       "x-amzn-bedrock-trace, "
                       "Signature=7122446e7ccfffcc1fc22edf14c05a832896eea233ccde0429934a3b5b754ea"
                       "f"));
}

TEST(UpstreamSigning, AnEndpointWithAPortAPrefixAndAQuery) {
  const auto endpoint = parse_endpoint("http://127.0.0.1:4566/pfx/");
  ASSERT_TRUE(endpoint);
  aws::HttpRequest request{"GET",
                           endpoint->prefix + "/async-invoke?maxResults=5&statusEquals=Completed",
                           {{"Host", endpoint->authority()}},
                           ""};
  sign(request, documented_key(), {"us-east-1"}, kSigningTime);
  EXPECT_THAT(
      std::string(request.headers.get("Authorization")),
      EndsWith("SignedHeaders=host;x-amz-date, "
               "Signature=0dee6682aa5368873a2b01d2757005f61a37ac7be7caff4313028350d4550812"));
}

// awslabs/aws-c-auth, tests/aws-signing-test-suite/v4, get-vanilla-query-order-encoded.
TEST(UpstreamSigning, ACaseOfTheSigningTestSuite) {
  aws::HttpRequest request{"GET",
                           "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
                           {{"Host", "example.amazonaws.com"}},
                           ""};
  sign(request, documented_key(), {"us-east-1", "service"},
       WallTime{std::chrono::seconds(1'440'938'160)});
  EXPECT_EQ(request.headers.get("X-Amz-Date"), "20150830T123600Z");
  EXPECT_THAT(std::string(request.headers.get("Authorization")),
              EndsWith("371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"));
}

TEST(UpstreamSigning, ACallersOwnSignatureIsReplaced) {
  aws::HttpRequest request{"POST",
                           "/model/m/invoke?X-Amz-Signature=abc&keep=1&X-Amz-Credential=x",
                           {{"host", "example.com"},
                            {"authorization", "AWS4-HMAC-SHA256 Credential=theirs"},
                            {"x-amz-date", "20200101T000000Z"},
                            {"x-amz-security-token", "theirs"},
                            {"X-Api-Key", "theirs"},
                            {"Cookie", "session=theirs"}},
                           "{}"};
  sign(request, documented_key("ours"), {"us-east-1"}, kSigningTime);
  EXPECT_EQ(request.target, "/model/m/invoke?keep=1");
  EXPECT_EQ(request.headers.get("x-amz-security-token"), "ours");
  int authorizations = 0;
  for (const auto& [name, value] : request.headers) {
    authorizations += aws::equals_ignoring_case(name, "authorization") ? 1 : 0;
    EXPECT_EQ(value.find("theirs"), std::string::npos) << name;
  }
  EXPECT_EQ(authorizations, 1);
  const aws::Credentials known{{documented_key("ours")}, {}};
  EXPECT_FALSE(aws::authenticate(
      request, known, {"bedrock", std::chrono::floor<std::chrono::seconds>(kSigningTime), true}));
}

TEST(UpstreamSigning, ABearerTokenIsTheWholeOfIt) {
  aws::HttpRequest request{"POST", "/model/m/invoke", {{"Host", "example.com"}}, "{}"};
  sign(request, aws::BearerToken{"bedrock-api-key-1", std::nullopt}, {"us-east-1"}, kSigningTime);
  EXPECT_EQ(request.headers.get("Authorization"), "Bearer bedrock-api-key-1");
  EXPECT_FALSE(request.headers.find("X-Amz-Date"));
}

TEST(UpstreamEndpoint, PartsOfAUrl) {
  const auto aws = parse_endpoint("https://bedrock-runtime.eu-central-1.amazonaws.com");
  ASSERT_TRUE(aws);
  EXPECT_TRUE(aws->tls);
  EXPECT_EQ(aws->port, 443);
  EXPECT_EQ(aws->authority(), "bedrock-runtime.eu-central-1.amazonaws.com");
  EXPECT_EQ(aws->region(), "eu-central-1");
  EXPECT_FALSE(aws->is_loopback());
  EXPECT_EQ(parse_endpoint("https://bedrock-runtime.cn-north-1.amazonaws.com.cn")->region(),
            "cn-north-1");
  const auto local = parse_endpoint("http://[::1]:8080/a/b/");
  ASSERT_TRUE(local);
  EXPECT_EQ(local->host, "::1");
  EXPECT_EQ(local->authority(), "[::1]:8080");
  EXPECT_EQ(local->prefix, "/a/b");
  EXPECT_EQ(local->url(), "http://[::1]:8080/a/b");
  EXPECT_TRUE(local->is_loopback());
  EXPECT_TRUE(parse_endpoint("http://127.0.0.1")->is_loopback());
  EXPECT_TRUE(parse_endpoint("http://LOCALHOST:1")->is_loopback());
  EXPECT_FALSE(parse_endpoint("http://127.0.0.1.example.com")->is_loopback());
  EXPECT_EQ(local->region(), "");
  EXPECT_EQ(aws_endpoint("bedrock-runtime", "cn-north-1").url(),
            "https://bedrock-runtime.cn-north-1.amazonaws.com.cn");
}

TEST(UpstreamEndpoint, MistakesAreSaidWithoutSecrets) {
  for (const char* url : {"127.0.0.1:4566", "ftp://x", "http://", "http://x:0", "http://x:99999",
                          "http://x/?key=secret", "http://secret@x", "http://[::1", "http://a b"}) {
    const auto endpoint = parse_endpoint(url);
    ASSERT_FALSE(endpoint) << url;
    EXPECT_EQ(endpoint.error().find("secret"), std::string::npos);
    EXPECT_NE(endpoint.error().find("write it as"), std::string::npos);
  }
}

}  // namespace
}  // namespace bedlam::harness
