// `bedlam prices`: the file of prices that is built in, for who wants to have others.
#include "harness/money/prices.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "cli/commands.h"

namespace bedlam::cli {

void add_prices(CLI::App& app, int& exit_status) {
  CLI::App* command = app.add_subcommand("prices", "Print the prices of the money report (JSON)");
  command->callback([&exit_status] {
    std::cout << harness::shipped_prices_text();
    exit_status = kAllHeld;
  });
}

}  // namespace bedlam::cli
