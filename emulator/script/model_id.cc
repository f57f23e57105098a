#include "emulator/script/model_id.h"

#include <algorithm>
#include <array>

namespace bedlam::script {
namespace {

// "Supported Regions and models for inference profiles", Amazon Bedrock user guide, read 2026-11.
constexpr std::array<std::string_view, 8> kProfilePrefixes{"us", "us-gov", "eu", "apac",
                                                           "jp", "au",     "ca", "global"};

}  // namespace

std::string_view bare_id(std::string_view identifier) {
  if (!identifier.starts_with("arn:")) return identifier;
  const std::size_t slash = identifier.rfind('/');
  return slash == std::string_view::npos ? identifier : identifier.substr(slash + 1);
}

std::string_view profile_prefix(std::string_view id) {
  const std::size_t dot = id.find('.');
  if (dot == std::string_view::npos) return {};
  const std::string_view first = id.substr(0, dot);
  const bool known =
      std::find(kProfilePrefixes.begin(), kProfilePrefixes.end(), first) != kProfilePrefixes.end();
  return known ? first : std::string_view{};
}

std::string_view base_model_id(std::string_view identifier) {
  const std::string_view id = bare_id(identifier);
  const std::string_view prefix = profile_prefix(id);
  return prefix.empty() ? id : id.substr(prefix.size() + 1);
}

}  // namespace bedlam::script
