// A connection to an https endpoint through a proxy: the proxy is asked to CONNECT (RFC 9110
// section 9.3.6), and what passes behind its answer is the endpoint's. The library's own tunnel
// takes every refusal for a success, and would send the proxy's password on to the endpoint.
#pragma once

#include <httplib.h>

#include <atomic>
#include <optional>
#include <string>

#include "harness/upstream/connection.h"

namespace bedlam::harness {

inline constexpr int kProxyAuthenticationRequired = 407;  // RFC 9110 section 15.5.8

class ProxyTunnel final : private httplib::ClientImpl {
 public:
  static constexpr int kNone = -1;

  // Borrows `stopped`, which ends an attempt, and `trouble`, where it says why one failed.
  ProxyTunnel(const Endpoint& endpoint, const ConnectionOptions& options,
              const std::atomic<bool>& stopped, std::optional<ExchangeEnd>& trouble);

  // A socket, the caller's then; or kNone, with `error` for the library.
  int connect(httplib::Error& error);

 private:
  using Instant = MachineTime;
  std::optional<ExchangeEnd> ask(int socket) const;
  bool await(int socket, short event, Instant until) const;
  bool send_request(int socket, Instant until) const;
  std::optional<std::string> read_head(int socket, Instant until) const;

  std::string target_, authorization_;
  Duration timeout_;
  const std::atomic<bool>& stopped_;
  std::optional<ExchangeEnd>& trouble_;
};

}  // namespace bedlam::harness
