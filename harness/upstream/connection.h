// One connection to an endpoint, http or https, kept alive between requests: HTTP/1.1 by
// cpp-httplib. It blocks; each worker has its own. Nothing is tried again here, nothing is
// decompressed, no redirect is followed: what came is what is handed on, and when.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/aws/http_message.h"
#include "emulator/base/duration.h"
#include "emulator/base/result.h"
#include "harness/upstream/endpoint.h"
#include "harness/upstream/http_proxy.h"

namespace bedlam::harness {

// The machine's monotonic clock.
using MachineTime = std::chrono::steady_clock::time_point;

struct ConnectionOptions {
  // botocore's (facts: sdk-retries.md section 2): to connect, and for each read of the socket.
  Duration connect_timeout = std::chrono::seconds(60);
  Duration read_timeout = std::chrono::seconds(60);
  std::string ca_file;  // PEM; "": the system's
  bool verify_tls = true;
  std::optional<HttpProxy> proxy{};  // that requests go through (http_proxy.h)
};

struct ResponseHead {
  int status = 0;
  aws::Headers headers;  // sorted by name: the library keeps no other order
};

// Who hears of an answer while it comes, each with its instant. Any may be empty. False ends the
// exchange there, and the connection with it.
struct ExchangeListener {
  std::function<void(MachineTime)> on_sent;  // the request's last byte was handed to the system
  std::function<bool(MachineTime, const ResponseHead&)> on_head;
  std::function<bool(MachineTime, std::string_view)> on_chunk;  // as read; at most 4 KiB
};

enum class ExchangeEnd {
  kWhole,      // the body ended in order
  kCancelled,  // a listener said false
  kNoConnection,
  kNoProxy,              // no connection to the proxy
  kProxyAuthentication,  // the proxy wants a user and a password, or others
  kProxyRefused,         // the proxy has no connection to the endpoint for us
  kConnectTimeout,
  kNotTrusted,  // TLS failed, or the certificate is none that we trust
  kBroken,      // reset, closed or cut off before the end
  kTimeout,     // nothing came for the length of the read timeout
};
// "read timeout", "connection refused or unreachable", …
std::string_view describe(ExchangeEnd end);
// The same with what there is to do, for a message that is read once.
std::string explain(ExchangeEnd end);
// Nothing of the request reached the endpoint.
bool never_arrived(ExchangeEnd end);

struct Exchange {
  ExchangeEnd end = ExchangeEnd::kWhole;
  std::optional<ResponseHead> head;  // where one came
  MachineTime started, ended;
  std::optional<MachineTime> sent, head_at;
  bool whole() const { return end == ExchangeEnd::kWhole; }
};

class Connection {
 public:
  // Connects at the first request. The error: a CA file that cannot be read.
  static Result<std::unique_ptr<Connection>, std::string> open(const Endpoint& endpoint,
                                                               const ConnectionOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Sends `request`, signed by whoever made it, and returns when its answer is over. Its target
  // goes out as it is: the endpoint's prefix is already part of it (target_at), because the
  // signature covers it. Content-Length and Connection are the connection's own.
  Exchange exchange(const aws::HttpRequest& request, const ExchangeListener& listener);

  // From any thread, and for good: ends the exchange under way, as kBroken, and each further one
  // before anything is sent. Waits while the connection is being made.
  void stop();

  const Endpoint& endpoint() const;

 private:
  struct Parts;
  explicit Connection(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// The target behind the endpoint's prefix.
std::string target_at(const Endpoint& endpoint, std::string_view target);

// An answer in one piece, for those who want no more; the error is one line.
struct WholeAnswer {
  int status = 0;
  aws::Headers headers;
  std::string body;
};
Result<WholeAnswer, std::string> ask(Connection& connection, const aws::HttpRequest& request);

}  // namespace bedlam::harness
