#include "cli/endpoint_options.h"

#include <CLI/CLI.hpp>

namespace bedlam::cli {

void add_endpoint_options(CLI::App& command, EndpointOptions& options) {
  command.add_option("--region", options.region, "by default that of the environment or the host");
  command.add_option("--profile", options.profile, "of ~/.aws/config and ~/.aws/credentials");
  command.add_option("--ca-file", options.ca_file,
                     "certificates to trust (PEM); else AWS_CA_BUNDLE, else the system's");
}

Result<std::unique_ptr<EndpointAccess>, std::string> EndpointAccess::find(
    const EndpointOptions& options) {
  constexpr const char* kDummyRegion = "us-east-1";
  const bool aws_itself = options.url.empty() || options.url == "aws";
  auto access = std::make_unique<EndpointAccess>();
  access->ca_file_ =
      options.ca_file.empty() ? access->environment_.text("AWS_CA_BUNDLE") : options.ca_file;
  std::string region = options.region;
  if (!aws_itself) {
    const auto endpoint = harness::parse_endpoint(options.url);
    if (!endpoint) return endpoint.error();
    access->endpoint_ = *endpoint;
    if (region.empty()) region = endpoint->region();
  }
  if (region.empty()) {
    region = harness::find_region(
        access->environment_, harness::read_profiles(access->environment_, options.profile), "");
  }
  const bool local = !aws_itself && access->endpoint_.is_loopback();
  if (region.empty() && !local) {
    return std::string("no Region: give --region, or set AWS_REGION");
  }
  if (region.empty()) region = kDummyRegion;
  if (aws_itself) access->endpoint_ = harness::aws_endpoint("bedrock-runtime", region);
  const auto proxy = harness::proxy_for(access->environment_, access->endpoint_);
  if (!proxy) return proxy.error();
  access->proxy_ = *proxy;
  access->signer_ =
      std::make_unique<harness::Signer>(access->environment_, options.profile, region);
  const auto found = access->signer_->prepare();
  if (found.ok()) return access;
  const bool asked_for = !options.profile.empty() || !found.error().nothing_set_up;
  if (!local || asked_for) return found.error().message;
  access->signer_ = std::make_unique<harness::Signer>(access->environment_,
                                                      aws::AccessKey{"test", "test", ""}, region);
  return access;
}

std::string EndpointAccess::route() const {
  return endpoint_.url() + (proxy_ ? " through the proxy " + proxy_->name() : "");
}

}  // namespace bedlam::cli
