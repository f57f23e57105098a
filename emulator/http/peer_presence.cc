#include "emulator/http/peer_presence.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

#include "emulator/http/file_descriptor.h"

namespace bedlam::http {
namespace {

struct Endpoint {
  sockaddr_storage storage{};

  int family() const { return storage.ss_family; }
  const sockaddr_in& v4() const { return reinterpret_cast<const sockaddr_in&>(storage); }
  const sockaddr_in6& v6() const { return reinterpret_cast<const sockaddr_in6&>(storage); }
  bool is_loopback() const {
    if (family() == AF_INET) return ntohl(v4().sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return family() == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&v6().sin6_addr);
  }
  __be16 port() const { return family() == AF_INET ? v4().sin_port : v6().sin6_port; }
  void copy_address(__be32* to) const {
    if (family() == AF_INET) {
      std::memcpy(to, &v4().sin_addr, sizeof(in_addr));
    } else {
      std::memcpy(to, &v6().sin6_addr, sizeof(in6_addr));
    }
  }
};

// The inode of the TCP socket from `local` to `remote`: 0 where it has lost its owner, nullopt
// where the kernel finds none (sock_diag(7)).
std::optional<std::uint32_t> inode_of(int netlink, const Endpoint& local, const Endpoint& remote) {
  struct {
    nlmsghdr header;
    inet_diag_req_v2 request;
  } message{};
  message.header.nlmsg_len = sizeof message;
  message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  message.header.nlmsg_flags = NLM_F_REQUEST;
  message.request.sdiag_family = static_cast<__u8>(local.family());
  message.request.sdiag_protocol = IPPROTO_TCP;
  message.request.idiag_states = ~0U;
  message.request.id.idiag_sport = local.port();
  message.request.id.idiag_dport = remote.port();
  local.copy_address(message.request.id.idiag_src);
  remote.copy_address(message.request.id.idiag_dst);
  message.request.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
  message.request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  if (send(netlink, &message, sizeof message, 0) < 0) return std::nullopt;

  alignas(nlmsghdr) std::array<char, 4096> answer{};
  const ssize_t size = recv(netlink, answer.data(), answer.size(), MSG_DONTWAIT);
  const auto* header = reinterpret_cast<const nlmsghdr*>(answer.data());
  if (size < static_cast<ssize_t>(NLMSG_LENGTH(sizeof(inet_diag_msg))) ||
      header->nlmsg_type != SOCK_DIAG_BY_FAMILY) {
    return std::nullopt;
  }
  inet_diag_msg found{};
  std::memcpy(&found, answer.data() + NLMSG_HDRLEN, sizeof found);
  return found.idiag_inode;
}

}  // namespace

PeerPresence presence_of_peer(int socket) {
  Endpoint ours, theirs;
  socklen_t size = sizeof ours.storage;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&ours.storage), &size) != 0) {
    return PeerPresence::kUnknown;
  }
  size = sizeof theirs.storage;
  if (getpeername(socket, reinterpret_cast<sockaddr*>(&theirs.storage), &size) != 0 ||
      !theirs.is_loopback()) {
    return PeerPresence::kUnknown;
  }
  const FileDescriptor netlink(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  // Our own socket is certainly there: a kernel that does not find it knows nothing.
  if (!netlink || inode_of(netlink.get(), ours, theirs).value_or(0) == 0) {
    return PeerPresence::kUnknown;
  }
  return inode_of(netlink.get(), theirs, ours).value_or(0) == 0 ? PeerPresence::kGone
                                                                : PeerPresence::kThere;
}

}  // namespace bedlam::http
