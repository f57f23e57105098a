// The emulator's socket edge: listens, accepts, and lets connections speak with the handler, all on
// the loop's thread.
//
//   Scheduler scheduler(epoch);
//   http::Loop loop(scheduler);
//   http::Server server(loop, dispatcher);
//   auto port = server.listen("127.0.0.1", 4566);
//   loop.run();
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "emulator/http/connection.h"
#include "emulator/http/listener.h"

namespace bedlam::http {

class Server final : private Connection::Owner {
 public:
  struct Counts {
    std::uint64_t accepted = 0;
    std::size_t open = 0;            // now
    std::uint64_t requests = 0;      // handed to the handler
    std::uint64_t refusals = 0;      // answered with an error of the edge's own
    std::uint64_t slow_readers = 0;  // reset for leaving too much unread
    std::uint64_t turned_away = 0;   // for want of file descriptors
  };

  // Borrows the loop, which outlives it, and whatever the handler refers to. With an identity,
  // connections that begin with a TLS handshake are served so; clear text is on the same port.
  // Without an opener every request is gathered whole.
  Server(Loop& loop, Handler handler, const Limits& limits = {},
         std::shared_ptr<const TlsIdentity> tls = nullptr, Opener opener = {});
  // The same, with a dispatcher as handler and opener. Borrowed too.
  Server(Loop& loop, rpc::Dispatcher& dispatcher, const Limits& limits = {},
         std::shared_ptr<const TlsIdentity> tls = nullptr);
  // Resets what is open; its exchanges are abandoned.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // As Listener::listen; may be called for several addresses.
  Result<std::uint16_t, std::string> listen(const std::string& host, std::uint16_t port);

  // Accepts nothing more, closes what is idle, lets replies under way run for `grace` of real time,
  // then resets the rest. `loop.run_until([&] { return server.stopped(); })` waits for it.
  void begin_stop(Duration grace);
  bool stopped() const { return context_.winding_down && connections_.empty(); }

  Counts counts() const;

 private:
  void add(FileDescriptor socket);
  void on_connection_gone(Connection& connection) override;
  std::vector<std::shared_ptr<Connection>> all() const;
  void drop_all();

  Loop& loop_;
  ServerContext context_;
  Listener listener_;
  std::map<std::uint64_t, std::shared_ptr<Connection>>
      connections_;  // by id: an order that repeats
  std::uint64_t accepted_ = 0;
  Scheduler::TimerId grace_timer_ = 0;
};

}  // namespace bedlam::http
