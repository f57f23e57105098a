// What a SigV4 Authorization header says about the caller. Nothing is verified here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bedlam::aws {

// The credential scope `<key>/<date>/<region>/<service>/aws4_request` (AWS Signature Version 4
// documentation, "Authorization header").
struct CredentialScope {
  std::string access_key, date, region, service;
};

std::optional<CredentialScope> credential_scope(std::string_view authorization_header);

}  // namespace bedlam::aws
