#include "harness/upstream/proxy_tunnel.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace bedlam::harness {
namespace {

using SteadyTime = std::chrono::steady_clock;

// How long it waits before it asks again whether it was stopped.
constexpr Duration kTunnelNap = std::chrono::milliseconds(50);
// A longer head is no answer to CONNECT. Ours.
constexpr std::size_t kMaxHeadBytes = 16 * 1024;

// Of "HTTP/1.1 200 Connection established"; 0 where it is none.
int status_in(const std::string& head) {
  const std::size_t space = head.find(' ');
  if (!head.starts_with("HTTP/1.") || space == std::string::npos) return 0;
  int status = 0;
  for (const char c : head.substr(space + 1, 3)) {
    if (c < '0' || c > '9') return 0;
    status = status * 10 + (c - '0');
  }
  return status;
}

}  // namespace

ProxyTunnel::ProxyTunnel(const Endpoint& endpoint, const ConnectionOptions& options,
                         const std::atomic<bool>& stopped, std::optional<ExchangeEnd>& trouble)
    : httplib::ClientImpl(options.proxy->host, options.proxy->port),
      authorization_(options.proxy->authorization),
      timeout_(options.connect_timeout),
      stopped_(stopped),
      trouble_(trouble) {
  const bool address = endpoint.host.find(':') != std::string::npos;
  target_ =
      (address ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
  set_tcp_nodelay(true);
  set_connection_timeout(options.connect_timeout);
  set_read_timeout(options.read_timeout);
  set_write_timeout(options.read_timeout);
}

int ProxyTunnel::connect(httplib::Error& error) {
  Socket made;
  if (!create_and_connect_socket(made, error)) {
    if (error == httplib::Error::Connection) trouble_ = ExchangeEnd::kNoProxy;
    return kNone;
  }
  const std::optional<ExchangeEnd> refused = ask(made.sock);
  if (!refused) return made.sock;
  ::close(made.sock);
  trouble_ = refused;
  error = httplib::Error::Canceled;
  return kNone;
}

// nullopt: what follows on the socket is the endpoint's.
std::optional<ExchangeEnd> ProxyTunnel::ask(int socket) const {
  const Instant until = SteadyTime::now() + timeout_;
  const auto head = send_request(socket, until) ? read_head(socket, until) : std::nullopt;
  if (!head) {
    return SteadyTime::now() >= until ? ExchangeEnd::kConnectTimeout : ExchangeEnd::kProxyRefused;
  }
  const int status = status_in(*head);
  if (status >= 200 && status < 300) return std::nullopt;
  return status == kProxyAuthenticationRequired ? ExchangeEnd::kProxyAuthentication
                                                : ExchangeEnd::kProxyRefused;
}

bool ProxyTunnel::await(int socket, short event, Instant until) const {
  while (!stopped_ && SteadyTime::now() < until) {
    pollfd asked{socket, event, 0};
    const auto nap = std::chrono::ceil<std::chrono::milliseconds>(
        std::min<Duration>(kTunnelNap, until - SteadyTime::now()));
    const int ready = ::poll(&asked, 1, static_cast<int>(nap.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
  return false;
}

bool ProxyTunnel::send_request(int socket, Instant until) const {
  std::string text = "CONNECT " + target_ + " HTTP/1.1\r\nHost: " + target_ + "\r\n";
  if (!authorization_.empty()) text += "Proxy-Authorization: " + authorization_ + "\r\n";
  text += "\r\n";
  for (std::size_t sent = 0; sent < text.size();) {
    if (!await(socket, POLLOUT, until)) return false;
    const ssize_t written = ::send(socket, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (written <= 0) return false;
    sent += static_cast<std::size_t>(written);
  }
  return true;
}

// Byte by byte: what follows the head is not ours to read.
std::optional<std::string> ProxyTunnel::read_head(int socket, Instant until) const {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    char byte = 0;
    if (head.size() >= kMaxHeadBytes || !await(socket, POLLIN, until)) return std::nullopt;
    if (::recv(socket, &byte, 1, 0) != 1) return std::nullopt;
    head += byte;
  }
  return head;
}

}  // namespace bedlam::harness
