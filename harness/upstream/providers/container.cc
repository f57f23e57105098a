// A container's credentials, of ECS, EKS Pod Identity and Greengrass:
// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI at 169.254.170.2, or …_FULL_URI, with the token of
// AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE or AWS_CONTAINER_AUTHORIZATION_TOKEN (SDKs and Tools
// reference guide, "Container credential provider"; botocore ContainerProvider and
// ContainerMetadataFetcher).
#include <algorithm>
#include <array>

#include "emulator/base/json.h"
#include "harness/upstream/providers/catalog.h"

namespace bedlam::harness {
namespace {

constexpr std::string_view kContainerHost = "169.254.170.2";
// Where a token may go in clear text, beside this machine (botocore
// ContainerMetadataFetcher._ALLOWED_HOSTS; link-local addresses of ECS and of EKS).
constexpr std::array<std::string_view, 3> kAllowedHosts{"169.254.170.2", "169.254.170.23",
                                                        "fd00:ec2::23"};
constexpr Duration kContainerTimeout = std::chrono::seconds(2);  // botocore's TIMEOUT_SECONDS

bool may_hold_credentials(const Endpoint& endpoint) {
  return endpoint.tls || endpoint.is_loopback() ||
         std::find(kAllowedHosts.begin(), kAllowedHosts.end(), endpoint.host) !=
             kAllowedHosts.end();
}

struct Token {
  std::string text;
};

Result<Token, CredentialError> authorization_token(const Environment& environment) {
  const std::string path = environment.text("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  Token token{environment.text("AWS_CONTAINER_AUTHORIZATION_TOKEN")};
  if (!path.empty()) {
    const auto text = environment.file(path);
    if (!text) return CredentialError{path + ": the container's token cannot be read"};
    token.text = *text;
  }
  if (token.text.find_first_of("\r\n") != std::string::npos) {
    return CredentialError{"the container's authorization token has more than one line"};
  }
  return token;
}

}  // namespace

Found ask_container(const Search& search) {
  const Environment& environment = search.environment;
  const std::string relative = environment.text("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const std::string full = environment.text("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (relative.empty() && full.empty()) return std::optional<aws::AccessKey>();
  std::string url = relative.empty() ? full : "http://" + std::string(kContainerHost) + relative;
  const std::size_t query = std::min(url.find('?'), url.size());
  auto endpoint = parse_endpoint(std::string_view(url).substr(0, query));
  if (!endpoint) return CredentialError{"the container's credentials: " + endpoint.error()};
  if (!may_hold_credentials(*endpoint)) {
    return CredentialError{"AWS_CONTAINER_CREDENTIALS_FULL_URI: " + endpoint->host +
                           " is neither https, nor this machine, nor a container's address"};
  }
  const auto token = authorization_token(environment);
  if (!token) return token.error();
  const std::string path = endpoint->prefix.empty() ? "/" : endpoint->prefix;
  aws::HttpRequest request{"GET",
                           path + url.substr(query),
                           {{"Host", endpoint->authority()}, {"Accept", "application/json"}},
                           ""};
  if (!token->text.empty()) request.headers.add("Authorization", token->text);
  const auto answer = environment.ask(*endpoint, request, kContainerTimeout);
  if (!answer) return CredentialError{"the container's credentials: " + answer.error()};
  const std::string who = "the container's credentials";
  if (answer->status != 200) {
    return CredentialError{who + ": status " + std::to_string(answer->status)};
  }
  const auto json = parse_json(answer->body);
  if (!json) return CredentialError{who + ": the answer is no JSON"};
  const auto key =
      key_of_json(*json, {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"}, who);
  if (!key) return key.error();
  return std::optional(*key);
}

}  // namespace bedlam::harness
