// IAM Identity Center: the token that `aws sso login` left (sso_token.h), exchanged for the role's
// keys by GetRoleCredentials (SDKs and Tools reference guide, "IAM Identity Center credential
// provider"; botocore SSOProvider).
#include "emulator/base/json.h"
#include "harness/client/request.h"
#include "harness/upstream/providers/catalog.h"
#include "harness/upstream/providers/sso_token.h"

namespace bedlam::harness {
namespace {

constexpr Duration kSsoTimeout = std::chrono::seconds(60);

// The profile's settings with those of its sso-session.
Result<Settings, CredentialError> sso_settings(const Search& search) {
  Settings settings = search.profiles.merged(search.profile);
  const std::string session = setting(settings, "sso_session");
  if (!session.empty()) {
    const auto found = search.profiles.sso_sessions.find(session);
    if (found == search.profiles.sso_sessions.end()) {
      return CredentialError{place_of(search) + ": there is no [sso-session " + session + "]"};
    }
    for (const auto& [name, value] : found->second) {
      if (settings.emplace(name, value).first->second != value) {
        return CredentialError{place_of(search) + ": " + name +
                               " differs from that of its "
                               "sso-session"};
      }
    }
  }
  for (const char* name : {"sso_start_url", "sso_region", "sso_role_name", "sso_account_id"}) {
    if (setting(settings, name).empty()) {
      return CredentialError{place_of(search) + ": " + name + " is missing for SSO"};
    }
  }
  return settings;
}

// Its expiration is in milliseconds since 1970, where all others write a date.
Found key_of_answer(const WholeAnswer& answer) {
  const auto json = parse_json(answer.body);
  const Json* role = json ? find(*json, "roleCredentials") : nullptr;
  if (role == nullptr) return CredentialError{"SSO: there is no key in its answer"};
  auto key = key_of_json(*role, {"accessKeyId", "secretAccessKey", "sessionToken", ""}, "SSO");
  if (!key) return key.error();
  const Json* expires = find(*role, "expiration");
  if (expires != nullptr && expires->is_number()) {
    const std::chrono::milliseconds ms(expires->get<std::int64_t>());
    key->expires = std::chrono::sys_seconds(std::chrono::floor<std::chrono::seconds>(ms));
  }
  return std::optional(*key);
}

}  // namespace

Found look_for_sso(const Search& search) {
  const Settings own = search.profiles.merged(search.profile);
  // As botocore: any of these two asks for SSO, the others alone do not.
  if (!own.contains("sso_role_name") && !own.contains("sso_account_id")) {
    return std::optional<aws::AccessKey>();
  }
  const auto settings = sso_settings(search);
  if (!settings) return settings.error();
  const auto token = sso_access_token(search, *settings);
  if (!token) return token.error();
  const auto endpoint = endpoint_of(search, "sso", "portal.sso", setting(*settings, "sso_region"));
  if (!endpoint) return endpoint.error();
  aws::HttpRequest request{
      "GET",
      target_at(*endpoint,
                "/federation/credentials?role_name=" +
                    encode_segment(setting(*settings, "sso_role_name")) +
                    "&account_id=" + encode_segment(setting(*settings, "sso_account_id"))),
      {{"Host", endpoint->authority()}, {"x-amz-sso_bearer_token", *token}},
      ""};
  const auto answer = search.environment.ask(*endpoint, request, kSsoTimeout);
  if (!answer) return CredentialError{"SSO: " + answer.error()};
  if (answer->status != 200) {
    return CredentialError{"SSO: GetRoleCredentials was answered with status " +
                           std::to_string(answer->status) + sso_way_out(search)};
  }
  return key_of_answer(*answer);
}

}  // namespace bedlam::harness
