// The shared config and credentials files of AWS's SDKs ("Shared config and credentials files",
// SDKs and Tools reference guide), as botocore reads them (configloader.py): sections of settings.
#pragma once

#include <map>
#include <string>

#include "harness/upstream/environment.h"

namespace bedlam::harness {

using Settings = std::map<std::string, std::string>;

struct Profiles {
  std::string config_path, credentials_path;
  std::map<std::string, Settings> config;       // [default], [profile NAME] of the config file
  std::map<std::string, Settings> credentials;  // [NAME] of the credentials file
  std::map<std::string, Settings> sso_sessions;
  std::string chosen = "default";  // by --profile, else AWS_DEFAULT_PROFILE, else AWS_PROFILE
  bool chosen_by_name = false;     // by somebody, not by default

  // A profile's settings of both files, the credentials file's before; nullptr-like: empty where it
  // stands in neither.
  Settings merged(const std::string& profile) const;
  bool has(const std::string& profile) const;
};

// Both files where they are, by AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE or in ~/.aws.
// `profile`: the one that somebody asked for, or "".
Profiles read_profiles(const Environment& environment, const std::string& profile);

}  // namespace bedlam::harness
