// Requests as boto3 sends them, and what S3 answers. ETags and checksums are those that AWS
// recorded for the same bytes (shared cases, "test_s3_get_object", "test_s3_put_object").
#include "emulator/s3/s3.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/aws/xml.h"
#include "emulator/rpc/dispatcher.h"
#include "emulator/s3/wire.h"

namespace bedlam::s3 {
namespace {

constexpr std::string_view kSigned =
    "AWS4-HMAC-SHA256 Credential=AKID/20241004/us-east-1/s3/aws4_request, SignedHeaders=host, "
    "Signature=00";

class S3Test : public testing::Test {
 protected:
  struct Got {
    int status = 0;
    aws::Headers headers;
    std::string body;
  };

  Got send(std::string method, std::string target, std::string body = "",
           std::vector<std::pair<std::string, std::string>> headers = {},
           std::string host = "127.0.0.1:4566") {
    aws::HttpRequest request{std::move(method), std::move(target), {}, std::move(body)};
    request.headers.add("Host", std::move(host));
    request.headers.add("Authorization", std::string(kSigned));
    for (auto& [name, value] : headers) request.headers.add(name, value);
    const std::optional<rpc::Call> call = rpc::call_of(s3, request);
    Got got;
    if (!call) return got;
    s3.handle(*call, [&got](const rpc::Reply& reply) {
      for (const rpc::Step& step : reply.steps) {
        if (const auto* head = std::get_if<rpc::Head>(&step.action)) {
          got.status = head->status;
          got.headers = head->headers;
        }
        if (const auto* bytes = std::get_if<rpc::Bytes>(&step.action)) got.body += bytes->data;
      }
    });
    return got;
  }

