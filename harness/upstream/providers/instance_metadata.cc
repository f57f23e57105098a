// An EC2 instance's role: a session token by PUT (IMDSv2), the role's name, its keys (EC2 user
// guide, "Retrieve security credentials from instance metadata"; botocore InstanceMetadataFetcher).
// AWS_EC2_METADATA_DISABLED, AWS_EC2_METADATA_SERVICE_ENDPOINT,
// AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE, AWS_EC2_METADATA_V1_DISABLED,
// AWS_METADATA_SERVICE_TIMEOUT. Where nothing answers there are no credentials, and no error.
#include <charconv>

#include "emulator/base/json.h"
#include "harness/upstream/providers/catalog.h"

namespace bedlam::harness {
namespace {

constexpr std::string_view kV4Endpoint = "http://169.254.169.254";
constexpr std::string_view kV6Endpoint = "http://[fd00:ec2::254]";
constexpr std::string_view kRolePath = "/latest/meta-data/iam/security-credentials/";
constexpr std::string_view kTokenSeconds = "21600";  // the longest, as botocore's
constexpr int kTimeoutSeconds = 1;                   // botocore's metadata_service_timeout

bool is_true(const std::string& text) {
  return text == "true" || text == "True" || text == "TRUE";
}

Duration metadata_timeout(const Environment& environment) {
  const std::string text = environment.text("AWS_METADATA_SERVICE_TIMEOUT");
  int s = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), s);
  const bool whole = error == std::errc() && end == text.data() + text.size() && s > 0;
  return std::chrono::seconds(whole ? s : kTimeoutSeconds);
}

Result<Endpoint, CredentialError> metadata_endpoint(const Search& search) {
  const Environment& environment = search.environment;
  const Settings settings = search.profiles.merged(search.profile);
  const auto value = [&](const char* variable, const char* name) {
    const std::string set = environment.text(variable);
    return set.empty() ? setting(settings, name) : set;
  };
  std::string url = value("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
  if (url.empty()) {
    const std::string mode =
        value("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
    url = mode == "IPv6" || mode == "ipv6" ? kV6Endpoint : kV4Endpoint;
  }
  auto endpoint = parse_endpoint(url);
  if (!endpoint) return CredentialError{"AWS_EC2_METADATA_SERVICE_ENDPOINT: " + endpoint.error()};
  return *std::move(endpoint);
}

class Metadata {
 public:
  Metadata(const Environment& environment, Endpoint endpoint)
      : environment_(environment), endpoint_(std::move(endpoint)) {}

  // nullopt: no token and no service, so no instance.
  std::optional<std::string> token(bool v1_allowed) {
    aws::HttpRequest request = to("PUT", "/latest/api/token");
    request.headers.add("x-aws-ec2-metadata-token-ttl-seconds", std::string(kTokenSeconds));
    const auto answer = environment_.ask(endpoint_, request, metadata_timeout(environment_));
    if (answer && answer->status == 200) return answer->body;
    // Versions of the service that have no tokens say so; what is no instance is silent.
    const bool v1 =
        answer && (answer->status == 403 || answer->status == 404 || answer->status == 405);
    return v1 && v1_allowed ? std::optional<std::string>("") : std::nullopt;
  }

  std::optional<std::string> get(const std::string& path, const std::string& token) {
    aws::HttpRequest request = to("GET", path);
    if (!token.empty()) request.headers.add("x-aws-ec2-metadata-token", token);
    const auto answer = environment_.ask(endpoint_, request, metadata_timeout(environment_));
    if (!answer || answer->status != 200 || answer->body.empty()) return std::nullopt;
    return answer->body;
  }

 private:
  aws::HttpRequest to(const char* method, const std::string& path) const {
    return {method, target_at(endpoint_, path), {{"Host", endpoint_.authority()}}, ""};
  }

  const Environment& environment_;
  Endpoint endpoint_;
};

}  // namespace

Found ask_instance_metadata(const Search& search) {
  const Environment& environment = search.environment;
  const auto none = std::optional<aws::AccessKey>();
  if (is_true(environment.text("AWS_EC2_METADATA_DISABLED"))) return none;
  const auto endpoint = metadata_endpoint(search);
  if (!endpoint) return endpoint.error();
  Metadata metadata(environment, *endpoint);
  const auto token = metadata.token(!is_true(environment.text("AWS_EC2_METADATA_V1_DISABLED")));
  if (!token) return none;
  auto role = metadata.get(std::string(kRolePath), *token);
  if (!role) return none;
  role->resize(std::min(role->find_first_of("\r\n"), role->size()));
  const auto text = metadata.get(std::string(kRolePath) + *role, *token);
  const auto json = parse_json(text.value_or(""));
  if (!json) return none;
  const auto key = key_of_json(*json, {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"},
                               "the instance's role '" + *role + "'");
  if (!key) return key.error();
  return std::optional(*key);
}

}  // namespace bedlam::harness
