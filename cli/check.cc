// `bedlam check`: scenarios and state machine definitions, without running anything.
#include <CLI/CLI.hpp>
#include <iostream>
#include <vector>

#include "cli/commands.h"
#include "cli/files.h"
#include "emulator/app/definition_diagnostics.h"
#include "harness/runner/runner.h"

namespace bedlam::cli {
namespace {

bool is_scenario(const std::string& file) {
  return file.ends_with(".yaml") || file.ends_with(".yml");
}

// Scenarios are YAML by name; every other file is a definition in Amazon States Language.
Diagnostics check(const std::string& file, const std::string& text) {
  return is_scenario(file) ? harness::check_scenario(file) : app::check_definition(text, file);
}

int check_all(const std::vector<std::string>& files) {
  int status = kAllHeld;
  for (const std::string& file : files) {
    const auto text = read_file(file);
    if (!text) {
      status = complain(text.error().message);
      continue;
    }
    const Diagnostics diagnostics = check(file, *text);
    for (const Diagnostic& diagnostic : diagnostics) {
      // A scenario's mistake may stand in a workflow's file, whose text is not at hand here.
      std::cout << format(diagnostic, diagnostic.file == file ? *text : std::string()) << '\n';
    }
    if (has_errors(diagnostics)) status = kWrongUsage;
    if (diagnostics.empty()) std::cout << file << ": ok\n";
  }
  return status;
}

}  // namespace

void add_check(CLI::App& app, int& exit_status) {
  CLI::App* command = app.add_subcommand("check", "Check scenarios and state machine definitions");
  auto files = std::make_shared<std::vector<std::string>>();
  command->add_option("FILE", *files, "scenario (.yaml) or definition in Amazon States Language")
      ->required();
  command->callback([files, &exit_status] { exit_status = check_all(*files); });
}

}  // namespace bedlam::cli
