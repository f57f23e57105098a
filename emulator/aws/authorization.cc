#include "emulator/aws/authorization.h"

#include <array>

namespace bedlam::aws {

std::optional<CredentialScope> credential_scope(std::string_view header) {
  constexpr std::string_view kCredential = "Credential=";
  const std::size_t start = header.find(kCredential);
  if (start == std::string_view::npos) return std::nullopt;
  header.remove_prefix(start + kCredential.size());
  std::string_view scope = header.substr(0, header.find_first_of(", "));
  std::array<std::string, 5> parts;
  for (std::string& part : parts) {
    const std::size_t slash = scope.find('/');
    part = scope.substr(0, slash);
    scope = slash == std::string_view::npos ? std::string_view{} : scope.substr(slash + 1);
  }
  if (parts[4] != "aws4_request") return std::nullopt;
  return CredentialScope{parts[0], parts[1], parts[2], parts[3]};
}

}  // namespace bedlam::aws
