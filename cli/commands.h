// The commands of `bedlam`, one file each. A command adds its options to the application and sets
// `exit_status` when it was chosen and has run.
#pragma once

#include <optional>
#include <string>
#include <vector>

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
void add_run(CLI::App& app, std::vector<std::string> program, int& exit_status);
void add_bench(CLI::App& app, int& exit_status);
void add_check(CLI::App& app, int& exit_status);
void add_retries(CLI::App& app, int& exit_status);
void add_prices(CLI::App& app, int& exit_status);
void add_record(CLI::App& app, int& exit_status);
void add_calibrate(CLI::App& app, int& exit_status);
void add_compare(CLI::App& app, int& exit_status);
void add_schema(CLI::App& app, int& exit_status);
void add_eval(CLI::App& app, const std::optional<std::string>& expression, int& exit_status);

// Takes the expression out of the arguments of `bedlam eval`: it may look like an option ("-x") or
// like a list ("[1, 2]"), and is neither. nullopt for any other command, and where there is none.
std::optional<std::string> take_expression(std::vector<std::string>& arguments);

// Takes what stands behind `--` out of the arguments of `bedlam run`: the command, whose options
// are not ours. Empty for any other command.
std::vector<std::string> take_command(std::vector<std::string>& arguments);

// One line on standard error: "bedlam: message". Returns kWrongUsage.
int complain(const std::string& message);

}  // namespace bedlam::cli
