// The proxy that requests leave this network through, where the environment names one: HTTPS_PROXY,
// HTTP_PROXY and NO_PROXY, as botocore and Python's urllib read them
// (urllib.request.getproxies_environment and proxy_bypass_environment, CPython 3.11;
// botocore/httpsession.py ProxyConfiguration, 1.43.11).
//
// Requests to https go through a tunnel (CONNECT, RFC 9110 section 9.3.6), those to http in
// absolute form (RFC 9112 section 3.2.2). Differences from botocore: docs/fidelity.md, "The real
// endpoint".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "emulator/base/result.h"
#include "harness/upstream/endpoint.h"

namespace bedlam::harness {

class Environment;

struct HttpProxy {
  std::string host;  // without the brackets of an IPv6 address
  std::uint16_t port = 80;
  std::string authorization;  // "Basic …", a secret; "" where the URL has no user and password

  // "host:port": all that is shown of it.
  std::string name() const;
};

// The proxy for requests to the endpoint; nullopt: they go straight there, as those to this machine
// and to the metadata services of instances and containers always do. The error names the variable
// and never what stands in it.
Result<std::optional<HttpProxy>, std::string> proxy_for(const Environment& environment,
                                                        const Endpoint& endpoint);

}  // namespace bedlam::harness
