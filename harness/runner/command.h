// Runs a shell command on the machine's clock, in a process group of its own, and kills that group
// at the timeout. Blocks; belongs on a thread of its own.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "emulator/base/duration.h"

namespace bedlam::harness {

// Of each stream; what comes after is read and dropped, so that the program does not block on us.
inline constexpr std::size_t kMaxCapturedBytes = 1024 * 1024;

struct Command {
  std::string line;                                // for /bin/sh -c
  std::string directory;                           // "" is where we are
  std::map<std::string, std::string> environment;  // all of it
  Duration timeout;
};

struct CommandResult {
  std::string not_started;  // why; "" where it was
  int exit = 0;             // 128 + n where signal n ended it, as shells say
  bool timed_out = false;
  std::string output, errors;
};

CommandResult run_command(const Command& command);

// This process's environment, without what steers AWS clients (AWS_*, proxies for the loopback): a
// developer's account, Region or retry mode must not reach a tested program.
std::map<std::string, std::string> clean_environment();

// What an AWS client needs to find an emulator on that port of the loopback, and dummy credentials.
std::map<std::string, std::string> client_environment(std::uint16_t port,
                                                      const std::string& region);

}  // namespace bedlam::harness
