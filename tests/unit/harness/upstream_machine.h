// A machine with the files of a developer who has many profiles, and what is found there.
#pragma once

#include <map>
#include <string>

#include "harness/upstream/credentials.h"
#include "tests/unit/harness/fake_environment.h"

namespace bedlam::harness {

inline constexpr const char* kCredentialsFile = R"(
[default]
aws_access_key_id = FILEKEY
aws_secret_access_key = s
[work]
aws_access_key_id = WORKKEY
aws_secret_access_key = s#not a comment
aws_session_token = tok
)";

inline constexpr const char* kConfigFile = R"(
[default]
region = eu-west-1
[profile work]
aws_access_key_id=CONFWORK
aws_secret_access_key=s
s3 =
  aws_access_key_id = NESTED
[profile  "other one"]
aws_access_key_id=OTHER
aws_secret_access_key=s
region = ap-south-1
[profile proc]
credential_process = print-key
[profile both]
credential_process = print-key-for-ever
aws_access_key_id=BOTHCONF
aws_secret_access_key=s
[profile role]
role_arn = arn:aws:iam::111122223333:role/Models
source_profile = work
external_id = a b
[profile chain]
role_arn = arn:aws:iam::111122223333:role/Second
source_profile = role
[profile circle]
role_arn = arn:aws:iam::111122223333:role/Circle
source_profile = round
[profile round]
role_arn = arn:aws:iam::111122223333:role/Round
source_profile = circle
[profile keys]
role_arn = arn:aws:iam::111122223333:role/Models
credential_source = Environment
[profile mfa]
role_arn = arn:aws:iam::111122223333:role/Models
source_profile = work
mfa_serial = arn:aws:iam::111122223333:mfa/me
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Models
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
[profile login]
login_session = arn:aws:iam::111122223333:user/me
)";

inline FakeEnvironment set_up_machine() {
  FakeEnvironment on;
  on.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  on.files["/home/me/.aws/config"] = kConfigFile;
  on.files["/home/me/.aws/credentials"] = kCredentialsFile;
  on.outputs["print-key"] =
      R"({"Version":1,"AccessKeyId":"PROC","SecretAccessKey":"s","SessionToken":"t",)"
      R"("Expiration":"2026-11-22T19:00:00Z"})";
  on.outputs["print-key-for-ever"] = R"({"Version":1,"AccessKeyId":"PROC","SecretAccessKey":"s"})";
  return on;
}

// "env ENVKEY", or the error.
inline std::string found_on(const FakeEnvironment& machine, const std::string& profile = "") {
  const Profiles profiles = read_profiles(machine, profile);
  const auto found = find_credentials(
      {machine, profiles, profiles.chosen, profile.empty(), find_region(machine, profiles, "")});
  if (!found) return found.error().message;
  if (!*found) return "none";
  const aws::AccessKey& key = (*found)->key;
  const std::string token = key.session_token.empty() ? "" : " " + key.session_token;
  return std::string((*found)->provider) + " " + key.id + token;
}

using Variables = std::map<std::string, std::string>;
inline const Variables& env_key() {
  static const Variables variables{{"AWS_ACCESS_KEY_ID", "ENVKEY"}, {"AWS_SECRET_ACCESS_KEY", "s"}};
  return variables;
}

}  // namespace bedlam::harness
