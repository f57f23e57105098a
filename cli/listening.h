// What commands that answer on a port share: where they listen, and how they end.
#pragma once

#include <cstdint>
#include <functional>
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

// What a command has under way beside the replies of its server, on threads of its own.
struct UnderWay {
  std::function<bool()> over = [] { return true; };
  std::function<void()> stop = [] {};  // its end is heard of on the loop
};
// How long what was stopped may take to let go; nothing comes of it any more. Ours.
inline constexpr Duration kMostToLetGo = std::chrono::seconds(2);

// Until a signal comes, then until the replies and the rest under way are over or their grace is;
// then the rest is stopped. A further signal ends each of these waits. False where the rest has not
// let go: whoever would wait for its threads may wait for long.
bool run_until_stopped(http::Server& server, http::Loop& loop, const ListenOptions& options,
                       const UnderWay& rest = {});

}  // namespace bedlam::cli
