// Variables: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN (or AWS_SECURITY_TOKEN),
// AWS_CREDENTIAL_EXPIRATION (botocore credentials.py, EnvProvider).
#include "harness/upstream/providers/catalog.h"

namespace bedlam::harness {

Found look_in_environment(const Search& search) {
  const Environment& environment = search.environment;
  aws::AccessKey key{environment.text("AWS_ACCESS_KEY_ID"),
                     environment.text("AWS_SECRET_ACCESS_KEY"),
                     environment.text("AWS_SECURITY_TOKEN"), std::nullopt};
  if (!search.use_environment || key.id.empty()) return std::optional<aws::AccessKey>();
  if (key.secret.empty()) {
    return CredentialError{"AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not"};
  }
  if (key.session_token.empty()) key.session_token = environment.text("AWS_SESSION_TOKEN");
  const std::string expiration = environment.text("AWS_CREDENTIAL_EXPIRATION");
  key.expires = parse_expiration(expiration);
  if (!expiration.empty() && !key.expires) {
    return CredentialError{"AWS_CREDENTIAL_EXPIRATION is no time such as 2026-11-22T18:00:00Z"};
  }
  return std::optional(key);
}

}  // namespace bedlam::harness
