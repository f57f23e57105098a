// The commands of `bedlam`, one file each. A command adds its options to the application and sets
// `exit_status` when it was chosen and has run.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace bedlam::cli {

// Stable: people script against them.
enum ExitStatus : int {
  kAllHeld = 0,
  kVerdictFailed = 1,
  kWrongUsage = 2,  // also an invalid or unreadable file
};

void add_serve(CLI::App& app, int& exit_status);
void add_test(CLI::App& app, int& exit_status);
void add_check(CLI::App& app, int& exit_status);
void add_schema(CLI::App& app, int& exit_status);

// One line on standard error: "bedlam: message". Returns kWrongUsage.
int complain(const std::string& message);

}  // namespace bedlam::cli
