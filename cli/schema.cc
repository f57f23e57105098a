#include <CLI/CLI.hpp>
#include <iostream>

#include "cli/commands.h"
#include "emulator/scenario/scenario.h"

namespace bedlam::cli {

void add_schema(CLI::App& app, int& exit_status) {
  CLI::App* command = app.add_subcommand("schema", "Print the JSON Schema of the scenario format");
  command->callback([&exit_status] {
    std::cout << scenario::scenario_schema().dump(2) << '\n';
    exit_status = kAllHeld;
  });
}

}  // namespace bedlam::cli
