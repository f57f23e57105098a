// What AWS's front door refuses, and in which words: those are quoted from public logs
// (emulator/aws/front_door_errors.h).
#include "emulator/aws/authentication.h"

#include <gtest/gtest.h>

#include "emulator/aws/sigv4.h"
#include "emulator/base/base64.h"

namespace bedlam::aws {
namespace {

const std::chrono::sys_seconds kNow = *parse_utc("20251106T132108Z");

Credentials known() {
  return {{{"AKIDEXAMPLE", "secret", "", std::nullopt},
           {"ASIAEXAMPLE", "secret", "session", *parse_utc("2025-11-06T14:00:00Z")}},
          {{"a-bearer-token", *parse_utc("2025-11-06T14:00:00Z")}}};
}

Occasion at(std::chrono::sys_seconds now, std::string_view service = "bedrock") {
  return {service, now, true};
}

// What a test changes of a request that is right.
struct Signing {
  std::string key = "AKIDEXAMPLE", secret = "secret", token, time = "20251106T132108Z";
  std::string scope_date = "20251106", service = "bedrock", host_name = "host";
};

HttpRequest call_signed(const Signing& how) {
  HttpRequest request{"POST", "/model/m/converse", {{"host", "localhost"}}, "{}"};
  request.headers.add("x-amz-date", how.time);
  if (!how.token.empty()) request.headers.add("x-amz-security-token", how.token);
  const SigV4 sigv4{{how.key, how.scope_date, "us-east-1", how.service},
                    {how.host_name, "x-amz-date"},
                    "",
                    how.time,
                    how.token,
                    false};
  const std::string signature_text =
      signature(how.secret, sigv4, string_to_sign(sigv4, canonical_request(request, sigv4)));
  request.headers.add("authorization", "AWS4-HMAC-SHA256 Credential=" + how.key + "/" +
                                           how.scope_date + "/us-east-1/" + how.service +
                                           "/aws4_request, SignedHeaders=" + how.host_name +
                                           ";x-amz-date, Signature=" + signature_text);
  return request;
}

HttpRequest call_with(std::string authorization) {
  return {"POST",
          "/model/m/converse",
          {{"host", "localhost"},
           {"x-amz-date", "20251106T132108Z"},
           {"authorization", std::move(authorization)}},
          "{}"};
}

std::string refused(const HttpRequest& request, std::chrono::sys_seconds now = kNow) {
  const auto refusal = authenticate(request, known(), at(now));
  if (!refusal) return "";
  const Json* gateway = find(refusal->error.members, "Message");
  return std::to_string(refusal->error.http_status) + " " + refusal->error.code + ": " +
         (gateway == nullptr ? refusal->error.message : gateway->get<std::string>());
}

TEST(Authentication, WhoIsKnownPasses) {
  EXPECT_EQ(refused(call_signed({})), "");
  Signing session;
  session.key = "ASIAEXAMPLE";
  session.token = "session";
  EXPECT_EQ(refused(call_signed(session)), "");
  EXPECT_EQ(refused(call_with("Bearer a-bearer-token")), "");
}

TEST(Authentication, NobodyIsMissed) {
  HttpRequest request = call_signed({});
  request.headers = {{"host", "localhost"}};
  EXPECT_EQ(refused(request),
            "403 MissingAuthenticationTokenException: Missing Authentication Token");
}

TEST(Authentication, UnknownKeysAndTokens) {
  Signing other;
  other.key = "AKIDOTHER";
  const std::string unrecognized =
      "403 UnrecognizedClientException: The security token included in the request is invalid.";
  EXPECT_EQ(refused(call_signed(other)), unrecognized);
  Signing token;
  token.token = "made up";
  EXPECT_EQ(refused(call_signed(token)), unrecognized);
  token.key = "ASIAEXAMPLE";
  EXPECT_EQ(refused(call_signed(token)), unrecognized);
}

TEST(Authentication, AWrongSecret) {
  Signing other;
  other.secret = "guessed";
  EXPECT_EQ(refused(call_signed(other)),
            "403 InvalidSignatureException: The request signature we calculated does not match the "
            "signature you provided. Check your AWS Secret Access Key and signing method. Consult "
            "the service documentation for details.");
}

TEST(Authentication, ASessionEnds) {
  Signing session;
  session.key = "ASIAEXAMPLE";
  session.token = "session";
  session.time = "20251106T140000Z";
  EXPECT_EQ(refused(call_signed(session), *parse_utc(session.time)),
            "403 ExpiredTokenException: The security token included in the request is expired");
  EXPECT_EQ(refused(call_with("Bearer a-bearer-token"), *parse_utc(session.time)),
            "403 AccessDeniedException: Bearer Token has expired");
}

// The two times as boto/botocore issue 3587 and serverless/enterprise issue 11 show them.
TEST(Authentication, ClocksMayDifferByFiveMinutes) {
  Signing early;
  early.time = "20251105T220858Z";
  early.scope_date = "20251105";
  EXPECT_EQ(refused(call_signed(early)),
            "403 InvalidSignatureException: Signature expired: 20251105T220858Z is now earlier "
            "than 20251106T131608Z (20251106T132108Z - 5 min.)");
  EXPECT_EQ(refused(call_signed({}), kNow + std::chrono::minutes(5)), "");
  EXPECT_EQ(refused(call_signed({}), kNow - std::chrono::minutes(5)), "");
  EXPECT_EQ(refused(call_signed({}), kNow - std::chrono::seconds(301)),
            "403 InvalidSignatureException: Signature not yet current: 20251106T132108Z is still "
            "later than 20251106T132107Z (20251106T131607Z + 5 min.)");
  Occasion whenever = at(kNow);
  whenever.compare_times = false;
  EXPECT_FALSE(authenticate(call_signed(early), known(), whenever));
}

TEST(Authentication, WhatTheSignatureSaysOfItself) {
  Signing service;
  service.service = "bedrock-runtime";
  EXPECT_EQ(refused(call_signed(service)),
            "403 InvalidSignatureException: Credential should be scoped to correct service: "
            "'bedrock'. ");
  Signing date;
  date.scope_date = "20251105";
  EXPECT_EQ(refused(call_signed(date)),
            "403 InvalidSignatureException: Date in Credential scope does not match YYYYMMDD from "
            "ISO-8601 version of date from HTTP: '20251105' != '20251106', from "
            "'20251106T132108Z'.");
  Signing host;
  host.host_name = "accept";
  EXPECT_EQ(refused(call_signed(host)),
            "403 InvalidSignatureException: 'Host' or ':authority' must be a 'SignedHeader' in the "
            "AWS Authorization.");
}

TEST(Authentication, IncompleteSignatures) {
  EXPECT_TRUE(refused(call_with("AWS4-HMAC-SHA256 Credential=a"))
                  .starts_with("400 IncompleteSignatureException: Authorization header requires "
                               "'Signature' parameter. Authorization header requires "
                               "'SignedHeaders' parameter. (Hashed with SHA-256"));
  EXPECT_TRUE(refused(call_with("Basic dXNlcg=="))
                  .starts_with("400 IncompleteSignatureException: Invalid key=value pair"));
  EXPECT_EQ(refused(call_with("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c")),
            "400 IncompleteSignatureException: Credential must have exactly 5 slash-delimited "
            "elements, e.g. keyid/date/region/service/term, got 'a/b'");
  HttpRequest undated = call_with(
      "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host, Signature=c");
  undated.headers = {{"host", "localhost"},
                     {"authorization", std::string(undated.headers.get("authorization"))}};
  EXPECT_TRUE(refused(undated).starts_with(
      "400 IncompleteSignatureException: Authorization header requires existence of either a "
      "'X-Amz-Date' or a 'Date' header. "));
}

// A GET as it is presigned: the signature is right, whatever X-Amz-Expires says.
std::string presigned_target(const std::string& path, const std::string& host,
                             const std::string& method, const std::string& more) {
  HttpRequest request{method,
                      path +
                          "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F"
                          "20251106%2Fus-east-1%2Fbedrock%2Faws4_request&X-Amz-Date="
                          "20251106T132108Z" +
                          more + "&X-Amz-SignedHeaders=host",
                      {{"host", host}},
                      ""};
  const SigV4 sigv4{{"AKIDEXAMPLE", "20251106", "us-east-1", "bedrock"},
                    {"host"},
                    "",
                    "20251106T132108Z",
                    "",
                    true};
  return request.target + "&X-Amz-Signature=" +
         signature("secret", sigv4, string_to_sign(sigv4, canonical_request(request, sigv4)));
}

// S3 API reference, sigv4-query-string-auth: "The minimum value you can set is 1, and the maximum
// is 604800 (seven days)." Sentences quoted in public logs, but for zero.
TEST(Authentication, PresignedRequestsLiveAWeekAtMost) {
  const auto refused_with = [](const std::string& expires) {
    return refused(
        {"GET",
         presigned_target("/async-invoke?", "localhost", "GET", "&X-Amz-Expires=" + expires),
         {{"host", "localhost"}},
         ""});
  };
  EXPECT_EQ(refused_with("1"), "");
  EXPECT_EQ(refused_with("604800"), "");
  const std::string name = "400 AuthorizationQueryParametersError: X-Amz-Expires ";
  EXPECT_EQ(refused_with("700000"),
            name +
                "must be less than a week (in seconds); that is, the given X-Amz-Expires must "
                "be less than 604800 seconds");
  EXPECT_EQ(refused_with("-5"), name + "must be non-negative");
  EXPECT_EQ(refused_with("0"), name + "must be at least 1");
  EXPECT_EQ(refused_with("soon"), name + "should be a number");
  EXPECT_EQ(refused_with("99999999999999999999"), name + "should be a number");
}

// The sentence as above; that of lives that are no whole minutes is not known.
TEST(Authentication, APresignedRequestEndsToTheSecond) {
  const auto refused_after = [](const std::string& expires, std::chrono::seconds later) {
    return refused(
        {"GET",
         presigned_target("/async-invoke?", "localhost", "GET", "&X-Amz-Expires=" + expires),
         {{"host", "localhost"}},
         ""},
        kNow + later);
  };
  EXPECT_EQ(refused_after("10", std::chrono::seconds(10)), "");
  EXPECT_EQ(refused_after("10", std::chrono::seconds(20)),
            "403 InvalidSignatureException: Signature expired: 20251106T132108Z is now earlier "
            "than 20251106T132118Z (20251106T132128Z - 10 sec.)");
  EXPECT_EQ(refused_after("60", std::chrono::seconds(61)),
            "403 InvalidSignatureException: Signature expired: 20251106T132108Z is now earlier "
            "than 20251106T132109Z (20251106T132209Z - 1 min.)");
}

// Bedrock user guide, api-keys: twelve hours at most.
TEST(Authentication, ShortTermApiKeysLiveTwelveHoursAtMost) {
  const auto refused_with = [](const std::string& seconds) {
    const std::string url =
        "bedrock.amazonaws.com" + presigned_target("/?Action=CallWithBearerToken&",
                                                   "bedrock.amazonaws.com", "POST",
                                                   "&X-Amz-Expires=" + seconds);
    return refused(call_with("Bearer bedrock-api-key-" + base64_encode(url + "&Version=1")));
  };
  EXPECT_EQ(refused_with("43200"), "");
  EXPECT_EQ(refused_with("46800"),
            "403 AccessDeniedException: Authentication failed: Please make sure your API Key is "
            "valid.");
}

TEST(Authentication, OnlyBedrockTakesBearerTokens) {
  const auto refusal =
      authenticate(call_with("Bearer a-bearer-token"), known(), at(kNow, "states"));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->error.code, "IncompleteSignatureException");
  EXPECT_EQ(refused(call_with("Bearer ABSKsomething")),
            "403 AccessDeniedException: Authentication failed: Please make sure your API Key is "
            "valid.");
  EXPECT_EQ(refused(call_with("Bearer something")),
            "403 AccessDeniedException: Invalid API Key format: Must start with pre-defined "
            "prefix");
}

// Made by aws-bedrock-token-generator's recipe with botocore 1.43.11 on 2025-11-06T13:21:08Z.
constexpr std::string_view kApiKey =
    "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29tLz9BY3Rpb249Q2FsbFdpdGhCZWFyZXJUb2tl"
    "biZYLUFtei1BbGdvcml0aG09QVdTNC1ITUFDLVNIQTI1NiZYLUFtei1DcmVkZW50aWFsPUFLSURFWEFN"
    "UExFJTJGMjAyNTExMDYlMkZ1cy1lYXN0LTElMkZiZWRyb2NrJTJGYXdzNF9yZXF1ZXN0JlgtQW16LURh"
    "dGU9MjAyNTExMDZUMTMyMTA4WiZYLUFtei1FeHBpcmVzPTM2MDAmWC1BbXotU2lnbmVkSGVhZGVycz1o"
    "b3N0JlgtQW16LVNpZ25hdHVyZT04NTg1MjBlZmFjMTA4MGI0MjA4OTFmZjc1OGM1ZmEyMjJkMjA1NDc5"
    "ODNjMjU0NjZmNzIwNDE2ZDg5MzY2ZWZmJlZlcnNpb249MQ==";

TEST(Authentication, ShortTermApiKeysArePresignedCalls) {
  const std::string authorization = "Bearer " + std::string(kApiKey);
  EXPECT_EQ(refused(call_with(authorization)), "");
  EXPECT_EQ(refused(call_with(authorization), kNow + std::chrono::minutes(61)),
            "403 AccessDeniedException: Bearer Token has expired");
  EXPECT_EQ(refused(call_with("Bearer bedrock-api-key-" + base64_encode("nothing of the kind"))),
            "403 AccessDeniedException: Authentication failed: Please make sure your API Key is "
            "valid.");
}

TEST(Authentication, ExplanationsTellNoSecrets) {
  Signing session;
  session.key = "ASIAEXAMPLE";
  session.token = "session";
  session.secret = "guessed";
  HttpRequest request = call_signed(session);
  const auto refusal = authenticate(request, known(), at(kNow));
  ASSERT_TRUE(refusal);
  EXPECT_NE(refusal->explanation.find("POST\n/model/m/converse\n"), std::string::npos);
  for (const char* secret : {"session", "guessed", "secret"}) {
    EXPECT_EQ(refusal->explanation.find(secret), std::string::npos) << refusal->explanation;
  }
  EXPECT_EQ(redacted_target("/?X-Amz-Signature=abc&a=b&X-Amz-Security-Token=def"),
            "/?X-Amz-Signature=redacted&a=b&X-Amz-Security-Token=redacted");
}

TEST(Credentials, AreReadFromASharedCredentialsFile) {
  const auto read = parse_credentials(
      "# mine\n[default]\r\naws_access_key_id = A\naws_secret_access_key=B=\nregion = us-east-1\n"
      "[profile x]\naws_access_key_id=C\naws_secret_access_key=D\naws_session_token=E\n"
      "expiration = 2026-11-22T18:00:00Z\n[k]\naws_bearer_token_bedrock = F\n",
      "credentials");
  ASSERT_TRUE(read);
  ASSERT_EQ(read->access_keys.size(), 2U);
  EXPECT_EQ(read->access_keys[0].secret, "B=");
  EXPECT_FALSE(read->access_keys[0].expires);
  EXPECT_EQ(read->access_keys[1].session_token, "E");
  EXPECT_EQ(read->access_keys[1].expires, parse_utc("20261122T180000Z"));
  ASSERT_EQ(read->bearer_tokens.size(), 1U);
  EXPECT_EQ(read->bearer_tokens[0].token, "F");
}

std::string mistakes(std::string_view text) {
  const auto read = parse_credentials(text, "keys");
  std::string all;
  if (!read) {
    for (const Diagnostic& mistake : read.error()) all += format(mistake) + "\n";
  }
  return all;
}

TEST(Credentials, MistakesAreTold) {
  EXPECT_NE(mistakes("").find("keys: error: there is no key in it"), std::string::npos);
  EXPECT_NE(
      mistakes("aws_access_key_id = A\n").find("keys:1:1: error: a setting stands in a section"),
      std::string::npos);
  EXPECT_NE(mistakes("[a]\naws_access_key_id = A\n").find("keys:1:1: error: half a key pair"),
            std::string::npos);
  EXPECT_NE(mistakes("[a]\nwhat\n").find("keys:2:1: error: a line is"), std::string::npos);
  EXPECT_NE(mistakes("[a]\naws_access_key_id=A\naws_secret_access_key=B\nexpiration=soon\n")
                .find("keys:1:1: error: expiration is no time"),
            std::string::npos);
  const std::string twice = "[a]\naws_access_key_id=A\naws_secret_access_key=B\n";
  EXPECT_NE(mistakes(twice + twice).find("keys:4:1: error: this access key stands"),
            std::string::npos);
}

}  // namespace
}  // namespace bedlam::aws
