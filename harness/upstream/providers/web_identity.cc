// A token in a file is exchanged for a role's keys, as in a pod with a service account:
// AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME, or the profile's settings of
// the same names (botocore AssumeRoleWithWebIdentityProvider). The call is not signed.
#include "harness/upstream/providers/catalog.h"

namespace bedlam::harness {

Found assume_role_with_web_identity(const Search& search) {
  const Settings settings = search.profiles.merged(search.profile);
  const auto value = [&](const char* variable, const char* name) {
    const auto set = search.use_environment ? search.environment.variable(variable) : std::nullopt;
    return set ? *set : setting(settings, name);
  };
  const std::string path = value("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
  if (path.empty()) return std::optional<aws::AccessKey>();
  const std::string role = value("AWS_ROLE_ARN", "role_arn");
  if (role.empty()) {
    return CredentialError{
        "a web identity token is set and no role: set AWS_ROLE_ARN, or role_arn in the profile"};
  }
  const auto token = search.environment.file(search.environment.expanded(path));
  if (!token) return CredentialError{path + ": the web identity token cannot be read"};
  std::string name = value("AWS_ROLE_SESSION_NAME", "role_session_name");
  if (name.empty()) name = session_name(search);
  return call_sts(search,
                  {{"Action", "AssumeRoleWithWebIdentity"},
                   {"RoleArn", role},
                   {"RoleSessionName", name},
                   {"WebIdentityToken", *token}},
                  nullptr);
}

}  // namespace bedlam::harness