  Scheduler scheduler{WallTime{std::chrono::seconds(1'728'000'000)}};
  S3 s3{scheduler, 1, "us-east-1"};
};

TEST_F(S3Test, ObjectsComeBackAsTheyWerePut) {
  EXPECT_EQ(send("PUT", "/bucket").status, 200);
  const Got put = send("PUT", "/bucket/a%20key/%2B", "text data", {{"x-amz-meta-a", "b"}});
  EXPECT_EQ(put.headers.get("ETag"), "\"332eec544317a6d340b8e77da7fe54ad\"");
  const Got got = send("GET", "/bucket/a%20key/+");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "text data");
  EXPECT_EQ(got.headers.get("Content-Type"), "binary/octet-stream");
  EXPECT_EQ(got.headers.get("x-amz-meta-a"), "b");
  EXPECT_EQ(got.headers.get("x-amz-server-side-encryption"), "AES256");
  EXPECT_EQ(got.headers.get("Last-Modified"), "Fri, 04 Oct 2024 00:00:00 GMT");
  EXPECT_EQ(send("HEAD", "/bucket/a%20key/+").headers.get("Content-Length"), "9");
  EXPECT_EQ(send("DELETE", "/bucket/a%20key/+").status, 204);
  EXPECT_EQ(send("GET", "/bucket/a%20key/+").status, 404);
}

TEST_F(S3Test, Checksums) {
  send("PUT", "/bucket");
  EXPECT_EQ(send("PUT", "/bucket/k", "false").headers.get("x-amz-checksum-crc32"), "K81oMA==");
  EXPECT_EQ(send("PUT", "/bucket/k", "0").headers.get("x-amz-checksum-crc32"), "9NvfIQ==");
  EXPECT_EQ(send("PUT", "/bucket/k", "0", {{"x-amz-checksum-crc32", "K81oMA=="}}).status, 400);
}

TEST_F(S3Test, ChunkedBodiesWithATrailer) {
  send("PUT", "/bucket");
  const std::string body =
      "3\r\nfal\r\n2;chunk-signature=00\r\nse\r\n0\r\nx-amz-checksum-crc32:K81oMA==\r\n\r\n";
  const Got put = send("PUT", "/bucket/k", body,
                       {{"Content-Encoding", "aws-chunked"},
                        {"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}});
  EXPECT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(send("GET", "/bucket/k").body, "false");
  EXPECT_FALSE(send("GET", "/bucket/k").headers.find("Content-Encoding"));
}

TEST_F(S3Test, Ranges) {
  send("PUT", "/bucket");
  send("PUT", "/bucket/k", "0123456789");
  const auto range = [&](const std::string& text) {
    return send("GET", "/bucket/k", "", {{"Range", text}});
  };
  EXPECT_EQ(range("bytes=2-4").body, "234");
  EXPECT_EQ(range("bytes=2-4").status, 206);
  EXPECT_EQ(range("bytes=2-4").headers.get("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(range("bytes=-3").body, "789");
  EXPECT_EQ(range("bytes=8-").body, "89");
  EXPECT_EQ(range("bytes=10-").status, 416);
}

TEST_F(S3Test, ListingsWithPrefixDelimiterAndPages) {
  send("PUT", "/bucket");
  for (const std::string key : {"a/1", "a/2", "b", "c/3", "d"}) send("PUT", "/bucket/" + key, "x");
  const Got grouped = send("GET", "/bucket?list-type=2&delimiter=%2F&max-keys=2");
  EXPECT_THAT(grouped.body, testing::HasSubstr("<CommonPrefixes><Prefix>a/</Prefix>"));
  EXPECT_EQ(aws::xml_texts(grouped.body, "Key"), (std::vector<std::string>{"b"}));
  const auto token = aws::xml_texts(grouped.body, "NextContinuationToken");
  ASSERT_EQ(token.size(), 1U);
  const Got rest = send(
      "GET", "/bucket?list-type=2&delimiter=%2F&continuation-token=" + url_encode(token.front()));
  EXPECT_THAT(rest.body, testing::HasSubstr("<CommonPrefixes><Prefix>c/</Prefix>"));
  EXPECT_EQ(aws::xml_texts(rest.body, "Key"), (std::vector<std::string>{"d"}));
  EXPECT_EQ(aws::xml_texts(send("GET", "/bucket?list-type=2&prefix=a%2F").body, "Key"),
            (std::vector<std::string>{"a/1", "a/2"}));
}

TEST_F(S3Test, Errors) {
  const Got missing = send("GET", "/bucket/k");
  EXPECT_EQ(missing.status, 404);
  EXPECT_THAT(missing.body, testing::HasSubstr("<Code>NoSuchBucket</Code><Message>The specified "
                                               "bucket does not exist</Message>"));
  send("PUT", "/bucket");
  EXPECT_THAT(send("GET", "/bucket/k").body,
              testing::HasSubstr("<Message>The specified key does not exist.</Message>"));
  EXPECT_EQ(send("PUT", "/bucket").status, 409);
  EXPECT_EQ(send("PUT", "/Bad_Name").status, 400);
  send("PUT", "/bucket/k", "x");
  EXPECT_EQ(send("DELETE", "/bucket").status, 409);
  EXPECT_EQ(send("PUT", "/bucket/k", "y", {{"If-None-Match", "*"}}).status, 412);
}

TEST_F(S3Test, ManyAreDeletedAtOnce) {
  send("PUT", "/bucket");
  send("PUT", "/bucket/a&b", "x");
  const Got gone =
      send("POST", "/bucket?delete", "<Delete><Object><Key>a&amp;b</Key></Object></Delete>");
  EXPECT_THAT(gone.body, testing::HasSubstr("<Deleted><Key>a&amp;b</Key></Deleted>"));
  EXPECT_EQ(send("GET", "/bucket/a&b").status, 404);
}

TEST_F(S3Test, VirtualHosts) {
  EXPECT_EQ(send("PUT", "/", "", {}, "bucket.s3.localhost:4566").status, 200);
  EXPECT_EQ(send("PUT", "/k", "x", {}, "bucket.localhost:4566").status, 200);
  EXPECT_EQ(send("GET", "/bucket/k").body, "x");
}

TEST_F(S3Test, TakesOnlyWhatIsSignedForIt) {
  aws::HttpRequest request{"POST", "/model/m/invoke", {{"Host", "127.0.0.1"}}, "{}"};
  EXPECT_FALSE(s3.recognise(request).has_value());
}

}  // namespace
}  // namespace bedlam::s3
