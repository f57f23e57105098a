#include "cli/listening.h"

#include <CLI/CLI.hpp>
#include <csignal>

#include "cli/files.h"
#include "emulator/base/duration.h"

namespace bedlam::cli {
namespace {

http::Loop* loop_to_stop = nullptr;  // for the signal handler; set while a loop runs

extern "C" void stop_loop(int /*signal*/) {
  if (loop_to_stop != nullptr) loop_to_stop->stop();
}

void stop_on_signals(http::Loop& loop) {
  loop_to_stop = &loop;
  struct sigaction action {};
  action.sa_handler = stop_loop;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

// Until `done`, for at most so long of real time, or until a signal.
void run_for(http::Loop& loop, Duration most, const std::function<bool()>& done) {
  bool over = false;
  const auto timer = loop.deadlines().after(most, [&over] { over = true; });
  loop.run_until([&] { return over || done(); });
  loop.deadlines().cancel(timer);
}

}  // namespace

void add_listen_options(CLI::App& command, ListenOptions& options) {
  command.add_option("--host", options.host, "address to listen on")->capture_default_str();
  command.add_option("--port", options.port, "port; 0 picks a free one")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  command.add_option("--port-file", options.port_file, "file to write the port to when ready");
  command
      .add_option("--grace", options.grace,
                  "how long replies under way may go on after SIGINT or SIGTERM")
      ->check([](const std::string& text) {
        return parse_duration(text) ? std::string() : text + " is no duration such as 5s";
      })
      ->capture_default_str();
}

Result<std::uint16_t, std::string> listen(http::Server& server, http::Loop& loop,
                                          const ListenOptions& options) {
  http::raise_descriptor_limit();
  auto port = server.listen(options.host, options.port);
  if (!port) return port;
  stop_on_signals(loop);
  if (!options.port_file.empty() &&
      !write_whole_file(options.port_file, std::to_string(*port) + "\n")) {
    return options.port_file + ": cannot be written";
  }
  return port;
}

bool run_until_stopped(http::Server& server, http::Loop& loop, const ListenOptions& options,
                       const UnderWay& rest) {
  loop.run();
  const Duration grace = *parse_duration(options.grace);
  server.begin_stop(grace);
  run_for(loop, grace, [&] { return server.stopped() && rest.over(); });
  rest.stop();
  run_for(loop, kMostToLetGo, rest.over);
  loop_to_stop = nullptr;
  return rest.over();
}

}  // namespace bedlam::cli
