// Files named on the command line.
#pragma once

#include <string>

#include "emulator/base/result.h"

namespace bedlam::cli {

struct FileError {
  std::string message;
};

// The whole text; the error is one line: "scenarios/a.yaml: no such file".
Result<std::string, FileError> read_file(const std::string& path);

// The file appears at once and whole, so that nobody reads half of it; false where it cannot be
// written.
bool write_whole_file(const std::string& path, const std::string& text);

}  // namespace bedlam::cli
