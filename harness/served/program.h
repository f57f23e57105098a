// A program beside a served emulator: its input and outputs are ours, it hears the signals that we
// are sent, and its exit status is kept. One at a time in a process.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "emulator/http/loop.h"

namespace bedlam::harness {

struct Program {
  std::vector<std::string> arguments;              // the first is its name, looked up in PATH
  std::map<std::string, std::string> environment;  // all of it
};

struct ProgramResult {
  std::string not_started;  // why; "" where it was
  int exit = 0;             // 128 + n where signal n ended it, as shells say
};

// Runs it to its end; the loop serves what it calls. SIGINT, SIGTERM, SIGHUP and SIGQUIT go to the
// program and do not end us: it decides. One that a terminal sends it has already.
ProgramResult run_program(http::Loop& loop, Program program);

}  // namespace bedlam::harness
