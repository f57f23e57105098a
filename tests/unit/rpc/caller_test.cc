#include <gtest/gtest.h>

#include "emulator/rpc/dispatcher.h"

namespace bedlam::rpc {
namespace {

// Headers as boto3 and the AWS SDK for JavaScript send them.
TEST(CallerOf, ReadsTheSdksHeaders) {
  const Caller caller = caller_of(
      {"POST",
       "/",
       {{"amz-sdk-invocation-id", "6c6a5d22-9a6b-4a2f-8f50-0d5f2f7e3b11"},
        {"amz-sdk-request", "ttl=20241004T090059Z; attempt=2; max=3"},
        {"Authorization",
         "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20241004/eu-west-1/bedrock/aws4_request, "
         "SignedHeaders=host;x-amz-date, Signature=5d672d79"}},
       ""},
      "connection 7", "us-east-1");
  EXPECT_EQ(caller.origin, "connection 7");
  EXPECT_EQ(caller.invocation_id, "6c6a5d22-9a6b-4a2f-8f50-0d5f2f7e3b11");
  EXPECT_EQ(caller.attempt, 2);
  EXPECT_EQ(caller.region, "eu-west-1");
}

// As @anthropic-ai/bedrock-sdk sends it, from 0, and without an invocation id.
TEST(CallerOf, ReadsAnthropicsRetryCount) {
  const auto attempt = [](const char* count, const char* sdk_request = "") {
    return caller_of({"POST",
                      "/",
                      {{"X-Stainless-Retry-Count", count}, {"amz-sdk-request", sdk_request}},
                      ""},
                     "", "us-east-1")
        .attempt;
  };
  EXPECT_EQ(attempt("0"), 1);
  EXPECT_EQ(attempt("1"), 2);
  EXPECT_EQ(attempt("2"), 3);
  EXPECT_EQ(attempt("2", "attempt=5; max=7"), 5) << "the AWS SDK's own word goes first";
  for (const char* nonsense : {"", "x", "-3", "99999999999999999999"}) {
    EXPECT_EQ(attempt(nonsense), 1) << nonsense;
  }
  EXPECT_GT(attempt("2147483647"), 1) << "and does not wrap";
}

TEST(CallerOf, HasDefaultsForEverything) {
  const Caller caller = caller_of({"POST", "/", {}, ""}, "", "us-west-2");
  EXPECT_EQ(caller.invocation_id, "");
  EXPECT_EQ(caller.attempt, 1);
  EXPECT_EQ(caller.region, "us-west-2");
}

TEST(CallerOf, TakesNoNonsense) {
  for (const char* attempt : {"attempt=0", "attempt=-5", "attempt=", "attempt=x", "attempt",
                              "attempt=99999999999999999999", "max=3"}) {
    const Caller caller =
        caller_of({"POST", "/", {{"amz-sdk-request", attempt}}, ""}, "", "us-east-1");
    EXPECT_EQ(caller.attempt, 1) << attempt;
  }
  for (const char* authorization :
       {"", "Bearer abc", "AWS4-HMAC-SHA256 Credential=", "AWS4-HMAC-SHA256 Credential=a/b/c",
        "AWS4-HMAC-SHA256 Credential=AKID/20241004//bedrock/aws4_request",
        "AWS4-ECDSA-P256-SHA256 Credential=AKID/20241004/bedrock/aws4_request"}) {
    const Caller caller =
        caller_of({"POST", "/", {{"authorization", authorization}}, ""}, "", "us-east-1");
    EXPECT_EQ(caller.region, "us-east-1") << authorization;
  }
}

}  // namespace
}  // namespace bedlam::rpc
