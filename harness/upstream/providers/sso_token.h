// The token of IAM Identity Center that `aws sso login` left in ~/.aws/sso/cache, renewed as the
// AWS CLI renews it (botocore/tokens.py SSOTokenProvider and utils.py SSOTokenLoader, 1.43.11): a
// profile with an `sso_session` has a refresh token there, which CreateToken of SSO OIDC takes from
// 15 minutes before the end. What comes is written back, for the AWS CLI and the SDKs too.
#pragma once

#include <string>

#include "harness/upstream/credentials.h"

namespace bedlam::harness {

// The access token. The error says what to run.
Result<std::string, CredentialError> sso_access_token(const Search& search,
                                                      const Settings& settings);

// "; run `aws sso login …`, or …": what ends a message about SSO.
std::string sso_way_out(const Search& search);

}  // namespace bedlam::harness
