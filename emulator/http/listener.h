// Listening sockets: binds, accepts in batches, hands the accepted ones on, ready for use (no
// Nagle, non blocking).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "emulator/base/result.h"
#include "emulator/http/file_descriptor.h"
#include "emulator/http/loop.h"

namespace bedlam::http {

// Raises the limit of open files to what the system allows, and returns it: with a few to spare,
// the number of connections at a time.
std::size_t raise_descriptor_limit();

class Listener final : private Watcher {
 public:
  using Accepted = std::function<void(FileDescriptor socket)>;

  // Connections that wait to be accepted. A burst beyond it costs its clients a second each (a lost
  // SYN is sent again after that time).
  static constexpr int kBacklog = 4096;

  // Borrows the loop.
  Listener(Loop& loop, Accepted accepted);
  ~Listener() override;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Binds and listens; the sockets are connectable when it returns. "localhost", "127.0.0.1" and
  // "::1" bind 127.0.0.1 and ::1 with one port, or 127.0.0.1 alone on a machine without IPv6:
  // clients do not agree on what "localhost" means. Port 0: any that is free on all addresses.
  // Returns the port, or one line for the user: "port 4566 is in use".
  Result<std::uint16_t, std::string> listen(const std::string& host, std::uint16_t port);
  void close();

  // Connections turned away because the process is out of descriptors.
  std::uint64_t turned_away() const { return turned_away_; }

 private:
  void on_ready(int fd, std::uint32_t events) override;
  bool turn_away(int fd);

  Loop& loop_;
  Accepted accepted_;
  std::vector<FileDescriptor> sockets_;
  FileDescriptor reserve_;  // given up for a moment to turn a connection away
  std::uint64_t turned_away_ = 0;
};

}  // namespace bedlam::http
