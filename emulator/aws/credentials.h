// The keys that a caller may sign with, and the file that they stand in: AWS's shared credentials
// file (AWS SDKs and Tools reference guide, "Shared config and credentials files"), of which these
// settings count, in any section:
//
//   [default]
//   aws_access_key_id = AKIDEXAMPLE
//   aws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
//   aws_session_token = …                  (optional)
//   aws_bearer_token_bedrock = …           (not AWS's: Bedrock's API key, by itself or beside)
//   expiration = 2026-11-22T18:00:00Z      (not AWS's: when the session or the API key is over)
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/diagnostic.h"
#include "emulator/base/result.h"

namespace bedlam::aws {

struct AccessKey {
  std::string id, secret;
  std::string session_token;                          // "" for a long-term key
  std::optional<std::chrono::sys_seconds> expires{};  // nullopt: never
};

struct BearerToken {
  std::string token;
  std::optional<std::chrono::sys_seconds> expires{};
};

struct Credentials {
  std::vector<AccessKey> access_keys;
  std::vector<BearerToken> bearer_tokens;

  const AccessKey* find(std::string_view access_key_id) const;
};

// Other settings are passed over. Mistakes: a line that is no setting, one before any section, half
// a key pair, an expiration that is no time, one key twice, or nothing to sign with at all. No
// message quotes a value.
Result<Credentials, Diagnostics> parse_credentials(std::string_view text, const std::string& file);

// "2026-11-22T18:00:00Z" and "20261122T180000Z", both in UTC.
std::optional<std::chrono::sys_seconds> parse_utc(std::string_view text);

}  // namespace bedlam::aws
