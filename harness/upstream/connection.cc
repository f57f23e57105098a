#include "harness/upstream/connection.h"

#include <httplib.h>

#include <atomic>
#include <filesystem>

#include "harness/upstream/proxy_tunnel.h"

namespace bedlam::harness {
namespace {

using SteadyClock = std::chrono::steady_clock;

// What the library writes itself.
bool written_by_library(std::string_view name) {
  for (const std::string_view own :
       {"content-length", "connection", "transfer-encoding", "keep-alive"}) {
    if (aws::equals_ignoring_case(name, own)) return true;
  }
  return false;
}

ResponseHead head_of(const httplib::Response& response) {
  ResponseHead head;
  head.status = response.status;
  for (const auto& [name, value] : response.headers) head.headers.add(name, value);
  return head;
}

// `waited`: from the last byte that came, or from the start of the attempt to read.
ExchangeEnd end_of(httplib::Error error, bool cancelled, Duration waited, Duration read_timeout) {
  switch (error) {
    case httplib::Error::Success:
      return ExchangeEnd::kWhole;
    case httplib::Error::Canceled:
      return cancelled ? ExchangeEnd::kCancelled : ExchangeEnd::kBroken;
    case httplib::Error::ConnectionTimeout:
      return ExchangeEnd::kConnectTimeout;
    case httplib::Error::Connection:
    case httplib::Error::BindIPAddress:
      return ExchangeEnd::kNoConnection;
    case httplib::Error::SSLConnection:
    case httplib::Error::SSLLoadingCerts:
    case httplib::Error::SSLServerVerification:
      return ExchangeEnd::kNotTrusted;
    default:
      // The library calls a timeout and a broken connection by one name.
      return waited >= read_timeout ? ExchangeEnd::kTimeout : ExchangeEnd::kBroken;
  }
}

httplib::Request library_request(const aws::HttpRequest& request) {
  httplib::Request out;
  out.method = request.method;
  out.path = request.target;
  for (const auto& [name, value] : request.headers) {
    if (!written_by_library(name)) out.headers.emplace(name, value);
  }
  return out;
}

// In absolute form, as a proxy reads requests (RFC 9112 section 3.2.2).
void address_to_proxy(const HttpProxy& proxy, const Endpoint& endpoint, httplib::Request& out) {
  out.path = "http://" + endpoint.authority() + out.path;
  if (!proxy.authorization.empty()) out.headers.emplace("Proxy-Authorization", proxy.authorization);
}

// A client that connects no more once it was stopped. The library asks it under its lock of the
// socket, and its stop() takes the same lock: a stop finds the request that has the socket already,
// and a request behind it finds the stop.
template <typename Client>
class StoppableClient final : public Client {
 public:
  StoppableClient(const std::string& host, int port, const std::atomic<bool>& stopped)
      : Client(host, port), stopped_(stopped) {}

  // Connects through this from now on.
  void set_tunnel(std::unique_ptr<ProxyTunnel> tunnel) { tunnel_ = std::move(tunnel); }

 private:
  bool create_and_connect_socket(httplib::ClientImpl::Socket& socket,
                                 httplib::Error& error) override {
    error = httplib::Error::Canceled;
    if (stopped_ || !this->is_valid()) return false;
    if (tunnel_ != nullptr) {
      const int connected = tunnel_->connect(error);
      if (connected == ProxyTunnel::kNone) return false;
      socket.sock = connected;
    } else {
      // The SSLClient's own is private, and no more than this one behind the question above.
      // NOLINTNEXTLINE(bugprone-parent-virtual-call)
      if (!httplib::ClientImpl::create_and_connect_socket(socket, error)) return false;
    }
    if (!stopped_) return true;
    error = httplib::Error::Canceled;
    this->shutdown_socket(socket);
    this->close_socket(socket);
    return false;
  }

  const std::atomic<bool>& stopped_;
  std::unique_ptr<ProxyTunnel> tunnel_;
};

void set_up(httplib::ClientImpl& client, const ConnectionOptions& options) {
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);  // head and body are two writes
  client.set_url_encode(false);
  client.set_decompress(false);
  client.set_follow_location(false);
  client.set_connection_timeout(options.connect_timeout);
  client.set_read_timeout(options.read_timeout);
  client.set_write_timeout(options.read_timeout);
}

}  // namespace

std::string_view describe(ExchangeEnd end) {
  switch (end) {
    case ExchangeEnd::kWhole:
      return "whole";
    case ExchangeEnd::kCancelled:
      return "cancelled";
    case ExchangeEnd::kNoConnection:
      return "no connection: refused, unreachable, or no such host";
    case ExchangeEnd::kNoProxy:
      return "no connection to the proxy: refused, unreachable, or no such host";
    case ExchangeEnd::kProxyAuthentication:
      return "the proxy takes no such user and password";
    case ExchangeEnd::kProxyRefused:
      return "the proxy refused to connect to it, or could not";
    case ExchangeEnd::kConnectTimeout:
      return "connect timeout";
    case ExchangeEnd::kNotTrusted:
      return "TLS failed, or the certificate is not trusted";
    case ExchangeEnd::kBroken:
      return "connection broken";
    case ExchangeEnd::kTimeout:
      return "read timeout";
  }
  return "";
}

