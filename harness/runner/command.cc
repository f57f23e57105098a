#include "harness/runner/command.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <vector>

#include "emulator/http/file_descriptor.h"

namespace bedlam::harness {
namespace {

using http::FileDescriptor;
using SteadyClock = std::chrono::steady_clock;

// How often a kernel without pidfd_open (before 5.3, or forbidden by a sandbox) is asked.
constexpr int kAskAgainMs = 10;
constexpr int kSignalBase = 128;  // what shells add to a signal's number

struct Pipe {
  FileDescriptor read, write;
};

bool open_pipe(Pipe& pipe) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  pipe.read = FileDescriptor(ends[0]);
  pipe.write = FileDescriptor(ends[1]);
  return ::fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

// Settings for posix_spawn: its own group, no stdin, both outputs to us, no signal ignored.
class SpawnSettings {
 public:
  SpawnSettings(const Command& command, const Pipe& output, const Pipe& errors) {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output.write.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors.write.get(), STDERR_FILENO);
    if (!command.directory.empty()) {
      posix_spawn_file_actions_addchdir_np(&actions, command.directory.c_str());
    }
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

volatile pid_t group_under_way = 0;  // for the signal handler

extern "C" void take_group_down(int signal) {
  const pid_t group = group_under_way;
  if (group > 0) ::kill(-group, SIGKILL);
  std::signal(signal, SIG_DFL);
  ::raise(signal);  // when this handler is over
}

// While it lives, a signal that ends us ends the group first, which the terminal's Ctrl-C does not
// reach. One command runs at a time (runner/files_run.h).
class TakenDownWithUs {
 public:
  explicit TakenDownWithUs(pid_t group) {
    group_under_way = group;
    for (std::size_t i = 0; i < kEnding.size(); ++i) {
      before_[i] = std::signal(kEnding[i], take_group_down);
      if (before_[i] == SIG_IGN) std::signal(kEnding[i], SIG_IGN);
    }
  }
  ~TakenDownWithUs() {
    release();
    for (std::size_t i = 0; i < kEnding.size(); ++i) std::signal(kEnding[i], before_[i]);
  }
  TakenDownWithUs(const TakenDownWithUs&) = delete;
  TakenDownWithUs& operator=(const TakenDownWithUs&) = delete;

  // Its number may be somebody else's from now on.
  void release() { group_under_way = 0; }

 private:
  static constexpr std::array<int, 3> kEnding{SIGINT, SIGTERM, SIGHUP};
  std::array<void (*)(int), kEnding.size()> before_{};
};

// Reads what is there. False at the end of the stream.
bool drain(int fd, std::string& to) {
  std::array<char, 64 * 1024> buffer{};
  while (true) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got > 0) {
      const std::size_t room = kMaxCapturedBytes - std::min(kMaxCapturedBytes, to.size());
      to.append(buffer.data(), std::min(room, static_cast<std::size_t>(got)));
    } else if (got == 0) {
      return false;
    } else if (errno != EINTR) {
      return errno == EAGAIN;
    }
  }
}

class Child {
 public:
  Child(pid_t pid, Pipe& output, Pipe& errors, CommandResult& result)
      : pid_(pid), exit_fd_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))), result_(result) {
    streams_[0] = {std::move(output.read), &result.output};
    streams_[1] = {std::move(errors.read), &result.errors};
  }

  // Until it has ended or the time is over; leaves nothing of its group behind.
  void watch(SteadyClock::time_point deadline) {
    TakenDownWithUs guard(pid_);
    while (!exited()) {
      const auto now = SteadyClock::now();
      if (now >= deadline) {
        result_.timed_out = true;
        break;
      }
      wait(std::chrono::ceil<std::chrono::milliseconds>(deadline - now));
    }
    // The group outlives its leader until that is reaped: its number cannot be somebody else's yet.
    ::kill(-pid_, SIGKILL);
    guard.release();
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    for (Stream& stream : streams_) stream.drain();
    result_.exit = WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
  }

 private:
  struct Stream {
    FileDescriptor fd;
    std::string* text = nullptr;
    void drain() {
      if (fd && !harness::drain(fd.get(), *text)) fd.close();
    }
  };

  bool exited() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid_;
  }

  void wait(std::chrono::milliseconds longest) {
    std::array<pollfd, 3> fds{{{streams_[0].fd.get(), POLLIN, 0},
                               {streams_[1].fd.get(), POLLIN, 0},
                               {exit_fd_.get(), POLLIN, 0}}};
    const auto limit = static_cast<int>(std::min<std::int64_t>(longest.count(), INT32_MAX));
    ::poll(fds.data(), fds.size(), exit_fd_ ? limit : std::min(limit, kAskAgainMs));
    for (Stream& stream : streams_) stream.drain();
  }

  pid_t pid_;
  FileDescriptor exit_fd_;
  std::array<Stream, 2> streams_;
  CommandResult& result_;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

bool steers_clients(std::string_view name) {
  return name.starts_with("AWS_") || name == "BEDLAM_ENDPOINT" || name == "no_proxy" ||
         name == "NO_PROXY";
}

}  // namespace

CommandResult run_command(const Command& command) {
  CommandResult result;
  Pipe output, errors;
  if (!open_pipe(output) || !open_pipe(errors)) {
    result.not_started = std::strerror(errno);
    return result;
  }
  const SpawnSettings settings(command, output, errors);
  std::vector<std::string> arguments{"sh", "-c", command.line}, variables;
  for (const auto& [name, value] : command.environment) variables.push_back(name + "=" + value);
  pid_t pid = 0;
  const int failure = ::posix_spawn(&pid, "/bin/sh", &settings.actions, &settings.attributes,
                                    pointers(arguments).data(), pointers(variables).data());
  output.write.close();
  errors.write.close();
  if (failure != 0) {
    result.not_started = std::strerror(failure);
    return result;
  }
  Child(pid, output, errors, result).watch(SteadyClock::now() + command.timeout);
  return result;
}

std::map<std::string, std::string> clean_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || steers_clients(text.substr(0, equals))) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  // A proxy for the rest of the world is no way to the loopback.
  variables["NO_PROXY"] = variables["no_proxy"] = "127.0.0.1,localhost,::1";
  return variables;
}

std::map<std::string, std::string> client_environment(std::uint16_t port,
                                                      const std::string& region) {
  const std::string endpoint = "http://127.0.0.1:" + std::to_string(port);
  return {{"AWS_ENDPOINT_URL", endpoint},
          {"BEDLAM_ENDPOINT", endpoint},
          {"AWS_REGION", region},
          {"AWS_DEFAULT_REGION", region},
          {"AWS_ACCESS_KEY_ID", "BEDLAM"},
          {"AWS_SECRET_ACCESS_KEY", "bedlam"},
          // SDKs would put "sync-" before the host of StartSyncExecution and TestState.
          {"AWS_DISABLE_HOST_PREFIX_INJECTION", "true"},
          {"AWS_EC2_METADATA_DISABLED", "true"},
          {"AWS_CONFIG_FILE", "/dev/null"},
          {"AWS_SHARED_CREDENTIALS_FILE", "/dev/null"}};
}

}  // namespace bedlam::harness
