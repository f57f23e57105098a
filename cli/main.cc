// The `bedlam` program: gives the emulator and the harness a real clock, real sockets and a
// terminal.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "emulator/app/version.h"

namespace bedlam::cli {

int complain(const std::string& message) {
  std::cerr << "bedlam: " << message << '\n';
  return kWrongUsage;
}

}  // namespace bedlam::cli

int main(int argc, char** argv) {
  using namespace bedlam::cli;
  int exit_status = kAllHeld;
  CLI::App app(
      "A local Amazon Bedrock Runtime and AWS Step Functions that you can script to misbehave, and "
      "the harness that proves what your code does then.");
  app.name("bedlam");
  app.set_version_flag("--version", std::string(bedlam::app::kVersion));
  app.require_subcommand(1);
  add_test(app, exit_status);
  add_serve(app, exit_status);
  add_bench(app, exit_status);
  add_check(app, exit_status);
  add_retries(app, exit_status);
  add_prices(app, exit_status);
  add_record(app, exit_status);
  add_calibrate(app, exit_status);
  add_compare(app, exit_status);
  add_schema(app, exit_status);
  std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  const auto expression = take_expression(arguments);
  add_eval(app, expression, exit_status);
  add_run(app, take_command(arguments), exit_status);
  try {
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
    app.parse(std::move(arguments));
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& mistake) {
    std::string command = "bedlam";
    for (const CLI::App* part : app.get_subcommands()) command += " " + part->get_name();
    return complain(std::string(mistake.what()) + "; see `" + command + " --help`");
  }
  return exit_status;
}
