// `bedlam check`: scenarios and state machine definitions, without running anything.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <vector>

#include "cli/commands.h"
#include "cli/files.h"
#include "emulator/app/definition_diagnostics.h"
#include "harness/runner/runner.h"
#include "harness/starter/starter.h"

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

// "dir/chain.asl.json" is "dir/chain".
std::string stem_of(const std::string& file) {
  const std::filesystem::path path(file);
  const std::string name = path.filename().string();
  return (path.parent_path() / name.substr(0, name.find('.'))).string();
}

// Writes a file that is not there yet; false where it is, or cannot be written.
bool write_new(const std::string& path, const std::string& text) {
  if (std::filesystem::exists(path)) {
    complain(path + ": is there already; move it, what stands in it would be lost");
    return false;
  }
  std::ofstream file(path);
  file << text;
  file.close();
  if (file) std::cout << path << ": written\n";
  if (!file) complain(path + ": cannot be written");
  return static_cast<bool>(file);
}

// A starting scenario and a MockConfigFile beside each definition.
int write_mocks(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    const auto text = read_file(file);
    if (!text) return complain(text.error().message);
    if (is_scenario(file)) return complain(file + ": --mocks starts from a definition");
    const std::string stem = stem_of(file);
    const auto starter = harness::starter_of(*text, std::filesystem::path(file).filename().string(),
                                             std::filesystem::path(stem).filename().string());
    if (!starter) return complain(starter.error());
    if (!write_new(stem + ".scenario.yaml", starter->scenario)) return kWrongUsage;
    if (!write_new(stem + ".mocks.json", starter->mock_config)) return kWrongUsage;
  }
  return kAllHeld;
}

}  // namespace

void add_check(CLI::App& app, int& exit_status) {
  CLI::App* command = app.add_subcommand("check", "Check scenarios and state machine definitions");
  auto files = std::make_shared<std::vector<std::string>>();
  command->add_option("FILE", *files, "scenario (.yaml) or definition in Amazon States Language")
      ->required();
  auto mocks = std::make_shared<bool>(false);
  command->add_flag("--mocks", *mocks,
                    "also write a starting scenario and a MockConfigFile beside each definition");
  command->callback([files, mocks, &exit_status] {
    exit_status = check_all(*files);
    if (*mocks && exit_status == kAllHeld) exit_status = write_mocks(*files);
  });
}

}  // namespace bedlam::cli
