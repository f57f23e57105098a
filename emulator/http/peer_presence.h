// Whether the peer of a connection still has its socket.
//
// TCP alone cannot tell a client that ended its direction and waits for the reply from one that
// gave up and closed: both send a FIN, and only the next byte sent to it makes the difference. But
// a client on the same machine can be looked up in the kernel's table of sockets: a closed one has
// no owner. So a client's read timeout is seen when it happens, even while the model is still
// thinking.
#pragma once

namespace bedlam::http {

enum class PeerPresence {
  kThere,
  kGone,
  kUnknown,  // not on this machine, or the kernel does not say
};

PeerPresence presence_of_peer(int socket);

}  // namespace bedlam::http
