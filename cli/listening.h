// What commands that answer on a port share: where they listen, and how they end.
#pragma once

#include <cstdint>
#include <string>

#include "emulator/base/result.h"
#include "emulator/http/server.h"

namespace CLI {
class App;
}

namespace bedlam::cli {

struct ListenOptions {
  std::string host = "127.0.0.1";
  // LocalStack's, which AWS_ENDPOINT_URL values in many projects already name.
  std::uint16_t port = 4566;
  std::string port_file;
  std::string grace = "5s";
};

// --host, --port, --port-file and --grace.
void add_listen_options(CLI::App& command, ListenOptions& options);

// Listens, and writes the port to its file; the error is one line. From here on SIGINT and SIGTERM
// stop the loop.
Result<std::uint16_t, std::string> listen(http::Server& server, http::Loop& loop,
                                          const ListenOptions& options);

// Until a signal comes, and then until the replies under way are over or their grace is; a second
// signal ends it at once.
void run_until_stopped(http::Server& server, http::Loop& loop, const ListenOptions& options);

}  // namespace bedlam::cli
