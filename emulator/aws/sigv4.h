// AWS Signature Version 4 (IAM user guide, "Create a signed AWS API request"): what a signature
// says, and what it should be. Pure functions of the request as it came; who may sign is asked in
// authentication.h.
//
// The canonical URI is the raw path, dot segments and doubled slashes taken out, each byte encoded
// once more: `v1%3A0` becomes `v1%253A0`, a bare colon `%3A`. That is AWS's rule for every service
// but S3, and what botocore, the JavaScript SDK, @anthropic-ai/bedrock-sdk and aws4fetch sign.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/aws/authorization.h"
#include "emulator/aws/http_message.h"

namespace bedlam::aws {

inline constexpr std::string_view kSigV4Algorithm = "AWS4-HMAC-SHA256";

// A signature with all that it was made of, from the Authorization header or from a presigned
// query.
struct SigV4 {
  CredentialScope scope;
  std::vector<std::string> signed_headers;  // lower-case, as listed
  std::string signature;                    // hex
  std::string time;                         // "20150830T123600Z"
  std::string security_token;               // "" where none was sent
  bool presigned = false;
};

// The path and the query of a target, both as sent.
std::string canonical_uri(std::string_view raw_path);
std::string canonical_query(std::string_view raw_query);

// The names and values of a query, decoded, in the order sent; `+` stays itself.
std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view raw_query);

// What stands for the body: its hash, or the literal that `x-amz-content-sha256` gives in its place
// (UNSIGNED-PAYLOAD, or STREAMING-AWS4-HMAC-SHA256-EVENTS for a stream of signed frames).
std::string payload_hash(const HttpRequest& request);

std::string canonical_request(const HttpRequest& request, const SigV4& sigv4);
std::string string_to_sign(const SigV4& sigv4, std::string_view canonical_request);
// The signature that the owner of the secret would make, in hex.
std::string signature(std::string_view secret, const SigV4& sigv4, std::string_view string_to_sign);

std::string hex(std::string_view bytes);
std::string scope_text(const CredentialScope& scope);  // without the access key
std::string sha256(std::string_view bytes);            // 32 bytes
std::string sha256_hex(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);
// Compares in a time that does not tell how much was right.
bool equal_secrets(std::string_view a, std::string_view b);

}  // namespace bedlam::aws
