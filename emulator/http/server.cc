#include "emulator/http/server.h"

#include <vector>

namespace bedlam::http {

Server::Server(Loop& loop, Handler handler, const Limits& limits,
               std::shared_ptr<const TlsIdentity> tls, Opener opener)
    : loop_(loop),
      context_(std::move(handler), std::move(opener), limits, loop.scheduler(), std::move(tls)),
      listener_(loop, [this](FileDescriptor socket) { add(std::move(socket)); }) {}

Server::Server(Loop& loop, rpc::Dispatcher& dispatcher, const Limits& limits,
               std::shared_ptr<const TlsIdentity> tls)
    : Server(
          loop,
          [&dispatcher](aws::HttpRequest&& request, std::string origin,
                        std::shared_ptr<rpc::Receiver> receiver) {
            return dispatcher.dispatch(std::move(request), std::move(origin), std::move(receiver));
          },
          limits, std::move(tls),
          [&dispatcher](const aws::HttpRequest& head, std::string origin,
                        std::shared_ptr<rpc::Receiver> receiver) {
            return dispatcher.open(head, std::move(origin), std::move(receiver));
          }) {}

Server::~Server() {
  if (grace_timer_ != 0) loop_.deadlines().cancel(grace_timer_);
  drop_all();
}

Result<std::uint16_t, std::string> Server::listen(const std::string& host, std::uint16_t port) {
  return listener_.listen(host, port);
}

void Server::begin_stop(Duration grace) {
  if (context_.winding_down) return;
  context_.winding_down = true;
  listener_.close();
  for (const auto& connection : all()) connection->wind_down();
  grace_timer_ = loop_.deadlines().after(grace, [this] {
    grace_timer_ = 0;
    drop_all();
  });
}

Server::Counts Server::counts() const {
  return {accepted_,         connections_.size(),   context_.requests,
          context_.refusals, context_.slow_readers, listener_.turned_away()};
}

void Server::add(FileDescriptor socket) {
  const std::uint64_t id = ++accepted_;
  Connection::Owner& owner = *this;
  const auto connection =
      std::make_shared<Connection>(loop_, std::move(socket), context_, owner, id);
  connections_.emplace(id, connection);
  connection->start();
}

void Server::on_connection_gone(Connection& connection) {
  connections_.erase(connection.id());
}

// Ending a connection takes it off the list, so whoever walks all of them walks a copy.
std::vector<std::shared_ptr<Connection>> Server::all() const {
  std::vector<std::shared_ptr<Connection>> connections;
  for (const auto& [id, connection] : connections_) connections.push_back(connection);
  return connections;
}

void Server::drop_all() {
  for (const auto& connection : all()) connection->drop();
}

}  // namespace bedlam::http
