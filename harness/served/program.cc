#include "harness/served/program.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

namespace bedlam::harness {
namespace {

constexpr std::array<int, 4> kForwarded{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr int kShellSignalBase = 128;  // what shells add to a signal's number

volatile pid_t running = 0;  // for the signal handler

// The terminal's own signals (Ctrl-C) come from the kernel, and to the program too: it is in our
// process group. What another process sends, it sends to us alone.
extern "C" void forward_signal(int signal, siginfo_t* info, void* /*context*/) {
  const int error = errno;
  const pid_t pid = running;
  if (pid > 0 && info->si_code <= 0) ::kill(pid, signal);
  errno = error;
}

// While it lives, signals go to the program.
class Forwarding {
 public:
  Forwarding() {
    struct sigaction action {};
    action.sa_sigaction = forward_signal;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    for (std::size_t i = 0; i < kForwarded.size(); ++i) {
      sigaction(kForwarded[i], &action, &before_[i]);
    }
  }
  ~Forwarding() {
    for (std::size_t i = 0; i < kForwarded.size(); ++i) {
      sigaction(kForwarded[i], &before_[i], nullptr);
    }
  }
  Forwarding(const Forwarding&) = delete;
  Forwarding& operator=(const Forwarding&) = delete;

 private:
  std::array<struct sigaction, kForwarded.size()> before_{};
};

// Blocks the signals in threads that are begun while it lives, so that the thread of the loop gets
// them: it alone knows whether the program's number is still the program's.
class Blocked {
 public:
  Blocked() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : kForwarded) sigaddset(&signals, signal);
    pthread_sigmask(SIG_BLOCK, &signals, &before_);
  }
  ~Blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  Blocked(const Blocked&) = delete;
  Blocked& operator=(const Blocked&) = delete;

 private:
  sigset_t before_{};
};

std::vector<char*> c_strings(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// An errno, or 0 and the process.
int spawn(Program& program, pid_t& pid) {
  std::vector<std::string> variables;
  for (const auto& [name, value] : program.environment) variables.push_back(name + "=" + value);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults, none;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  for (const int signal : kForwarded) sigaddset(&defaults, signal);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  const int failure =
      ::posix_spawnp(&pid, program.arguments.front().c_str(), nullptr, &attributes,
                     c_strings(program.arguments).data(), c_strings(variables).data());
  posix_spawnattr_destroy(&attributes);
  return failure;
}

}  // namespace

ProgramResult run_program(http::Loop& loop, Program program) {
  ProgramResult result;
  const Forwarding forwarding;
  pid_t pid = 0;
  bool over = false;
  std::thread waiting;
  {
    const Blocked blocked;
    if (const int failure = spawn(program, pid); failure != 0) {
      result.not_started = std::strerror(failure);
      return result;
    }
    running = pid;
    waiting = std::thread([&loop, &over, pid] {
      siginfo_t info{};  // waited for, but not reaped: the number stays the program's
      while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) != 0 &&
             errno == EINTR) {
      }
      loop.post([&over] { over = true; });
    });
  }
  loop.run_until([&over] { return over; });
  waiting.join();
  running = 0;
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit = WIFEXITED(status) ? WEXITSTATUS(status) : kShellSignalBase + WTERMSIG(status);
  return result;
}

}  // namespace bedlam::harness
