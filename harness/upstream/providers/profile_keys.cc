// Keys that stand in a profile, in the credentials file or in the config file (botocore
// SharedCredentialProvider, ConfigProvider).
#include "harness/upstream/providers/catalog.h"

namespace bedlam::harness {
namespace {

Found key_in(const std::map<std::string, Settings>& file, const std::string& path,
             const Search& search) {
  const auto section = file.find(search.profile);
  if (section == file.end()) return std::optional<aws::AccessKey>();
  return key_of_settings(section->second, path + ", profile '" + search.profile + "'");
}

}  // namespace

Found look_in_credentials_file(const Search& search) {
  return key_in(search.profiles.credentials, search.profiles.credentials_path, search);
}

Found look_in_config_file(const Search& search) {
  return key_in(search.profiles.config, search.profiles.config_path, search);
}

}  // namespace bedlam::harness
