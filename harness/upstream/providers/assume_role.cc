// A profile with `role_arn` and where to get the keys from that may assume it: `source_profile`, or
// `credential_source` (SDKs and Tools reference guide, "Assume role credential provider"; botocore
// AssumeRoleProvider). A code of an MFA device is not asked for.
#include <algorithm>

#include "harness/upstream/providers/catalog.h"

namespace bedlam::harness {
namespace {

using Source = Result<aws::AccessKey, CredentialError>;

bool has_static_keys(const Settings& settings) {
  return settings.contains("aws_access_key_id") || settings.contains("aws_secret_access_key");
}

bool assumes_role(const Settings& settings) {
  return settings.contains("role_arn") && !settings.contains("web_identity_token_file");
}

Source required(const Found& found, const std::string& what) {
  if (!found) return found.error();
  if (!*found) return CredentialError{what + " has no credentials"};
  return **found;
}

Source of_named_source(const Search& search, const std::string& name) {
  const std::string what = place_of(search) + ": credential_source " + name;
  if (name == "Environment") {
    Search named = search;
    named.use_environment = true;  // though a profile was asked for: it says so itself
    return required(look_in_environment(named), what);
  }
  if (name == "EcsContainer") return required(ask_container(search), what);
  if (name == "Ec2InstanceMetadata") return required(ask_instance_metadata(search), what);
  return CredentialError{what + ": there are Environment, EcsContainer and Ec2InstanceMetadata"};
}

Source of_profile(const Search& search, const std::string& name) {
  if (!search.profiles.has(name)) {
    return CredentialError{place_of(search) + ": there is no source_profile '" + name + "'"};
  }
  const Settings settings = search.profiles.merged(name);
  const bool been_there =
      std::find(search.visited.begin(), search.visited.end(), name) != search.visited.end();
  if (been_there && !(name == search.profile && has_static_keys(settings))) {
    return CredentialError{place_of(search) + ": source_profile leads back to '" + name + "'"};
  }
  Search source = search;
  source.profile = name;
  source.use_environment = false;
  if (assumes_role(settings) && !has_static_keys(settings)) {
    return required(assume_role(source), "source_profile '" + name + "'");
  }
  const auto found = find_credentials(source, true);
  if (!found) return found.error();
  if (!*found) {
    return CredentialError{place_of(search) + ": source_profile '" + name + "' has no credentials"};
  }
  return (*found)->key;
}

Source source_of(const Search& search, const Settings& settings) {
  const std::string named = setting(settings, "credential_source");
  const std::string profile = setting(settings, "source_profile");
  if (named.empty() == profile.empty()) {
    return CredentialError{place_of(search) +
                           ": role_arn goes with source_profile or with credential_source, one "
                           "of them"};
  }
  return named.empty() ? of_profile(search, profile) : of_named_source(search, named);
}

}  // namespace

Found assume_role(const Search& search) {
  const Settings settings = search.profiles.merged(search.profile);
  if (!assumes_role(settings)) return std::optional<aws::AccessKey>();
  if (settings.contains("mfa_serial")) {
    return CredentialError{place_of(search) +
                           ": mfa_serial asks for a code; run `aws configure "
                           "export-credentials --profile " +
                           search.profile + " --format env` and set what it prints"};
  }
  Search from_here = search;
  from_here.visited.push_back(search.profile);
  const Source source = source_of(from_here, settings);
  if (!source) return source.error();
  std::string name = setting(settings, "role_session_name");
  std::vector<StsParameter> parameters{
      {"Action", "AssumeRole"},
      {"RoleArn", setting(settings, "role_arn")},
      {"RoleSessionName", name.empty() ? session_name(search) : std::move(name)}};
  for (const auto& [key, parameter] :
       {std::pair("external_id", "ExternalId"), std::pair("duration_seconds", "DurationSeconds")}) {
    if (settings.contains(key)) parameters.push_back({parameter, setting(settings, key)});
  }
  return call_sts(search, parameters, &*source);
}

}  // namespace bedlam::harness