std::string explain(ExchangeEnd end) {
  std::string text(describe(end));
  if (end == ExchangeEnd::kNotTrusted) {
    text += "; --ca-file, or AWS_CA_BUNDLE, names a file of certificates to trust";
  }
  if (end == ExchangeEnd::kProxyAuthentication) {
    text += "; HTTPS_PROXY, or HTTP_PROXY, has them as http://user:password@host:port";
  }
  return text;
}

bool never_arrived(ExchangeEnd end) {
  return end == ExchangeEnd::kNoConnection || end == ExchangeEnd::kNoProxy ||
         end == ExchangeEnd::kProxyAuthentication || end == ExchangeEnd::kProxyRefused ||
         end == ExchangeEnd::kConnectTimeout || end == ExchangeEnd::kNotTrusted;
}

struct Connection::Parts {
  Endpoint endpoint;
  ConnectionOptions options;
  std::atomic<bool> stopped = false;
  std::optional<ExchangeEnd> proxy_trouble = std::nullopt;  // of the exchange under way
  std::unique_ptr<httplib::ClientImpl> client = nullptr;
  Parts(const Endpoint& where, const ConnectionOptions& how) : endpoint(where), options(how) {}
};

Connection::Connection(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Connection::~Connection() = default;

const Endpoint& Connection::endpoint() const {
  return parts_->endpoint;
}

Result<std::unique_ptr<Connection>, std::string> Connection::open(
    const Endpoint& endpoint, const ConnectionOptions& options) {
  auto parts = std::make_unique<Parts>(endpoint, options);
  if (!options.ca_file.empty() && !std::filesystem::is_regular_file(options.ca_file)) {
    return options.ca_file + ": no such file of certificates";
  }
  if (endpoint.tls) {
    auto client = std::make_unique<StoppableClient<httplib::SSLClient>>(
        endpoint.host, endpoint.port, parts->stopped);
    if (!options.ca_file.empty()) client->set_ca_cert_path(options.ca_file);
    client->enable_server_certificate_verification(options.verify_tls);
    if (options.proxy) {
      client->set_tunnel(
          std::make_unique<ProxyTunnel>(endpoint, options, parts->stopped, parts->proxy_trouble));
    }
    parts->client = std::move(client);
  } else {
    const std::string& host = options.proxy ? options.proxy->host : endpoint.host;
    const int port = options.proxy ? options.proxy->port : endpoint.port;
    parts->client =
        std::make_unique<StoppableClient<httplib::ClientImpl>>(host, port, parts->stopped);
  }
  set_up(*parts->client, options);
  return std::unique_ptr<Connection>(new Connection(std::move(parts)));
}

Exchange Connection::exchange(const aws::HttpRequest& request, const ExchangeListener& listener) {
  Exchange result;
  result.started = SteadyClock::now();
  if (parts_->stopped) {
    result.end = ExchangeEnd::kBroken;
    result.ended = result.started;
    return result;
  }
  MachineTime last = result.started;
  bool cancelled = false;
  parts_->proxy_trouble.reset();
  httplib::Request out = library_request(request);
  const bool absolute = parts_->options.proxy && !parts_->endpoint.tls;
  if (absolute) address_to_proxy(*parts_->options.proxy, parts_->endpoint, out);
  const auto sent = [&] {
    last = SteadyClock::now();
    result.sent = last;
    if (listener.on_sent) listener.on_sent(last);
  };
  if (!request.body.empty()) {
    out.content_length_ = request.body.size();
    out.content_provider_ = [&](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
      const bool written = sink.write(request.body.data() + offset, length);
      if (written) sent();
      return written;
    };
  }
  out.response_handler = [&](const httplib::Response& response) {
    last = SteadyClock::now();
    if (absolute && response.status == kProxyAuthenticationRequired) {
      parts_->proxy_trouble = ExchangeEnd::kProxyAuthentication;
      return false;
    }
    result.head_at = last;
    result.head = head_of(response);
    const bool go_on = !listener.on_head || listener.on_head(last, *result.head);
    cancelled = cancelled || !go_on;
    return go_on;
  };
  out.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    last = SteadyClock::now();
    const bool go_on = !listener.on_chunk || listener.on_chunk(last, std::string_view(data, size));
    cancelled = cancelled || !go_on;
    return go_on;
  };
  httplib::Response response;
  httplib::Error error = httplib::Error::Success;
  const bool done = parts_->client->send(out, response, error);
  result.ended = SteadyClock::now();
  if (!done && error == httplib::Error::Success) error = httplib::Error::Read;
  result.end = end_of(error, cancelled, result.ended - last, parts_->options.read_timeout);
  if (absolute && result.end == ExchangeEnd::kNoConnection) result.end = ExchangeEnd::kNoProxy;
  if (parts_->proxy_trouble) result.end = *parts_->proxy_trouble;
  return result;
}

void Connection::stop() {
  parts_->stopped = true;
  parts_->client->stop();
}

std::string target_at(const Endpoint& endpoint, std::string_view target) {
  return endpoint.prefix + std::string(target);
}

Result<WholeAnswer, std::string> ask(Connection& connection, const aws::HttpRequest& request) {
  WholeAnswer answer;
  ExchangeListener listener;
  listener.on_chunk = [&answer](MachineTime, std::string_view bytes) {
    answer.body += bytes;
    return true;
  };
  const Exchange exchange = connection.exchange(request, listener);
  if (!exchange.whole()) {
    return connection.endpoint().url() + ": " + explain(exchange.end);
  }
  answer.status = exchange.head->status;
  answer.headers = exchange.head->headers;
  return answer;
}

}  // namespace bedlam::harness
