// Signs requests that leave: AWS Signature Version 4 in the Authorization header (aws/sigv4.h has
// its parts, and how the other side verifies it), or a bearer token. Pure functions; the time comes
// from the caller.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "emulator/aws/credentials.h"
#include "emulator/aws/http_message.h"
#include "emulator/clock/instant.h"

namespace bedlam::harness {

using Identity = std::variant<aws::AccessKey, aws::BearerToken>;

struct SigningScope {
  std::string region;
  std::string service = "bedrock";
};

// Puts in place of whatever credentials the request carries those of `identity`. Of a signature all
// headers are part but those that a hop may change (the list is the JavaScript SDK's
// ALWAYS_UNSIGNABLE_HEADERS, with what an HTTP client writes itself). The request has its Host.
void sign(aws::HttpRequest& request, const Identity& identity, const SigningScope& scope,
          WallTime now);

// The same request without what a caller signed it with: Authorization, X-Amz-Date,
// X-Amz-Security-Token, X-Api-Key, cookies, and the parameters of a presigned query.
aws::HttpRequest without_credentials(const aws::HttpRequest& request);

}  // namespace bedlam::harness
