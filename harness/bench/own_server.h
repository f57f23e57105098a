// The emulator that a bench starts for itself: on a real clock, behind a socket of the loopback,
// its loop in a thread of its own.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "emulator/app/emulator.h"
#include "emulator/http/server.h"
#include "harness/bench/stalls.h"

namespace bedlam::harness {

class OwnServer {
 public:
  // The error: what is wrong with the scenario, or why nothing can listen. `scenario` may be empty.
  static Result<std::unique_ptr<OwnServer>, Diagnostics> start(const scenario::Scenario& scenario,
                                                               std::uint64_t seed);
  ~OwnServer();
  OwnServer(const OwnServer&) = delete;
  OwnServer& operator=(const OwnServer&) = delete;

  std::string url() const;
  // How late its timers ran since the last question, and a beat of its own where it has few.
  Stalls take_stalls();

 private:
  explicit OwnServer(std::uint64_t seed);
  void beat(MachineTime due);

  app::Emulator emulator_;
  http::Loop loop_;
  http::Lateness beats_;  // of the loop's thread
  std::unique_ptr<http::Server> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace bedlam::harness
