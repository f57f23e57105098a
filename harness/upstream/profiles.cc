#include "harness/upstream/profiles.h"

#include "emulator/aws/config_file.h"

namespace bedlam::harness {
namespace {

// A section that stands twice is one.
std::map<std::string, Settings> sections_of(std::string_view text) {
  std::map<std::string, Settings> sections;
  const aws::ConfigFile file = aws::read_config_file(text);
  for (const aws::ConfigSection& section : file.sections) {
    Settings& settings = sections[section.name];
    for (const auto& [name, value] : section.settings) settings[name] = value;
  }
  return sections;
}

std::string path_of(const Environment& environment, const char* variable, const char* otherwise) {
  return environment.expanded(environment.variable(variable).value_or(otherwise));
}

}  // namespace

Settings Profiles::merged(const std::string& profile) const {
  Settings settings;
  for (const auto* file : {&credentials, &config}) {
    const auto section = file->find(profile);
    if (section != file->end()) settings.insert(section->second.begin(), section->second.end());
  }
  return settings;
}

bool Profiles::has(const std::string& profile) const {
  return config.contains(profile) || credentials.contains(profile);
}

Profiles read_profiles(const Environment& environment, const std::string& profile) {
  Profiles profiles;
  profiles.config_path = path_of(environment, "AWS_CONFIG_FILE", "~/.aws/config");
  profiles.credentials_path =
      path_of(environment, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
  const auto config = environment.file(profiles.config_path);
  for (auto& [name, settings] : sections_of(config.value_or(""))) {
    constexpr std::string_view kProfile = "profile ", kSession = "sso-session ";
    if (name.starts_with(kProfile)) {
      profiles.config[name.substr(kProfile.size())] = std::move(settings);
    } else if (name.starts_with(kSession)) {
      profiles.sso_sessions[name.substr(kSession.size())] = std::move(settings);
    } else if (name == "default" && !profiles.config.contains(name)) {
      profiles.config[name] = std::move(settings);
    }
  }
  profiles.credentials = sections_of(environment.file(profiles.credentials_path).value_or(""));
  for (const std::string& name :
       {profile, environment.text("AWS_DEFAULT_PROFILE"), environment.text("AWS_PROFILE")}) {
    if (name.empty()) continue;
    profiles.chosen = name;
    profiles.chosen_by_name = true;
    break;
  }
  return profiles;
}

}  // namespace bedlam::harness
