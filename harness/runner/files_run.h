// Many scenario files, several at a time. Each has an emulator, a clock and a seed of its own, so
// that what becomes of one does not depend on how many run beside it; and their results are told in
// the order of the files. Programs are the exception: they live in real time and would feel each
// other, so a scenario with a command, or on the real clock, runs alone.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "harness/runner/runner.h"

namespace bedlam::harness {

struct FilesRun {
  std::vector<std::string> files;
  unsigned jobs = 1;
  // Of a file, by its index. Called by any thread.
  std::function<RunOptions(std::size_t)> options;
  // Both are called by the caller's own thread, in the order of the files.
  std::function<void(std::size_t)> started;
  std::function<void(std::size_t, const ScenarioResult&)> finished;
};

// Ends when all files have.
void run_files(const FilesRun& run);

// How many a machine takes at a time: its processors, as far as this process may use them.
unsigned usual_jobs();

}  // namespace bedlam::harness
