#include "emulator/http/listener.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace bedlam::http {
namespace {

constexpr int kMaxAcceptsATurn = 64;
constexpr int kPortAttempts = 32;  // to find one that is free on both addresses

// Keep-alive: a silent peer is asked after so many seconds, again every so many, so often. Ours.
constexpr int kProbeAfter = 60, kProbeEvery = 15, kProbes = 4;

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  bool optional = false;  // a machine may lack it

  int family() const { return storage.ss_family; }
  void set_port(std::uint16_t port) {
    // Both families keep the port at the same place.
    reinterpret_cast<sockaddr_in*>(&storage)->sin_port = htons(port);
  }
};

FileDescriptor open_reserve() {
  return FileDescriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "127.0.0.1" || host == "::1";
}

Address numeric(const char* host) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* found = nullptr;
  Address address;
  if (getaddrinfo(host, nullptr, &hints, &found) != 0) return address;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.size = found->ai_addrlen;
  freeaddrinfo(found);
  return address;
}

Result<std::vector<Address>, std::string> resolve(const std::string& host) {
  if (is_loopback(host)) {
    std::vector<Address> both{numeric("127.0.0.1"), numeric("::1")};
    both[1].optional = true;
    return both;
  }
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
    return "cannot resolve host '" + host + "': " + gai_strerror(error);
  }
  Address address;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.size = found->ai_addrlen;
  freeaddrinfo(found);
  return std::vector<Address>{address};
}

// A peer whose machine is gone says nothing more, and a reply without a deadline would be kept for
// it for ever.
void set_keep_alive(int socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &kProbeAfter, sizeof kProbeAfter);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &kProbeEvery, sizeof kProbeEvery);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &kProbes, sizeof kProbes);
}

// An open socket that listens, or the errno.
Result<FileDescriptor, int> listen_on(const Address& address) {
  FileDescriptor socket(
      ::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!socket) return errno;
  // The port of a run that just ended is free at once. SO_REUSEPORT would let a second emulator
  // share the port silently.
  const int yes = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (address.family() == AF_INET6 && address.optional) {
    setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  }
  // Accepted ones inherit these.
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  set_keep_alive(socket.get());
  const auto* raw = reinterpret_cast<const sockaddr*>(&address.storage);
  if (bind(socket.get(), raw, address.size) != 0) return errno;
  if (::listen(socket.get(), Listener::kBacklog) != 0) return errno;
  return socket;
}

std::uint16_t port_of(const FileDescriptor& socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  getsockname(socket.get(), reinterpret_cast<sockaddr*>(&storage), &size);
  return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

std::string explain(int error, const std::string& host, std::uint16_t port) {
  const std::string name = "port " + std::to_string(port);
  if (error == EADDRINUSE) return port == 0 ? "no port is free" : name + " is in use";
  if (error == EACCES) return name + " needs the right to bind low ports";
  if (error == EADDRNOTAVAIL) return "'" + host + "' is not an address of this machine";
  return "cannot listen on " + host + " " + name + ": " + std::generic_category().message(error);
}

// Sockets for all of `addresses` with one port, or the errno.
Result<std::vector<FileDescriptor>, int> listen_on_all(std::vector<Address> addresses,
                                                       std::uint16_t port) {
  std::vector<FileDescriptor> sockets;
  for (Address& address : addresses) {
    address.set_port(sockets.empty() ? port : port_of(sockets.front()));
    auto socket = listen_on(address);
    if (socket) {
      sockets.push_back(*std::move(socket));
      continue;
    }
    const int error = socket.error();
    const bool absent = error == EADDRNOTAVAIL || error == EAFNOSUPPORT || error == EPROTONOSUPPORT;
    if (!(address.optional && absent)) return error;
  }
  return sockets;
}

}  // namespace

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  return static_cast<std::size_t>(limit.rlim_cur);
}

Listener::Listener(Loop& loop, Accepted accepted)
    : loop_(loop), accepted_(std::move(accepted)), reserve_(open_reserve()) {}

Listener::~Listener() {
  close();
}

Result<std::uint16_t, std::string> Listener::listen(const std::string& host, std::uint16_t port) {
  auto addresses = resolve(host);
  if (!addresses) return addresses.error();
  int error = EADDRINUSE;
  // A port that the system chose for one address may be taken on the other; it chooses another
  // then.
  for (int i = 0; i < (port == 0 ? kPortAttempts : 1) && error == EADDRINUSE; ++i) {
    auto sockets = listen_on_all(*addresses, port);
    if (!sockets) {
      error = sockets.error();
      continue;
    }
    const std::uint16_t bound = port_of(sockets->front());
    for (FileDescriptor& socket : *sockets) {
      loop_.watch(socket.get(), EPOLLIN, *this);
      sockets_.push_back(std::move(socket));
    }
    return bound;
  }
  return explain(error, host, port);
}

void Listener::close() {
  for (const FileDescriptor& socket : sockets_) loop_.unwatch(socket.get());
  sockets_.clear();
}

void Listener::on_ready(int fd, std::uint32_t /*events*/) {
  for (int i = 0; i < kMaxAcceptsATurn; ++i) {
    FileDescriptor socket(accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket) {
      accepted_(std::move(socket));
      continue;
    }
    if (errno == ECONNABORTED || errno == EINTR) continue;
    if ((errno == EMFILE || errno == ENFILE) && turn_away(fd)) continue;
    return;
  }
}

// Without a free descriptor the connection would wait for ever, and epoll report it without end.
bool Listener::turn_away(int fd) {
  reserve_.close();
  FileDescriptor socket(accept4(fd, nullptr, nullptr, SOCK_CLOEXEC));
  const bool accepted = static_cast<bool>(socket);
  if (accepted) ++turned_away_;
  socket.close();
  reserve_ = open_reserve();
  return accepted;
}

}  // namespace bedlam::http
