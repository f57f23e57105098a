// What commands that call a real endpoint are told of it, and who signs for them.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "emulator/base/result.h"
#include "harness/upstream/credentials.h"

namespace CLI {
class App;
}

namespace bedlam::cli {

struct EndpointOptions {
  std::string url;  // "" or "aws": AWS's own in the Region
  std::string region, profile, ca_file;
};

// --region, --profile and --ca-file.
void add_endpoint_options(CLI::App& command, EndpointOptions& options);

// Where calls go, and with which signature. Owns the machine that credentials are looked for on.
class EndpointAccess {
 public:
  // The error is one line. An endpoint on this machine needs no credentials: it gets dummy ones
  // where none are set up. What is set up and fails is an error there too.
  static Result<std::unique_ptr<EndpointAccess>, std::string> find(const EndpointOptions& options);

  const harness::Endpoint& endpoint() const { return endpoint_; }
  harness::Signer& signer() { return *signer_; }
  // --ca-file, else AWS_CA_BUNDLE, as the SDKs; "": the system's certificates.
  const std::string& ca_file() const { return ca_file_; }
  const std::optional<harness::HttpProxy>& proxy() const { return proxy_; }
  // "https://host", with the proxy on the way there.
  std::string route() const;

 private:
  harness::MachineEnvironment environment_;
  harness::Endpoint endpoint_;
  std::string ca_file_;
  std::optional<harness::HttpProxy> proxy_;
  std::unique_ptr<harness::Signer> signer_;
};

}  // namespace bedlam::cli
