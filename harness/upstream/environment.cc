#include "harness/upstream/environment.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace bedlam::harness {

std::string Environment::text(const std::string& name) const {
  return variable(name).value_or("");
}

std::string Environment::expanded(const std::string& path) const {
  if (path != "~" && !path.starts_with("~/")) return path;
  return text("HOME") + path.substr(1);
}

std::optional<std::string> MachineEnvironment::variable(const std::string& name) const {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<std::string> MachineEnvironment::file(const std::string& path) const {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return in ? std::optional(text.str()) : std::nullopt;
}

bool MachineEnvironment::write_private(const std::string& path, const std::string& text) const {
  const std::string beside = path + ".new";
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return false;
  const ssize_t written = ::write(file, text.data(), text.size());
  const bool whole = ::close(file) == 0 && written == static_cast<ssize_t>(text.size());
  if (whole && std::rename(beside.c_str(), path.c_str()) == 0) return true;
  std::remove(beside.c_str());
  return false;
}

Result<std::string, CommandError> MachineEnvironment::output_of(const std::string& command) const {
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return CommandError{"cannot be started"};
  std::string output;
  std::array<char, 4096> part{};
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe)) {
    output.append(part.data(), size);
  }
  const int status = pclose(pipe);
  if (status == 0) return output;
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return CommandError{"ended with status " + std::to_string(code)};
}

Result<WholeAnswer, std::string> MachineEnvironment::ask(const Endpoint& endpoint,
                                                         const aws::HttpRequest& request,
                                                         Duration timeout) const {
  ConnectionOptions options;
  options.connect_timeout = options.read_timeout = timeout;
  options.ca_file = text("AWS_CA_BUNDLE");
  const auto proxy = proxy_for(*this, endpoint);
  if (!proxy) return proxy.error();
  options.proxy = *proxy;
  auto connection = Connection::open(endpoint, options);
  if (!connection) return connection.error();
  return harness::ask(**connection, request);
}

WallTime MachineEnvironment::now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

}  // namespace bedlam::harness
