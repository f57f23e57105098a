#include "harness/upstream/providers/catalog.h"

#include <cctype>

#include "emulator/aws/xml.h"
#include "harness/client/request.h"

namespace bedlam::harness {
namespace {

struct ListedProvider {
  Provider provider;
  bool of_profile;  // also gives the keys that a role's source_profile names
};

// botocore has two more, of files that nothing writes any more: ec2-credentials-file, boto-config.
constexpr ListedProvider kProviders[] = {
    {{"env", look_in_environment}, false},
    {{"assume-role", assume_role}, false},
    {{"assume-role-with-web-identity", assume_role_with_web_identity}, true},
    {{"sso", look_for_sso}, true},
    {{"shared-credentials-file", look_in_credentials_file}, true},
    {{"login", look_for_login}, true},
    {{"custom-process", run_credential_process}, true},
    {{"config-file", look_in_config_file}, true},
    {{"container-role", ask_container}, false},
    {{"iam-role", ask_instance_metadata}, false},
};

constexpr Duration kStsTimeout = std::chrono::seconds(60);  // botocore's default for every client

std::string upper_case(std::string_view text) {
  std::string upper;
  for (const char c : text) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return upper;
}

}  // namespace

Result<std::optional<FoundBy>, CredentialError> find_credentials(const Search& search,
                                                                 bool only_of_profile) {
  for (const ListedProvider& listed : kProviders) {
    if (only_of_profile && !listed.of_profile) continue;
    const Found found = listed.provider.look(search);
    if (!found) return found.error();
    if (*found) return std::optional(FoundBy{listed.provider.name, **found});
  }
  return std::optional<FoundBy>();
}

std::string place_of(const Search& search) {
  return "profile '" + search.profile + "' of " + search.profiles.config_path;
}

std::string setting(const Settings& settings, const char* name) {
  const auto found = settings.find(name);
  return found == settings.end() ? "" : found->second;
}

Found key_of_settings(const Settings& settings, const std::string& place) {
  aws::AccessKey key{setting(settings, "aws_access_key_id"),
                     setting(settings, "aws_secret_access_key"),
                     setting(settings, "aws_session_token"), std::nullopt};
  if (!settings.contains("aws_access_key_id")) return std::optional<aws::AccessKey>();
  if (key.id.empty() || key.secret.empty()) {
    return CredentialError{place +
                           ": half a key pair: aws_access_key_id and aws_secret_access_key go "
                           "together"};
  }
  const std::string other_name = setting(settings, "aws_security_token");
  if (!other_name.empty()) key.session_token = other_name;
  return std::optional(key);
}

Result<Endpoint, CredentialError> endpoint_of(const Search& search, std::string_view service,
                                              std::string_view host_prefix,
                                              const std::string& region) {
  for (const std::string& name :
       {"AWS_ENDPOINT_URL_" + upper_case(service), std::string("AWS_ENDPOINT_URL")}) {
    const std::string url = search.environment.text(name);
    if (url.empty()) continue;
    auto endpoint = parse_endpoint(url);
    if (!endpoint) return CredentialError{name + ": " + endpoint.error()};
    return *std::move(endpoint);
  }
  return aws_endpoint(host_prefix, region.empty() ? "us-east-1" : region);
}

Found call_sts(const Search& search, const std::vector<StsParameter>& parameters,
               const aws::AccessKey* identity) {
  const auto endpoint = endpoint_of(search, "sts", "sts", search.region);
  if (!endpoint) return endpoint.error();
  aws::HttpRequest request{"POST", target_at(*endpoint, "/"), {}, "Version=2011-06-15"};
  request.headers.add("Host", endpoint->authority());
  request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  for (const auto& [name, value] : parameters) {
    request.body += "&" + name + "=" + encode_segment(value);
  }
  if (identity != nullptr) {
    const std::string region = search.region.empty() ? "us-east-1" : search.region;
    sign(request, *identity, {region, "sts"}, search.environment.now());
  }
  const auto answer = search.environment.ask(*endpoint, request, kStsTimeout);
  if (!answer) return CredentialError{"STS: " + answer.error()};
  if (answer->status != 200) {
    return CredentialError{"STS refused the role: " + aws::xml_text(answer->body, "Code") + ": " +
                           aws::xml_text(answer->body, "Message")};
  }
  aws::AccessKey key{aws::xml_text(answer->body, "AccessKeyId"),
                     aws::xml_text(answer->body, "SecretAccessKey"),
                     aws::xml_text(answer->body, "SessionToken"),
                     parse_expiration(aws::xml_text(answer->body, "Expiration"))};
  if (key.id.empty() || key.secret.empty())
    return CredentialError{"STS: there is no key in its answer"};
  return std::optional(key);
}

std::string session_name(const Search& search) {
  const auto now = std::chrono::floor<std::chrono::seconds>(search.environment.now());
  return "bedlam-" + std::to_string(now.time_since_epoch().count());
}

}  // namespace bedlam::harness
