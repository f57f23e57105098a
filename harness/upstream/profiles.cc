#include "harness/upstream/profiles.h"

#include <algorithm>
#include <cctype>

namespace bedlam::harness {
namespace {

constexpr std::string_view kSpaces = " \t\r";

std::string_view without_spaces(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

// A section's name without quotes and with one space between its words: [profile  "a"].
std::string section_name(std::string_view line) {
  std::string name;
  bool quoted = false;
  for (const char c : without_spaces(line.substr(1, line.find(']') - 1))) {
    if (c == '"' || c == '\'') {
      quoted = !quoted;
    } else if (quoted || kSpaces.find(c) == std::string_view::npos) {
      name += c;
    } else if (!name.ends_with(' ')) {
      name += ' ';
    }
  }
  return name;
}

std::string lower_case_key(std::string_view key) {
  std::string lower(key);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

void read_setting(std::string_view line, Settings& settings) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return;
  const std::string_view key = without_spaces(line.substr(0, equals));
  if (!key.empty()) settings[lower_case_key(key)] = without_spaces(line.substr(equals + 1));
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

std::map<std::string, Settings> parse_sections(std::string_view text) {
  std::map<std::string, Settings> sections;
  Settings* current = nullptr;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view raw = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view line = without_spaces(raw);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (raw.front() == '[') {
      current = &sections[section_name(line)];
    } else if (current != nullptr && kSpaces.find(raw.front()) == std::string_view::npos) {
      read_setting(line, *current);
    }
  }
  return sections;
}

Profiles read_profiles(const Environment& environment, const std::string& profile) {
  Profiles profiles;
  profiles.config_path = path_of(environment, "AWS_CONFIG_FILE", "~/.aws/config");
  profiles.credentials_path =
      path_of(environment, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
  const auto config = environment.file(profiles.config_path);
  for (auto& [name, settings] : parse_sections(config.value_or(""))) {
    constexpr std::string_view kProfile = "profile ", kSession = "sso-session ";
    if (name.starts_with(kProfile)) {
      profiles.config[name.substr(kProfile.size())] = std::move(settings);
    } else if (name.starts_with(kSession)) {
      profiles.sso_sessions[name.substr(kSession.size())] = std::move(settings);
    } else if (name == "default" && !profiles.config.contains(name)) {
      profiles.config[name] = std::move(settings);
    }
  }
  profiles.credentials = parse_sections(environment.file(profiles.credentials_path).value_or(""));
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
