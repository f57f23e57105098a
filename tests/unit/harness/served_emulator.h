// A whole emulator behind a socket, its loop in a thread of its own: the peer of what leaves the
// process.
#pragma once

#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "emulator/app/emulator.h"
#include "emulator/http/server.h"

namespace bedlam::harness {

class ServedEmulator {
 public:
  explicit ServedEmulator(const std::string& scenario = "", app::EmulatorOptions options = {},
                          std::shared_ptr<const http::TlsIdentity> tls = nullptr)
      : emulator_(std::move(options)),
        loop_(emulator_.scheduler(), http::Pace::kReal),
        server_(std::make_unique<http::Server>(loop_, emulator_.dispatcher(), http::Limits{},
                                               std::move(tls))) {
    const auto parsed = scenario::parse_scenario(scenario, "test.yaml");
    if (!parsed) throw std::runtime_error(format(parsed.error()[0], scenario));
    if (!emulator_.load(*parsed)) throw std::runtime_error("a mistaken workflow");
    const auto port = server_->listen("127.0.0.1", 0);
    if (!port) throw std::runtime_error(port.error());
    port_ = *port;
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~ServedEmulator() { stop(); }
  ServedEmulator(const ServedEmulator&) = delete;
  ServedEmulator& operator=(const ServedEmulator&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  http::Server::Counts counts() {
    std::promise<http::Server::Counts> counts;
    loop_.post([&] { counts.set_value(server_->counts()); });
    return counts.get_future().get();
  }

  // Ends the server; what it did may be looked at then.
  app::Emulator& stop() {
    if (thread_.joinable()) {
      loop_.stop();
      thread_.join();
      server_.reset();
    }
    return emulator_;
  }

 private:
  app::Emulator emulator_;
  http::Loop loop_;
  std::unique_ptr<http::Server> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace bedlam::harness
