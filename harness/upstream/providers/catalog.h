// The providers of credentials, one file each; their order is in catalog.cc. Each names in its own
// file which document defines it.
#pragma once

#include "harness/upstream/credentials.h"

namespace bedlam::harness {

Found look_in_environment(const Search& search);
Found assume_role(const Search& search);
Found assume_role_with_web_identity(const Search& search);
Found look_for_sso(const Search& search);
Found look_in_credentials_file(const Search& search);
Found look_in_config_file(const Search& search);
Found look_for_login(const Search& search);
Found run_credential_process(const Search& search);
Found ask_container(const Search& search);
Found ask_instance_metadata(const Search& search);

// What providers have in common.

// "profile 'x' of ~/.aws/config": where a mistake is.
std::string place_of(const Search& search);
// The value of a setting; "" for none.
std::string setting(const Settings& settings, const char* name);
// aws_access_key_id and its companions in a section; an error where there is half a pair.
Found key_of_settings(const Settings& settings, const std::string& place);
// An endpoint of a service that hands out credentials: AWS_ENDPOINT_URL_<SERVICE>,
// AWS_ENDPOINT_URL, else AWS's own in the Region.
Result<Endpoint, CredentialError> endpoint_of(const Search& search, std::string_view service,
                                              std::string_view host_prefix,
                                              const std::string& region);
// Calls STS (API version 2011-06-15): `parameters` are those of the action, `identity` signs, where
// there is one. The error carries STS's own code and message.
struct StsParameter {
  std::string name, value;
};
Found call_sts(const Search& search, const std::vector<StsParameter>& parameters,
               const aws::AccessKey* identity);
// A role session's name where nobody gave one.
std::string session_name(const Search& search);

}  // namespace bedlam::harness
